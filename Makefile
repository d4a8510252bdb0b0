# Everything runs in a virtual environment of the project's own, made on first use from the locked requirements.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The MySQL driver is compiled against the client library, so it comes along where that library is.
MYSQL := $(shell command -v mariadb_config || command -v mysql_config)
ARGS ?=

.PHONY: help rehearse test matrix prove warehouse lint types imports package audit docs lock clean

help: ## Show what can be made.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/' | expand -t 14

$(READY): requirements/dev.txt requirements/mysql.txt Makefile
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	$(if $(MYSQL),$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/mysql.txt,)
	touch $@

rehearse: $(READY) ## Run the whole rollout on the embedded SQLite, end to end. ARGS="--requests 20000"
	$(BIN)/python manage.py rehearse_credit_rollout $(ARGS)

test: $(READY) ## Run the tests on SQLite, and on PostgreSQL and MariaDB where they are installed. ARGS="--require-all"
	$(BIN)/python -m tests.run $(ARGS)

matrix: $(READY) ## Run the tests on each supported Django and Python. ARGS='-s "tests(3.13-6.1)"'
	$(BIN)/nox $(ARGS)

prove: $(READY) ## Ask every synthetic host, and prove the label of each by awarding certificates in it.
	$(BIN)/python -m pytest -m "" tests/synthetic_hosts

warehouse: $(READY) ## Ask a real Spark, which needs Java 17 or newer, the queries of print_audit_sql.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/warehouse.txt
	$(BIN)/python -m pytest -m warehouse tests/warehouse

lint: $(READY) ## Check style, format, and that models and migrations agree.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python manage.py makemigrations --check --dry-run

types: $(READY) ## Check types.
	$(BIN)/mypy

imports: $(READY) ## Check that imports run one way.
	$(BIN)/lint-imports

package: $(READY) ## Build the wheel and the sdist, and check what is in them.
	rm -rf dist build
	$(BIN)/python -m build --quiet
	$(BIN)/twine check --strict dist/*
	$(BIN)/python -m tests.packaging dist

audit: $(READY) ## Look for known vulnerabilities in the locked dependencies; not being able to look is an error too.
	@$(BIN)/python -m tests.dependencies

docs: $(READY) ## Write the generated pages of docs/ anew, and build the site in site/; a broken link fails.
	$(BIN)/python -m docs.generate
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --conf-dir docs . site

lock: $(READY) ## Lock the development requirements anew from pyproject.toml.
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet \
		--extra rehearsal --extra postgresql --extra parquet --group test --group lint --group docs --group matrix \
		--group audit --output-file requirements/dev.txt
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet \
		--extra mysql --constraint requirements/dev.txt --output-file requirements/mysql.txt
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet \
		--group warehouse --constraint requirements/dev.txt --output-file requirements/warehouse.txt

clean: ## Remove what was built and what rehearsals left.
	rm -rf $(VENV) .nox build dist site var htmlcov .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
