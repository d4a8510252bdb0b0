import pytest

from credit_migration.management.commands import infer_program_candidates
from tests import history


@pytest.mark.django_db(transaction=True)
def test_text_reads_no_more_lines_than_it_shows_and_tells_how_many_there_are(run_command, monkeypatch):
    monkeypatch.setattr("credit_migration.reports.text_format.SHOWN_RECORDS", 2)
    monkeypatch.setitem(infer_program_candidates.SHOWN, "text", 2)
    history.make_catalogue()
    history.make_legacy_rows()
    out = run_command("infer_program_candidates")[1]
    assert "… and 6 more: use --format csv --output FILE for all.\n" in out
