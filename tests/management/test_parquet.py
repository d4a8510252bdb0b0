import io
import json
import os
import pty
import stat
import sys
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from credit_migration.reports import parquet_format

pytestmark = pytest.mark.django_db(transaction=True)


def plain(row):
    return {
        name: value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else value
        for name, value in row.items()
    }


@pytest.mark.parametrize("command", [("infer_program_candidates", "--all"), ("audit_credit_pathways", "--rows")])
@pytest.mark.usefixtures("whole_history")
def test_holds_what_json_holds_whatever_the_groups(run_command, tmp_path, monkeypatch, command):
    monkeypatch.setattr(parquet_format, "PAGE_ROWS", 2)
    monkeypatch.setattr(parquet_format, "GROUP_ROWS", 4)
    file = tmp_path / "rows.parquet"
    shown = json.loads(run_command(*command, "--format=json")[1])

    status, out, err = run_command(*command, "--format=parquet", f"--output={file}", "--fail-level=ERROR")

    assert (out, err) == ("", "")
    assert status == run_command(*command, "--format=json")[0]
    assert [plain(row) for row in pq.read_table(file).to_pylist()] == shown["records"]
    assert pq.ParquetFile(file).num_row_groups == 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.usefixtures("whole_history")
def test_columns_are_typed_and_the_file_says_what_it_is(run_command, tmp_path):
    file = tmp_path / "rows.parquet"
    run_command("infer_program_candidates", "--format=parquet", f"--output={file}", "--pathway=21")
    schema = pq.read_schema(file)

    types = {name: str(schema.field(name).type) for name in schema.names}
    assert {name for name, told in types.items() if told == "int64"} == {
        *("request_id", "user_id", "pathway_id", "program_id", "other_programs_shared", "other_requests"),
        *("pathway_programs", "pathway_programs_shared", "lead_program_id"),
    }
    assert schema.field("created").type == pa.timestamp("us", tz="UTC")
    assert types["pathway_uuid"] == types["program_uuid"] == types["reasons"] == "string"
    assert {name for name, told in types.items() if told == "bool"} == {
        *("shared_at_once", "program_newer", "same_site", "credit_pathway", "other_program_recorded"),
    }
    assert {name for name, told in types.items() if told.startswith("dictionary")} == {
        *("request_status", "kind", "grade", "shared_record", "certificate", "program_status", "pathway_status"),
    }
    about = json.loads(schema.metadata[b"credit_migration"])
    assert (about["command"], about["facts"]["filter_pathway"]) == ("infer_program_candidates", 21)
    assert about["run"]["read_only"]


def test_no_rows_are_a_file_with_columns(run_command, tmp_path):
    file = tmp_path / "rows.parquet"
    assert run_command("infer_program_candidates", "--format=parquet", f"--output={file}") == (0, "", "")
    assert pq.read_table(file).num_rows == 0
    assert pq.read_schema(file).names[0] == "request_id"


@pytest.mark.usefixtures("whole_history")
def test_goes_through_a_pipe(run_command):
    raw = io.BytesIO()
    text = io.TextIOWrapper(raw)
    call_command("infer_program_candidates", "--format=parquet", stdout=OutputWrapper(text))
    assert pq.read_table(io.BytesIO(raw.getvalue())).num_rows == 9


def test_is_not_shown_on_a_terminal():
    _, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as stream, pytest.raises(CommandError) as caught:
        call_command("infer_program_candidates", "--format=parquet", stdout=stream)
    assert (caught.value.returncode, str(caught.value)) == (
        2,
        "This form of the report is not for a terminal to show.\nUse --output FILE, or send standard output to a file.",
    )


def test_says_what_to_install(run_command, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr(parquet_format, "find_spec", lambda name: None)
    assert run_command("infer_program_candidates", "--format=parquet", f"--output={tmp_path / 'x'}") == (
        2,
        "",
        "--format parquet needs the library pyarrow, which is not installed.\n"
        "pip install 'credit-migration[parquet]', or use --format csv.",
    )
