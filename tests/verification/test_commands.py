import pytest

from credit_migration import __main__ as entry
from credit_migration.data.verification import ProbeFacts
from credit_migration.exceptions import CreditMigrationError
from credit_migration.verification.probe import running


@pytest.mark.django_db(transaction=True)
def test_the_reference_host_resends_nothing(run_command):
    status, out, err = run_command("verify_resend_removed")

    assert (status, err) == (0, "")
    assert out.startswith("Credit requests sent without the learner asking: ABSENT\n")
    assert "request_credit  credit_migration/reference_host/records/mail.py" in out
    assert "Findings: none\n--------------\n\nNext: python manage.py verify_resend_removed --probe\n" in out


def test_the_reference_host_keeps_every_decision(run_command):
    status, out, err = run_command("verify_credit_decisions")

    assert (status, err) == (0, "")
    assert out.count("  kept") == 5
    assert "Findings: none" in out


@pytest.mark.django_db(transaction=True)
def test_a_clean_source_without_a_probe_says_so(run_command, monkeypatch):
    monkeypatch.setattr(
        "credit_migration.api.verification.run_probe", lambda adapter: ProbeFacts(ran=False, why_not="no adapter")
    )

    status, out, _ = run_command("verify_resend_removed", "--probe")

    assert status == 0
    assert "Basis               by source only: no award was tried\n" in out
    assert "Probe               did not run: no adapter\n" in out


@pytest.mark.django_db(transaction=True)
def test_an_award_that_sends_outweighs_a_clean_source(run_command, monkeypatch):
    sent = running.facts(
        {
            "ran": True,
            "trials": ["issuer"],
            "touched": [],
            "unclear": [],
            "unwatched": "connections of native libraries",
            "missing": ["task: the host has no Celery task"],
            "functions_ran": [{"module": "x", "qualname": "award", "file": "x.py", "line": 1}],
            "failed": [],
            "sent": [{"trial": "issuer", "channel": "mail", "recipients": ["a@b.test"], "calls": ["x.py:1 award"]}],
        }
    )
    monkeypatch.setattr("credit_migration.api.verification.run_probe", lambda adapter: sent)

    status, out, _ = run_command("verify_resend_removed", "--probe")

    assert status == 1
    assert "Probe               1 awards tried; connections of native libraries can't be seen on this machine\n" in out
    assert "ERROR issuer: (credit_migration.E302) During 'issuer' something left by mail to a@b.test.\n" in out


def test_an_unknown_database_ends_with_a_hint(run_command):
    status, out, err = run_command("verify_resend_removed", "--database=nowhere")

    assert (status, out) == (2, "")
    assert "nowhere" in err


def test_a_host_that_imports_runs_the_command(monkeypatch):
    ran = []
    monkeypatch.setattr(entry, "execute_from_command_line", ran.append)

    entry.main(["verify_resend_removed", "--verbosity=0"])

    assert ran == [["python -m credit_migration", "verify_resend_removed", "--verbosity=0"]]


@pytest.mark.django_db(transaction=True)
def test_triggers_of_a_database_that_is_not_there_are_told_as_not_looked_at(run_command, monkeypatch):
    def refuse(using):
        raise CreditMigrationError("No server.", hint="Start it.")

    monkeypatch.setattr("credit_migration.api.verification.read_only", refuse)

    status, out, err = run_command("verify_resend_removed")

    assert (status, err) == (0, "")
    assert "Triggers            not looked at: No server.\n" in out
