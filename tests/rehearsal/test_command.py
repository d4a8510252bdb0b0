"""``rehearse_credit_rollout``: the whole rollout, what proves it, and where it refuses."""

from __future__ import annotations

import json
import re
import signal
import stat
import time

import pytest
from django.apps import apps
from django.db import connections
from model_bakery import baker

from credit_migration.data import Report
from credit_migration.reference_host.records.api import request_credit
from credit_migration.rehearsal import page_steps
from credit_migration.rehearsal.browsing import LearnerAtThePage
from credit_migration.rehearsal.scene import CONTRACTED, EXPANDED, Scene
from credit_migration.rehearsal.scratch import ALIAS

SUMMARY = """\
Rehearsal of the credit rollout
===============================
Database DATABASE
Vendor VENDOR
Legacy requests 400
Requests on the page 6
Seed 1
Took s S
Reports FOLDER
Proofs that hold 20 of 20

Steps
-----
# Done Proof Holds Seconds
---
1 Scratch database on SERVER, migrated to 0001_legacy The schema reads 'legacy' yes S
2 Simulated 400 requests of 291 learners over years What each truly meant is in truth.csv, and in no table yes S
3 audit_credit_pathways: 400 rows have no program \
Each is in exactly one class by its pathway: 203 one program, 189 several programs, 8 no program yes S
4 check_migration_safety: N statements planned, none run \
No lock holds up writes; N notes name what has no way back yes S
5 show_credit_rollout: where it stands Done: audited. Next: python manage.py migrate records 0002_expand yes S
6 migrate records 0002_expand The schema reads 'partial'; all legacy rows are untouched yes S
7 show_credit_rollout: where it stands Done: audited, expanded. Next: python manage.py verify_resend_removed yes S
8 Wrote as code of before does, then rolled it back Old and new processes can run side by side yes S
9 On the page: first requests, and second ones too early \
2 rows with program, 2 mails; the old unique refuses 3, in words yes S
10 Awarded certificates to 3 learners who had asked No mail left: nothing requests credit on a learner's behalf yes S
11 verify_resend_removed: N functions followed ABSENT: no award, signal or task leads to a credit request yes S
12 show_credit_rollout: where it stands \
Done: audited, expanded, code-deployed. Next: python manage.py migrate records 0003_contract yes S
13 migrate records 0003_contract The schema reads 'target'; all legacy rows are untouched yes S
14 On the page: again, another program, beside a legacy row \
4 more rows with program, 4 mails: nothing keeps them from it yes S
15 Awarded certificates to 3 learners who had asked No mail left: nothing requests credit on a learner's behalf yes S
16 show_credit_rollout: where it stands \
Done: audited, expanded, code-deployed, contracted, re-requests-open. \
Next: python manage.py report_credit_requests yes S
17 report_credit_requests: programs, pathways, repeats \
6 requests are counted by program; no learner asked too often yes S
18 audit_credit_pathways: 400 rows have no program \
Each is in exactly one class by its pathway: 203 one program, 189 several programs, 8 no program yes S
19 infer_program_candidates: 203 candidates \
141 are what was meant and 62 are not: so they are reported, never filled in yes S
20 Checksum over all 400 legacy rows, before and after \
Every column of every row is the same, and 0 have a program yes S

Candidates against the truth
----------------------------
A candidate is a lead for a person. The wrong ones are why no row is ever filled in.
Grade Candidates Right Wrong Right % Missing
---
contradicted N
corroborated N
plausible N
none: several programs 0 0 0 189
none: no program 0 0 0 8

Reports in FOLDER
---
File Content
---
truth.csv The program that each request was truly made for
audit-before.txt Credit requests without a program
audit-before.json Credit requests without a program
audit-before.html Credit requests without a program
safety.txt Migration safety
safety.json Migration safety
status-audited.txt Credit rollout
status-audited.json Credit rollout
status-audited.html Credit rollout
status-expanded.txt Credit rollout
status-expanded.json Credit rollout
status-expanded.html Credit rollout
resend.txt Credit requests sent without the learner asking: ABSENT
resend.json Credit requests sent without the learner asking: ABSENT
status-code-deployed.txt Credit rollout
status-code-deployed.json Credit rollout
status-code-deployed.html Credit rollout
status-re-requests-open.txt Credit rollout
status-re-requests-open.json Credit rollout
status-re-requests-open.html Credit rollout
requests.txt Credit requests by program and pathway
requests.json Credit requests by program and pathway
audit-after.txt Credit requests without a program
audit-after.json Credit requests without a program
audit-after.html Credit requests without a program
candidates.txt Programs that legacy rows could mean: reported, never filled in
candidates.html Programs that legacy rows could mean: reported, never filled in
candidates.csv Programs that legacy rows could mean: reported, never filled in
host.log What the reference host logged: requests that the old unique refused
summary.txt Rehearsal of the credit rollout
summary.json Rehearsal of the credit rollout

Findings: none
--------------

Next: read runbooks/README.md, which takes a real service through the same stages.
"""


def plain(text, folder):
    """Return a summary without what differs between servers, runs and machines."""
    # The terminal's text wraps the steps' long cells, so their words are taken from the same summary as JSON.
    steps = json.loads((folder / "summary.json").read_text())["sections"]["steps"]
    told = (f"{row['number']} {row['done']} {row['proved']} {'yes' if row['holds'] else 'no'} 0.1" for row in steps)
    head, _, rest = text.partition("Steps\n-----\n")
    columns, rule = rest.splitlines()[:2]
    rest = rest.partition("\n\n")[2]
    text = "\n".join([f"{head}Steps\n-----", columns, rule, *told, "", rest])
    text = text.replace(str(folder), "FOLDER")
    text = re.sub(r"(?m)^Database .*", "Database DATABASE", text)
    text = re.sub(r"(?m)^Vendor .*", "Vendor VENDOR", text)
    text = re.sub(r"(?m)(yes|Took s) +[\d.]+$", r"\1 S", text)
    text = re.sub(r"on \w+ [\d.]+, migrated", "on SERVER, migrated", text)
    text = re.sub(r"\d+ (statements|notes|functions)", r"N \1", text)
    text = re.sub(r"(?m)^(Reports in FOLDER\n)-+$", r"\1---", text)
    text = re.sub(r"(?m)^-[- ]* -+$", "---", text)
    # Which grade a candidate gets is the grading's own matter; whether it is right is not.
    text = re.sub(r"(?m)^(contradicted|corroborated|plausible) .*", r"\1 N", text)
    return "".join(" ".join(line.split()) + "\n" for line in text.splitlines())


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "reports"


@pytest.fixture
def rehearse(run_command, rehearsal_alias, folder):
    """Rehearse on a small history inside this process."""

    def rehearsed(*arguments):
        return run_command("rehearse_credit_rollout", "--requests=400", f"--output-dir={folder}", *arguments)

    return rehearsed


@pytest.fixture
def verified(monkeypatch):
    """Say what the verification of the code found, without the seconds that it takes."""

    def say(verdict):
        found = Report(
            command="verify_resend_removed", title="Resend", facts={"verdict": verdict, "functions_followed": 1}
        )
        monkeypatch.setattr("credit_migration.api.verify_resend", lambda: found)

    say("ABSENT")
    return say


def failed(out):
    """Return the names of the steps whose proof does not hold, from the JSON summary."""
    report = json.loads(out)
    steps = [row["step"] for row in report["sections"]["steps"] if not row["holds"]]
    assert [finding["obj"] for finding in report["findings"]] == steps
    return steps


def test_the_whole_rollout_holds(rehearse, folder):
    status, out, err = rehearse()

    assert plain(out, folder) == SUMMARY
    assert (status, err) == (0, "")
    assert plain((folder / "summary.txt").read_text(), folder).splitlines()[:12] == SUMMARY.splitlines()[:12]
    listed = [line.split()[0] for line in SUMMARY.partition("File Content\n---\n")[2].splitlines() if "." in line]
    assert {path.name for path in folder.iterdir()} >= set(listed[:-1])
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    log = (folder / "host.log").read_text()
    assert re.sub(r"\d+", "N", log) == (
        "WARNING The database refused a credit request of learner N along pathway N.\n" * 3
    )


def test_a_row_that_a_migration_touches_is_found_out(rehearse, verified, monkeypatch):
    migrate = Scene.migrate

    def touching(scene, app_label, target=None):
        migrate(scene, app_label, target)
        if target == EXPANDED:
            with scene.connection.cursor() as cursor:
                cursor.execute("UPDATE records_usercreditpathway SET status = 'x' WHERE id = 400")

    monkeypatch.setattr(Scene, "migrate", touching)
    status, out, _ = rehearse("--format=json")

    assert status == 1
    assert failed(out) == [
        "Expand",
        "New code",
        "Certificates",
        "Contract",
        "Second requests",
        "Certificates again",
        "Candidates",
        "Legacy rows",
    ]


def test_a_program_that_is_filled_in_is_found_out(rehearse, verified, monkeypatch):
    migrate = Scene.migrate

    def filling(scene, app_label, target=None):
        migrate(scene, app_label, target)
        if target == CONTRACTED:
            with scene.connection.cursor() as cursor:
                cursor.execute("UPDATE records_usercreditpathway SET program_id = 1 WHERE id = 400")

    monkeypatch.setattr(Scene, "migrate", filling)
    status, out, _ = rehearse("--format=json")

    assert status == 1
    assert failed(out)[-3:] == ["Audit after", "Candidates", "Legacy rows"]


def test_an_award_that_requests_credit_is_found_out(rehearse, verified, monkeypatch):
    award = page_steps.award_program_certificate

    def resending(learner, program):
        pathway = program.pathways.exclude(usercreditpathway__user=learner).filter(
            pathway_type="credit", status="published"
        )
        request_credit(learner, pathway[0], program) if pathway else None
        return award(learner, program)

    monkeypatch.setattr(page_steps, "award_program_certificate", resending)
    status, out, _ = rehearse()

    assert status == 1
    assert (
        "ERROR Certificates: (credit_migration.E701) The step 'Certificates' did not prove what it should: No mail "
        "left: nothing requests credit on a learner's behalf.\n"
        "    Do not begin the rollout. Read the step's reports in the folder named above, repair what they show, and "
        "run the rehearsal again: python manage.py rehearse_credit_rollout\n"
    ) in out


def test_code_that_is_not_clear_of_the_hook_is_found_out(rehearse, verified):
    verified("INCONCLUSIVE")
    status, out, _ = rehearse("--format=json")

    assert status == 1
    assert failed(out) == ["Resend hook", "Status: code deployed", "Status: open"]


def test_a_page_without_the_button_is_no_page_to_rehearse_on(db):
    program, pathway = baker.make("catalog.Program", site_id=1), baker.make("catalog.Pathway", site_id=1)
    with pytest.raises(LookupError) as caught:
        LearnerAtThePage(baker.make("core.User")).request_credit(pathway, program)

    assert str(caught.value) == f"The page /records/programs/{program.uuid}/ has no button for pathway {pathway.pk}."


def test_a_real_service_is_refused(run_command, monkeypatch):
    monkeypatch.setattr(apps, "is_installed", lambda name: False)

    assert run_command("rehearse_credit_rollout") == (
        2,
        "",
        "The rollout is rehearsed on the reference host, and this project is a real service, which has none.\n"
        "Run it from a checkout of credit_migration: make rehearse. To see where this service stands: python manage.py "
        "show_credit_rollout",
    )


def test_a_history_that_is_too_small_is_refused(rehearse):
    assert rehearse("--requests=1") == (
        2,
        "",
        "This history is too small to have a request along an open pathway with several programs.\n"
        "Use a larger one: --requests 1000.",
    )


def test_a_folder_that_can_not_be_made_is_refused_before_anything_is_begun(rehearse, folder):
    folder.write_text("a file")

    assert rehearse() == (
        2,
        "",
        f"The folder '{folder}' can't be made or written to: File exists.\n"
        "Give --output-dir a folder that you may write to; nothing was begun.",
    )
    assert connections[ALIAS].connection is None


def test_a_truth_that_can_not_be_written_is_told(rehearse, folder, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("credit_migration.reference_host.records.history.populate.new_truth", full)

    assert rehearse() == (
        2,
        "",
        f"The truth can't be written to '{folder / 'truth.csv'}': No space left on device.\n"
        "Give --output-dir a folder that you may write to, with room on its disk.",
    )


def rows_of_all_tables(scratch):
    """Return every row of the tables that a rehearsal fills, in the database that is none of its business."""
    tables = ("core_user", "catalog_program", "records_usercreditpathway", "django_migrations", "django_session")
    return {table: scratch.execute(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


def test_a_killed_rehearsal_is_run_again_and_the_project_s_own_database_is_left_alone(own_scratch):
    own_scratch.execute("INSERT INTO django_session VALUES ('k', 'd', '2026-01-01 00:00:00')")
    before = rows_of_all_tables(own_scratch)
    reports = own_scratch.state_dir / "rehearsal"

    with own_scratch.started("rehearse_credit_rollout", "--requests=50000") as killed:
        deadline = time.monotonic() + 60
        # The truth is being written while the history is in one open transaction.
        while not list(reports.glob(".truth.csv.*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert not (reports / "summary.txt").exists()

    again = own_scratch.manage("rehearse_credit_rollout", "--requests=400")

    assert (again.returncode, again.stderr) == (0, "")
    assert plain(again.stdout, reports) == SUMMARY
    assert rows_of_all_tables(own_scratch) == before
    assert not list(reports.glob(".*"))
