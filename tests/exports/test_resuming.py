"""When a file may be gone on with, and what is said of one that is true for two moments."""

import fcntl
import json

import pytest
from django.db import connection

from credit_migration.reports import journal
from tests import history

pytestmark = pytest.mark.django_db(transaction=True)
COMMAND = ("infer_program_candidates", "--all", "--format=csv")
REFUSED = "The export in '{file}.partial' can't be gone on with: "
ANEW = "Leave --resume out to begin anew; nothing was changed."
OTHERWISE = "\nGive the same options on the same database as before, or leave --resume out to begin anew."


@pytest.fixture
def file(whole_history, tmp_path, monkeypatch):
    """Where to export to, in pages of two rows, each noted at once."""
    monkeypatch.setattr(journal, "PAGE_ROWS", 2)
    monkeypatch.setattr(journal, "MARKED_EVERY_S", 0)
    return tmp_path / "rows.csv"


@pytest.fixture
def run_interrupted(run_command, monkeypatch):
    """Return a function that runs a command and interrupts it after so many writes, the header's too."""

    def run(writes, *arguments):
        append, left = journal.GrowingFile._append, iter(range(writes))

        def stop(self, text):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return append(self, text)

        with monkeypatch.context() as patched:
            patched.setattr(journal.GrowingFile, "_append", stop)
            return run_command(*arguments)

    return run


@pytest.fixture
def interrupted(file, run_interrupted):
    """The same, interrupted in its third page, after requests 1 to 4."""
    status, out, err = run_interrupted(3, *COMMAND, f"--output={file}")
    assert (status, out) == (130, "")
    assert err == (
        f"The first 4 rows are in '{file}.partial': run the same command with --resume to go on.\n"
        "Interrupted: the report is not whole, and nothing was changed.\n"
    )
    return file


def resume(run_command, file, *options):
    return run_command(*(options or COMMAND), f"--output={file}", "--resume")


def test_goes_on_and_says_that_nothing_changed(run_command, interrupted):
    whole = run_command(*COMMAND)[1]
    status, out, err = resume(run_command, interrupted)

    assert (status, out) == (0, "")
    assert interrupted.read_text() == whole
    assert err.startswith("The file has requests up to id 4 as of 20")
    assert " from there to id 18 as of 20" in err
    assert err.endswith("later requests are not in it. Nothing that it is made of has changed in between.\n")
    assert list(interrupted.parent.iterdir()) == [interrupted]


def test_says_what_changed_and_leaves_out_what_came_later(run_command, interrupted):
    whole = run_command(*COMMAND)[1]
    history.request(19, 36, 21, "2023-01-01")
    history.shared(36, 11, "2999-01-01")
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {history.REQUESTS} WHERE id = 2")
        cursor.execute(
            f"UPDATE {history.REQUESTS} SET modified = %s WHERE id IN (3, 19)",
            [connection.ops.adapt_datetimefield_value(history.at("2999-01-01"))],
        )
    _, _, err = resume(run_command, interrupted)

    assert "\n19," not in interrupted.read_text()
    assert interrupted.read_text() == whole
    assert err.endswith(
        "In between, 1 of these requests were saved and 1 shared records and certificates were made, and of 4 rows "
        "written first there would be 3 now: for one moment, run it again without --resume.\n"
    )


def test_limit_and_page_mean_the_same_when_it_goes_on(run_command, run_interrupted, file):
    options = (*COMMAND, "--after-pk=1", "--limit=6")
    assert run_interrupted(2, *options, f"--output={file}")[0] == 130
    assert resume(run_command, file, *options)[0] == 0
    assert file.read_text() == run_command(*options)[1]


def test_begins_at_the_start_where_nothing_is_left(run_command, file):
    status, _, err = resume(run_command, file)
    assert (status, err) == (0, f"There is no '{file}.partial' to go on with, so this begins at the start.\n")
    assert file.read_text() == run_command(*COMMAND)[1]


def test_begins_anew_without_the_option(run_command, interrupted):
    assert run_command(*COMMAND, f"--output={interrupted}") == (0, "", "")
    assert interrupted.read_text() == run_command(*COMMAND)[1]
    assert list(interrupted.parent.iterdir()) == [interrupted]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--status=sent",), "its options was 'all=yes', and is 'all=yes, status=sent' now."),
        (("--after-pk=3",), "its options was 'all=yes', and is 'after_pk=3, all=yes' now."),
    ],
)
def test_other_options_are_refused(run_command, interrupted, options, why):
    told = f"{REFUSED.format(file=interrupted)}{why}{OTHERWISE}"
    assert resume(run_command, interrupted, *COMMAND, *options) == (2, "", told)
    assert json.loads(journal.journal_path(interrupted).read_text())["written"] == 4


def test_another_command_is_refused(run_command, interrupted):
    _, _, err = resume(run_command, interrupted, "audit_credit_pathways", "--format=csv")
    assert "its command was 'infer_program_candidates', and is 'audit_credit_pathways' now." in err


def test_another_catalogue_is_refused(run_command, interrupted):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_pathway_programs WHERE pathway_id = 22 AND program_id = 12")
    status, _, err = resume(run_command, interrupted)
    assert status == 2
    assert "its catalogue of pathways and programs was '" in err


@pytest.mark.parametrize("part", ["version of credit_migration", "database", "schema state"])
def test_what_else_differs_is_refused(run_command, interrupted, part):
    kept = journal.journal_path(interrupted)
    noted = json.loads(kept.read_text())
    noted["identity"][part] = "another"
    kept.write_text(json.dumps(noted))
    status, _, err = resume(run_command, interrupted)
    assert status == 2
    assert f"its {part} was 'another', and is '" in err


def test_a_damaged_journal_or_file_is_refused(run_command, interrupted):
    partial, kept = journal.partial_path(interrupted), journal.journal_path(interrupted)
    whole = partial.read_bytes()
    for damaged in (whole[:-5], whole.replace(b"\n4,", b"\n5,")):
        partial.write_bytes(damaged)
        why = f"{REFUSED.format(file=interrupted)}it is not as its journal says.\n{ANEW}"
        assert resume(run_command, interrupted) == (2, "", why)
    noted = json.loads(kept.read_text())
    for text, why in (
        ("{", f"its journal '{kept}' can't be read"),
        ("[]", f"its journal '{kept}' can't be read"),
        (json.dumps(noted | {"form": 9}), f"its journal '{kept}' is of form 9, and this version writes 1"),
    ):
        kept.write_text(text)
        assert resume(run_command, interrupted) == (2, "", f"{REFUSED.format(file=interrupted)}{why}.\n{ANEW}")


def test_two_runs_do_not_write_to_one_file(run_command, interrupted):
    with journal.partial_path(interrupted).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert resume(run_command, interrupted) == (
            2,
            "",
            f"Another run writes to '{interrupted}.partial'.\nLet it end, or give --output another file.",
        )
    assert journal.journal_path(interrupted).exists()


def test_a_symbolic_link_in_the_way_is_not_followed(run_command, file):
    elsewhere = file.parent / "elsewhere"
    elsewhere.write_text("kept")
    journal.partial_path(file).symlink_to(elsewhere)
    assert run_command(*COMMAND, f"--output={file}")[0] == 2
    assert elsewhere.read_text() == "kept"


@pytest.mark.parametrize("options", [("--format=json", "--output=x"), ("--format=csv",)])
def test_resume_is_for_csv_files(run_command, options):
    assert run_command("infer_program_candidates", *options, "--resume") == (
        2,
        "",
        "--resume goes on with a CSV file only.\nUse it with --format csv and --output FILE.",
    )
