"""What the reading commands see is one moment, and what they leave behind is nothing."""

import threading

import pytest
from django.db import connection

from credit_migration import api
from credit_migration.data import AuditOptions, InferenceOptions
from tests import history

pytestmark = pytest.mark.django_db(transaction=True)


def in_another_session(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's writers wait for a reader, or the reader for them.")
@pytest.mark.usefixtures("whole_history")
def test_rows_that_come_meanwhile_are_in_no_figure():
    with api.read_only("default") as snapshot:
        report = api.audit(snapshot, AuditOptions(rows=True))
        candidates = api.infer_candidates(snapshot, InferenceOptions(ambiguous=True))
        in_another_session(lambda: history.request(19, 36, 21, "2020-04-01"))

        assert len(list(report.records.rows)) == report.facts["selected_legacy_rows"] == 12
        assert len(list(candidates.records.rows)) == candidates.records.total == 11
        assert api.audit(snapshot).facts == report.facts
    with api.read_only("default") as snapshot:
        assert api.audit(snapshot).facts["selected_legacy_rows"] == 13


def everything():
    """Every row of every table."""
    tables = sorted(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield table, sorted(map(repr, cursor.fetchall()))


@pytest.mark.usefixtures("whole_history")
def test_nothing_is_written(run_command):
    before = list(everything())
    for command in ("audit_credit_pathways", "infer_program_candidates", "report_credit_requests"):
        for form in ("text", "json", "csv", "html"):
            assert run_command(command, f"--format={form}")[1]
    assert list(everything()) == before
