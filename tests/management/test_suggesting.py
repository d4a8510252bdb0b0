"""A suggested command is right for how the command that suggests it was called."""

import pytest

from credit_migration.data import Column, Report, Section
from credit_migration.management.suggesting import Call, program_of, suggested, suggested_text
from credit_migration.messages import finding

REPLICA = Call(database="replica")


@pytest.mark.parametrize(
    ("call", "text", "expected"),
    [
        (Call(), "Run python manage.py migrate records", "Run python manage.py migrate records"),
        (
            REPLICA,
            "python manage.py audit_credit_pathways --output audit.txt",
            "python manage.py audit_credit_pathways --database replica --output audit.txt",
        ),
        (
            REPLICA,
            "run python manage.py verify_resend_removed again",
            "run python manage.py verify_resend_removed --database replica again",
        ),
        (REPLICA, "python manage.py verify_credit_decisions", "python manage.py verify_credit_decisions"),
        (REPLICA, "python manage.py migrate records 0003", "python manage.py migrate records 0003"),
        (
            Call(database="records", is_written=True),
            "python manage.py migrate records 0003",
            "python manage.py migrate --database records records 0003",
        ),
        (
            REPLICA,
            "First: python manage.py show_credit_rollout --database ALIAS; then python manage.py show_credit_rollout",
            "First: python manage.py show_credit_rollout --database ALIAS; then python manage.py show_credit_rollout "
            "--database replica",
        ),
        (
            REPLICA,
            "In the service itself: run python manage.py show_credit_rollout",
            "In the service itself: run python manage.py show_credit_rollout",
        ),
        (
            Call(database="replica", is_beside=True),
            "Find it: python manage.py verify_resend_removed --probe. Rows: python manage.py audit_credit_pathways",
            "Find it: in the service itself, python manage.py verify_resend_removed --probe. Rows: "
            "python manage.py audit_credit_pathways --database replica",
        ),
        (
            Call(program="django-admin", settings="credentials.settings.production", pythonpath="/srv/my app"),
            "Write it: python manage.py makemigrations records",
            "Write it: django-admin makemigrations --settings credentials.settings.production "
            "--pythonpath '/srv/my app' records",
        ),
    ],
)
def test_a_command_in_a_text(call, text, expected):
    assert suggested_text(text, call) == expected


def test_a_report_has_them_in_its_next_step_its_hints_and_its_table_of_commands():
    command = "python manage.py audit_credit_pathways"
    columns = (Column(name="fact", title="Because"), Column(name="command", title="Command"))
    hint = finding("W201", repeats=1, more_than=1, days=2, institution="x", requests=3)
    report = Report(
        command="show_credit_rollout",
        title="Credit rollout",
        facts={},
        sections=(Section(name="stages", title="Stages", columns=columns, rows=[("as it is", command)]),),
        findings=(hint,),
        next_step=command,
    )

    told = suggested(report, REPLICA)

    assert told.next_step == f"{command} --database replica"
    assert list(told.sections[0].rows) == [("as it is", f"{command} --database replica")]
    assert "python manage.py report_credit_requests --database replica --repeats --format csv" in told.findings[0].hint


@pytest.mark.parametrize(
    ("started", "program"),
    [
        ("", "python manage.py"),
        ("manage.py", "python manage.py"),
        ("/srv/credentials/manage.py", "python manage.py"),
        ("/srv/venv/bin/django-admin", "django-admin"),
        ("/srv/venv/lib/python3.12/site-packages/django/__main__.py", "python -m django"),
        ("python -m credit_migration", "python -m credit_migration"),
    ],
)
def test_the_program_is_the_one_that_was_started(started, program):
    assert program_of(started) == program


@pytest.mark.django_db
def test_beside_a_service_what_comes_next_names_its_database(scratch):
    audit = ("audit_credit_pathways", "--database", "credentials")

    done = scratch.manage(*audit, CREDENTIALS_DATABASE_URL=scratch.url, DATABASE_URL="sqlite:///:memory:")

    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "Next: python manage.py infer_program_candidates --database credentials"
