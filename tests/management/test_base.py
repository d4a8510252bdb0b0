import io
import logging
import os
import signal
import stat
import sys
import threading
from argparse import ArgumentTypeError
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from credit_migration.data import Column, Finding, Level, Report, Section
from credit_migration.exceptions import UsageError
from credit_migration.management.base import ReadingCommand, ReportCommand, positive_int

WARNING = Finding(id="credit_migration.W999", level=Level.WARNING, msg="Something is odd.", hint="Look at it.")
OPEN = Finding(id="credit_migration.U999", level=Level.WARNING, msg="Nobody knows.", hint="Ask.", undecided=True)
TEXT = "Odd things\n==========\nSeen  2\n"


class Command(ReportCommand):
    """A command whose work is given to it."""

    def __init__(self, *findings, work=lambda: None, rows=()):
        super().__init__()
        self.findings, self.work, self.rows = findings, work, rows

    def get_report(self, **options):
        self.work()
        records = Section(name="rows", title="Rows", columns=(Column(name="id", title="Id"),), rows=self.rows)
        return Report(
            command="tell_odd_things",
            title="Odd things",
            facts={"seen": 2},
            findings=self.findings,
            records=records if self.rows else None,
        )


class Reading(ReadingCommand):
    def get_report(self, *, snapshot, **options):
        return Report(command="read", title="Read", facts={"from": snapshot.using}, run=snapshot.run)


def test_clean(run_command):
    assert run_command(Command()) == (0, f"{TEXT}\nFindings: none\n--------------\n", "")


def test_finding_below_the_fail_level_is_told_but_does_not_fail(run_command):
    told = f"{TEXT}\nFindings: 1\n-----------\nWARNING (credit_migration.W999) Something is odd.\n    Look at it.\n"
    assert run_command(Command(WARNING)) == (0, told, "")
    assert run_command(Command(WARNING), "--fail-level=WARNING") == (1, told, "")


def test_undecided_is_never_clean_and_never_outweighs_a_finding(run_command):
    told = "\nFindings: 1\n-----------\nUNDECIDED (credit_migration.U999) Nobody knows.\n    Ask.\n"
    assert run_command(Command(OPEN)) == (3, TEXT + told, "")
    assert run_command(Command(OPEN, WARNING), "--fail-level=WARNING")[0] == 1


def test_an_error_is_one_line_and_a_hint(run_command):
    def refuse():
        raise UsageError("That is no date.", hint="Write it as 2026-01-31.")

    assert run_command(Command(work=refuse)) == (2, "", "That is no date.\nWrite it as 2026-01-31.")


def test_file_is_whole_private_and_leaves_stdout_empty(run_command, tmp_path):
    file = tmp_path / "report.txt"

    assert run_command(Command(), f"--output={file}") == (0, "", "")

    assert file.read_text() == f"{TEXT}\nFindings: none\n--------------\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_an_error_in_the_middle_keeps_the_file_of_before(run_command, tmp_path):
    file = tmp_path / "report.csv"
    file.write_text("from yesterday")

    def rows():
        yield (1,)
        raise UsageError("The disk is on fire.", hint="Leave.")

    command = Command(rows=rows())

    assert run_command(command, "--format=csv", f"--output={file}") == (2, "", "The disk is on fire.\nLeave.")
    assert file.read_text() == "from yesterday"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_or_device_is_not_replaced(run_command, tmp_path):
    assert run_command(Command(), f"--output={tmp_path}") == (
        2,
        "",
        f"The report can't be written to '{tmp_path}': it is no regular file.\n"
        "Give --output the path of a file, or leave --output out to write to standard output.",
    )


def test_missing_folder(run_command, tmp_path):
    file = tmp_path / "gone" / "report.txt"
    assert run_command(Command(), f"--output={file}") == (
        2,
        "",
        f"The report can't be written to '{file}': No such file or directory.\n"
        "Give --output a file in an existing folder that you may write to, with room on its disk; "
        "nothing was left there.",
    )


def test_csv_needs_a_table(run_command):
    assert run_command(Command(), "--format=csv") == (
        2,
        "",
        "The report of tell_odd_things has no table, so it has no CSV form.\nUse --format json or --format text.",
    )


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        (KeyboardInterrupt, 130, "Interrupted: the report is not whole, and nothing was changed.\n"),
        (BrokenPipeError, 141, ""),
    ],
)
def test_interrupt_and_closed_pipe(run_command, tmp_path, fault, status, told):
    def stop():
        raise fault

    assert run_command(Command(work=stop), f"--output={tmp_path / 'report'}") == (status, "", told)
    assert list(tmp_path.iterdir()) == []


def test_closed_pipe_while_writing(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream, pytest.raises(SystemExit) as ended:
        call_command(Command(), stdout=stream)
    assert ended.value.code == 141


def test_full_disk_behind_stdout(run_command):
    with Path("/dev/full").open("w") as stream, pytest.raises(CommandError) as caught:
        call_command(Command(), stdout=stream)
    assert (caught.value.returncode, str(caught.value)) == (
        2,
        "The report can't be written to standard output: No space left on device.\n"
        "Make room on its disk, or use --output FILE, which leaves nothing half-written.",
    )


def test_termination_removes_what_is_half_written(run_command, tmp_path):
    def rows():
        yield (1,)
        os.kill(os.getpid(), signal.SIGTERM)
        yield (2,)

    command = Command(rows=rows())

    assert run_command(command, "--format=csv", f"--output={tmp_path / 'report'}") == (143, "", "")
    assert list(tmp_path.iterdir()) == []


def test_runs_in_a_thread_too(run_command):
    results = []
    thread = threading.Thread(target=lambda: results.append(run_command(Command())))
    thread.start()
    thread.join()
    assert results[0][0] == 0


def test_logging_and_prints_of_the_host_keep_off_stdout(run_command, capsys):
    handler = logging.StreamHandler(sys.stdout)
    logger = logging.getLogger("host")
    logger.addHandler(handler)

    def chatter():
        logger.warning("host logs")
        sys.stdout.write("host prints\n")

    try:
        assert run_command(Command(work=chatter))[0] == 0
        logger.warning("host logs on")
    finally:
        logger.removeHandler(handler)
    assert capsys.readouterr() == ("host logs on\n", "host logs\nhost prints\n")


@pytest.mark.django_db(transaction=True)
def test_reading_command_hands_over_its_snapshot(run_command):
    status, out, err = run_command(Reading())
    assert (status, err) == (0, "")
    assert out.startswith("Read\n====\nDatabase 'default' (")
    assert out.endswith("From  default\n\nFindings: none\n--------------\n")


def test_reading_command_refuses_an_unknown_alias(run_command):
    status, out, err = run_command(Reading(), "--database=replica")
    assert (status, out) == (2, "")
    assert err.startswith("The settings have no database 'replica'.\nUse --database with one of these: default, ")


def test_options_default_to_what_help_says(run_command, capsys):
    with pytest.raises(SystemExit):
        Reading().run_from_argv(["manage.py", "read", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    for sentence in (
        "Form of the report. Default is text.",
        "Write the report to FILE, whole or not at all, with mode 0600. Default is standard output.",
        "Exit with status 1 if there is a finding of this level or above. Default is ERROR.",
        "Alias of the database to read; a replica is fine. Default is 'default'.",
    ):
        assert sentence in told


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", ""])
def test_positive_int_refuses(text):
    with pytest.raises(ArgumentTypeError) as caught:
        positive_int(text)
    assert str(caught.value) == f"'{text}' is not a whole number of 1 or more."


def test_positive_int():
    assert positive_int("12") == 12


def test_a_report_has_to_be_given():
    with pytest.raises(NotImplementedError):
        call_command(ReportCommand(), stdout=io.StringIO())
