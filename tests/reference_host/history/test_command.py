"""``simulate_legacy_history`` on a database in the legacy state, and where it can't."""

from __future__ import annotations

import hashlib
import re

import pytest
from django.core.management import call_command
from django.db import connection
from model_bakery import baker

from credit_migration.reference_host.records.history.loading import LOADERS
from credit_migration.reference_host.records.history.populate import populate
from credit_migration.reference_host.records.history.truth import read_truth
from credit_migration.reference_host.records.models import UserCreditPathway

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def legacy_schema(transactional_db):
    """The request table of before ADR 0005, for one test."""
    call_command("migrate", "records", "0001_legacy", verbosity=0)
    yield
    call_command("migrate", "records", verbosity=0)


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        return list(cursor.fetchall())


def test_it_fills_the_legacy_tables_and_keeps_the_truth(run_command, legacy_schema, tmp_path):
    truth = tmp_path / "truth.csv.gz"

    status, out, err = run_command("simulate_legacy_history", "--requests=300", "--seed=5", f"--truth={truth}")

    assert (status, err) == (0, "")
    assert re.sub(r"\d+\.\d s \([\d,]+", "T s (R", out) == (
        "catalog_program: 55 rows\n"
        "catalog_pathway: 31 rows\n"
        "catalog_pathway_programs: 47 rows\n"
        "credentials_programcertificate: 50 rows\n"
        "core_user: 218 rows\n"
        "records_programcertrecord: 335 rows\n"
        "records_usercreditpathway: 300 rows\n"
        "credentials_usercredential: 160 rows\n"
        "Made 300 credit requests, 1196 rows in all, in T s (R requests/s). "
        f"Their truth is in {truth}.\n"
    )
    connection.check_constraints()
    assert sorted(read_truth(truth)) == [row[0] for row in rows_of("records_usercreditpathway")]
    made = baker.make("core.User")
    # MariaDB counts on from the highest id that the table ever had, also in an earlier test.
    assert made.pk >= 219
    assert UserCreditPathway.objects.defer("program").first().user.username.startswith("learner")


def test_the_same_seed_gives_the_same_rows_on_every_database(run_command, legacy_schema, tmp_path):
    run_command("simulate_legacy_history", "--requests=200", f"--truth={tmp_path / 'truth.csv'}", "--verbosity=0")

    rows = UserCreditPathway.objects.order_by("pk").values_list("pk", "user_id", "pathway_id", "created", "modified")
    told = "".join(f"{row[:3]} {row[3].isoformat()} {row[4].isoformat()}\n" for row in rows)
    assert (
        hashlib.sha256(told.encode()).hexdigest() == "1efbb42ed84140558860f1fb176dff6acc1316869939d45f0c85413ea386f69b"
    )


def test_an_expanded_table_is_refused(run_command, tmp_path):
    status, out, err = run_command("simulate_legacy_history", f"--truth={tmp_path / 'truth.csv'}")

    assert (status, out, err) == (
        2,
        "",
        "The table 'records_usercreditpathway' of database 'default' has the column 'program_id' already, so it is not "
        "in the legacy state. On a scratch database, go back first: python manage.py migrate records 0001 "
        "--database default",
    )
    assert list(tmp_path.iterdir()) == []


def test_tables_with_rows_are_refused(run_command, legacy_schema, tmp_path):
    baker.make("core.User")

    status, out, err = run_command("simulate_legacy_history", f"--truth={tmp_path / 'truth.csv'}")

    assert (status, out, err) == (
        2,
        "",
        "The table 'core_user' of database 'default' holds rows already, and a history is written to empty tables "
        "only. Use a freshly migrated scratch database.",
    )


def test_a_database_without_tables_is_refused(run_command, monkeypatch, tmp_path):
    monkeypatch.setattr(connection.introspection, "table_names", lambda cursor: [])

    status, out, err = run_command("simulate_legacy_history", f"--truth={tmp_path / 'truth.csv'}")

    assert (status, out, err) == (
        2,
        "",
        "The database 'default' has no table 'catalog_program'. Migrate it to the legacy schema: python manage.py "
        "migrate --database default, then python manage.py migrate records 0001 --database default",
    )


def test_a_truth_that_can_not_be_written_leaves_no_rows(run_command, legacy_schema, tmp_path):
    truth = tmp_path / "missing" / "truth.csv"

    status, out, err = run_command("simulate_legacy_history", "--requests=10", f"--truth={truth}")

    assert (status, out, err) == (
        2,
        "",
        f"The truth can't be written to '{truth}': No such file or directory. Nothing was made. Give --truth a file in "
        "an existing folder that you may write to.",
    )
    assert rows_of("catalog_program") == []


@pytest.mark.parametrize("count", ["0", "-1", "x", "1.5"])
def test_a_count_is_a_whole_number(run_command, tmp_path, count):
    status, out, err = run_command("simulate_legacy_history", f"--requests={count}", f"--truth={tmp_path / 'truth'}")

    assert (status, out) == (1, "")
    assert err == f"Error: argument --requests: '{count}' is not a whole number of 1 or more."


def test_an_interrupt_leaves_neither_rows_nor_truth(legacy_schema, tmp_path):
    def watch(batches):
        yield next(iter(batches))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        populate("default", requests=10, seed=1, truth=tmp_path / "truth.csv", watch=watch)

    assert (rows_of("catalog_program"), list(tmp_path.iterdir())) == ([], [])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL checks keys by triggers.")
@pytest.mark.parametrize(("role", "meanwhile"), [(None, "replica"), ("pg_monitor", "origin")])
def test_keys_go_unchecked_where_the_account_may_and_only_meanwhile(role, meanwhile):
    def shown():
        with connection.cursor() as cursor:
            cursor.execute("SHOW session_replication_role")
            return cursor.fetchone()[0]

    with connection.cursor() as cursor:
        if role:
            cursor.execute(f"SET ROLE {role}")
        with LOADERS["postgresql"].bulk(connection):
            assert shown() == meanwhile
        cursor.execute("RESET ROLE")
    assert shown() == "origin"
