import pytest

from tests.dependencies import judge, main

CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
VULNERABLE = {
    "name": "requests",
    "version": "2.32.0",
    "vulns": [{"id": "PYSEC-2024-1", "fix_versions": ["2.32.4"], "aliases": [], "description": "It leaks."}],
}
UNKNOWN = {"name": "tqdm", "skip_reason": "Dependency not found on PyPI and could not be audited: tqdm (4.70.1)"}


@pytest.mark.parametrize(
    ("dependencies", "status", "text"),
    [
        ([CLEAN], 0, "CLEAN lock.txt: no known vulnerability in 1 dependencies."),
        (
            [CLEAN, VULNERABLE, UNKNOWN],
            1,
            "VULNERABLE lock.txt: requests 2.32.0: PYSEC-2024-1, fixed in 2.32.4\n"
            "Raise the version in pyproject.toml and run make lock.",
        ),
        (
            [CLEAN, UNKNOWN],
            3,
            "UNDECIDED lock.txt: the advisory service knows nothing of 1 of 2 dependencies (tqdm). "
            "Run make audit where the Python Package Index itself answers.",
        ),
        (
            [],
            3,
            "UNDECIDED lock.txt: the advisory service knows nothing of 0 of 0 dependencies (). "
            "Run make audit where the Python Package Index itself answers.",
        ),
    ],
    ids=["clean", "vulnerable", "unknown", "none"],
)
def test_what_was_not_asked_is_not_clean(dependencies, status, text):
    assert judge("lock.txt", {"dependencies": dependencies, "fixes": []}) == (status, text)


def test_a_service_that_can_not_be_reached_is_undecided(monkeypatch, capfd):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    assert main(["requirements/mysql.txt"]) == 3

    assert capfd.readouterr().out.startswith("UNDECIDED requirements/mysql.txt: pip-audit ended with 1: ")
