"""Moments that Django did not write: SQLite alone lets any text stand where one belongs."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from model_bakery import baker

pytestmark = pytest.mark.django_db(transaction=True)

COMMANDS = [
    ("audit_credit_pathways",),
    ("audit_credit_pathways", "--format=csv"),
    ("infer_program_candidates",),
    ("infer_program_candidates", "--format=csv"),
    ("report_credit_requests",),
    ("show_credit_rollout", "--skip-code"),
]
NO_MOMENTS = [
    "2024-01-02T03:04:05",
    "2024-01-02 03:04:05Z",
    "2024-01-02 03:04:05.123Z",
    "2024-01-02 03:04:05+00:00",
    "2024-01-02 03:04:05.1+00:00",
    "2024-01-02 03:04:05.",
    "2024-01-02 03:04:05.1234567",
    "2024-01-02 03:04",
    "2024-01-02",
    " 2024-01-02 03:04:05",
    "1704164645",
    "yesterday",
    "",
]
IMPOSSIBLE = ["2023-02-29 03:04:05", "2024-13-02 03:04:05", "2024-01-02 24:00:00", "2024-01-02 03:04:60"]
MOMENTS = {
    "2024-01-02 03:04:05": "2024-01-02T03:04:05.000000Z",
    "2024-01-02 03:04:05.1": "2024-01-02T03:04:05.100000Z",
    "2024-01-02 03:04:05.123": "2024-01-02T03:04:05.123000Z",
    "2024-02-29 23:59:59.999999": "2024-02-29T23:59:59.999999Z",
}
sqlite_alone = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="Other servers let no such value in.")


@pytest.fixture
def rows():
    """Two requests, the first with a program, with a shared record and a certificate."""
    pathway = baker.make("catalog.Pathway", pathway_type="credit", org_name="North")
    program = baker.make("catalog.Program")
    pathway.programs.add(program)
    made = [
        baker.make("records.UserCreditPathway", user=baker.make("core.User"), pathway=pathway, program=given)
        for given in (program, None)
    ]
    baker.make("records.ProgramCertRecord", user=made[1].user, program=program)
    return made


def write(table: str, column: str, value: str, pk: int | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(id) FROM {table}")
        pk = pk or cursor.fetchone()[0]
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, pk])
    return pk


def told(table: str, column: str, value: str, pk: int, more: str = "") -> str:
    return (
        f"In {table}, the row with id = {pk} has {column} {value!r}, which is no moment as Django writes it{more}.\n"
        "Find what wrote it, and write each in UTC and in this form, then run the command again: "
        f"UPDATE {table} SET {column} = '2026-09-12 08:00:00.000000' WHERE id = {pk};"
    )


@sqlite_alone
@pytest.mark.parametrize("column", ["created", "modified"])
def test_every_command_names_the_row_of_a_request_that_has_no_moment(rows, run_command, column):
    table, value = "records_usercreditpathway", "2024-01-02T03:04:05Z"
    pk = write(table, column, value, rows[0].pk)
    for command in COMMANDS:
        assert run_command(*command) == (2, "", told(table, column, value, pk)), command


@sqlite_alone
def test_text_that_django_did_not_write_is_no_moment(rows, run_command):
    for value in NO_MOMENTS:
        pk = write("records_usercreditpathway", "created", value)
        assert run_command("audit_credit_pathways") == (
            2,
            "",
            told("records_usercreditpathway", "created", value, pk),
        )


@sqlite_alone
@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_a_moment_of_no_calendar_is_told_where_it_is_read_as_one(rows, run_command, value):
    for column in ("created", "modified"):
        pk = write("records_usercreditpathway", column, value, rows[0].pk)
        for command in COMMANDS:
            assert run_command(*command) == (2, "", told("records_usercreditpathway", column, value, pk)), command
        write("records_usercreditpathway", column, "2024-01-02 03:04:05", rows[0].pk)


@sqlite_alone
@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_a_moment_of_no_calendar_is_shown_as_it_stands_in_a_legacy_row(rows, run_command, value):
    write("records_usercreditpathway", "created", value, rows[1].pk)
    status, out, err = run_command("infer_program_candidates", "--format=csv")
    assert (status, err) == (0, "")
    assert [line.split(",")[5] for line in out.splitlines()[1:]] == [f"{value[:10]}T{value[11:]}.000000Z"]


@sqlite_alone
def test_a_fraction_of_any_length_is_a_moment(rows, run_command):
    for value, shown in MOMENTS.items():
        write("records_usercreditpathway", "created", value, rows[1].pk)
        status, out, err = run_command("audit_credit_pathways", "--format=csv")
        assert (status, err) == (0, "")
        assert [line.split(",")[6] for line in out.splitlines()[1:]] == [shown]


@sqlite_alone
def test_further_rows_are_counted_and_a_long_text_is_cut(rows, run_command):
    for row in rows:
        write("records_usercreditpathway", "created", "x" * 50, row.pk)
    status, out, err = run_command("audit_credit_pathways")
    assert (status, out) == (2, "")
    assert err == told(
        "records_usercreditpathway", "created", "x" * 40 + "…", rows[0].pk, more=", and so it is in 1 more"
    )


@sqlite_alone
def test_the_catalogue_is_checked_by_every_command(rows, run_command):
    pk = write("catalog_program", "created", "2024")
    for command in COMMANDS:
        assert run_command(*command)[2].startswith(f"In catalog_program, the row with id = {pk} has created "), command


@sqlite_alone
def test_the_evidence_is_checked_where_it_is_read(rows, run_command):
    table, value = "records_programcertrecord", "2024-01-02T03:04:05"
    pk = write(table, "created", value)
    assert run_command("infer_program_candidates") == (2, "", told(table, "created", value, pk))
    assert run_command("audit_credit_pathways", "--max-new-null-rows=1")[0] == 0


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets any text in.")
def test_other_servers_let_no_such_text_in(rows):
    with pytest.raises((DatabaseError, ValidationError)), transaction.atomic():
        write("records_usercreditpathway", "created", "no moment")
