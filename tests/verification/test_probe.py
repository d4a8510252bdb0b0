import sqlite3
import tempfile

import pytest

from credit_migration.data.verification import ProbeFacts
from credit_migration.verification.probe.running import probe
from tests.verification.synthetic.base import RESEND, Variant

ADAPTER = """
import uuid
class Adapter:
    learners = ["ann@learners.test"]
    def __init__(self, host):
        self.host = host
    def prepare(self):
        from catalog.models import Pathway, Program
        from credentials.models import ProgramCertificate
        program = Program.objects.create(title="Masonry")
        self.certificate = ProgramCertificate.objects.create(program=program, program_uuid=uuid.uuid4())
        user = self.host.user.objects.create(username="ann", email="ann@learners.test")
        pathway = Pathway.objects.create(name="North", email="registrar@north.test")
        pathway.programs.add(program)
        self.host.request.objects.create(user=user, pathway=pathway, program=None)
    def trials(self):
        yield "issuer: first award", self.award
        yield "issuer: second award", self.award
    def award(self):
        from credentials.issuers import Issuer
        Issuer().issue_credential(self.certificate, "ann")
"""
DATABASE = """
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(__file__).parent / "real.sqlite3")}}
"""
IN_A_TASK = """
from celery import shared_task
from catalog.models import Program
from core.models import User
from records.hooks import resend
@shared_task
def resend_later(user, program):
    resend(User.objects.get(pk=user), Program.objects.get(pk=program))
"""
IN_A_THREAD = """
import threading
from records.hooks import resend
def later(user, program):
    threading.Thread(target=resend, args=(user, program)).start()
"""
ON_COMMIT = "transaction.on_commit(lambda: resend(user, program))"
SENT = "During 'issuer: first award' something left by mail to registrar@north.test."
TWICE = " So it was during 1 other award."


def probed(verify_host, tmp_path, *, adapter=ADAPTER, options=("--adapter=probing.Adapter",), files=(), **parts):
    """The answer with --probe on a host whose real database is a file; that file is as it was before."""
    settings = f"\nfrom pathlib import Path\n{DATABASE}"
    own = {"probing.py": adapter, **dict(files)}
    variant = Variant(name="probed", answer="", settings=settings, files=own, **parts)
    real = tmp_path / "real.sqlite3"
    with sqlite3.connect(real) as database:
        database.execute("CREATE TABLE records_usercreditpathway (id INTEGER PRIMARY KEY)")
    database.close()
    before = real.read_bytes()
    answer = verify_host(variant.tree(), "verify_resend_removed", "--probe", *options)
    assert real.read_bytes() == before
    assert "report" in answer, answer
    return answer


def told(answer):
    return [(one["id"].rpartition(".")[2], one["msg"]) for one in answer["report"]["findings"]]


@pytest.mark.parametrize(
    ("imports", "award"),
    [
        ("from records.hooks import resend", "resend(user, program)"),
        ("from django.db import transaction\nfrom records.hooks import resend", ON_COMMIT),
        ("from records.later import later", "later(user, program)"),
        ("", "from records.tasks import resend_later; resend_later.delay(user.pk, program.pk)"),
    ],
    ids=["plain", "on commit", "in a thread", "in a task that the award loads Celery for"],
)
def test_what_an_award_sends_is_told_with_its_calls(verify_host, tmp_path, imports, award):
    answer = probed(verify_host, tmp_path, files={"records/later.py": IN_A_THREAD, "records/tasks.py": IN_A_TASK},
                    hooks=RESEND, imports=imports,
                    award=award)  # fmt: skip

    by_probe = [one for one in answer["report"]["findings"] if one["id"] == "credit_migration.E302"]
    assert answer["status"] == 1
    assert answer["report"]["facts"]["basis"] == "by source and by the probe"
    assert answer["report"]["facts"]["probe"] == "2 awards tried"
    assert [one["msg"] for one in by_probe] == [SENT + TWICE]
    assert by_probe[0]["path"][-1] == "records/hooks.py:6 resend"
    assert answer["report"]["sections"]["awards"] == [
        {"award": f"issuer: {which} award", "left": 1, "unclear": 0, "requests_used": True, "failed": False}
        for which in ("first", "second")
    ]
    assert answer["report"]["sections"]["ways_of_awarding"] == [
        {"way": "issuer", "awards": 2, "left": 2, "why_none": ""}
    ]
    ran = answer["report"]["sections"]["functions_ran"]
    assert {"module": "records.hooks", "function": "resend", "file": "records/hooks.py", "line": 4} in ran
    assert {one["file"].partition("/")[0] for one in ran} == {"credentials", "records"}


def test_a_mail_to_the_learner_is_another_thing(verify_host, tmp_path):
    answer = probed(verify_host, tmp_path)

    assert (answer["status"], told(answer)) == (0, [])
    assert answer["report"]["facts"]["verdict"] == "ABSENT"
    assert answer["report"]["facts"]["basis"] == "by source and by the probe"


def test_an_award_that_reads_the_table_and_sends_nothing_is_undecided(verify_host, tmp_path):
    imports = "from records.models import UserCreditPathway"
    answer = probed(verify_host, tmp_path, imports=imports, award="UserCreditPathway.objects.filter(user=user).count()")

    assert answer["status"] == 3
    assert answer["report"]["facts"]["basis"] == "by the probe"
    said = "During 'issuer: first award' the table of credit requests was used, and nothing left the host."
    assert told(answer) == [("U304", said + TWICE)]


def test_an_award_that_fails_is_undecided(verify_host, tmp_path):
    answer = probed(verify_host, tmp_path, adapter=ADAPTER.replace('"ann")', '"bob")'))

    reason = "DoesNotExist: User matching query does not exist."
    assert answer["status"] == 3
    assert told(answer)[0] == ("U305", f"The probe failed: issuer: first award: {reason}.")


def test_data_that_can_not_be_made_is_undecided(verify_host, tmp_path):
    answer = probed(verify_host, tmp_path, adapter=ADAPTER.replace('title="Masonry"', "no_such_field=1"))

    assert answer["status"] == 3
    assert told(answer) == [
        ("U305", "The probe failed: TypeError: Program() got unexpected keyword arguments: 'no_such_field'.")
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("no_such.Adapter", "ModuleNotFoundError: No module named 'no_such'"),
        ("probing.NoSuch", "AttributeError: module 'probing' has no attribute 'NoSuch'"),
    ],
)
def test_an_adapter_that_is_not_there_is_undecided(verify_host, tmp_path, path, reason):
    answer = probed(verify_host, tmp_path, options=(f"--adapter={path}",))

    assert answer["status"] == 3
    assert told(answer) == [("U305", f"The probe failed: {reason}.")]


def test_without_an_adapter_the_probe_says_that_it_did_not_run(verify_host, tmp_path):
    answer = probed(verify_host, tmp_path, options=())

    facts = answer["report"]["facts"]
    assert (answer["status"], facts["verdict"]) == (0, "ABSENT")
    assert facts["basis"] == "by source only: no award was tried"
    assert facts["probe"] == ("did not run: no adapter for this host (django.contrib.sites is not installed)")
    assert answer["report"]["next_step"] == "python manage.py verify_resend_removed --probe"


def test_without_a_place_for_a_scratch_database_the_probe_did_not_run(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")

    tried = probe()

    assert not tried.ran
    assert tried.why_not.startswith("no folder for a scratch database can be made ([Errno 2] No such file or directory")
    assert tried.why_not.endswith("; set TMPDIR")


@pytest.mark.parametrize(
    ("award", "reason"),
    [
        ("os.kill(os.getpid(), 9)", "its process was ended by SIGKILL"),
        ("os._exit(0)", "it ended without a word"),
    ],
)
def test_a_process_that_ends_in_an_award_is_undecided(verify_host, tmp_path, award, reason):
    answer = probed(verify_host, tmp_path, adapter="import os" + ADAPTER + f"        {award}\n")

    assert answer["status"] == 3
    assert told(answer) == [("U305", f"The probe failed: {reason}.")]


def test_a_host_with_a_second_database_uses_the_scratch_database_for_both(verify_host, tmp_path):
    settings = "DATABASES['replica'] = dict(DATABASES['default'], NAME='/no/such/replica')"
    imports = "from records.models import ProgramCertRecord"
    award = "ProgramCertRecord.objects.using('replica').create(user=user, program=program)"
    files = {"site_settings.py": f"+\n{settings}\n"}

    answer = probed(verify_host, tmp_path, files=files, imports=imports, award=award)

    assert [one for one in told(answer) if one[0] != "U303"] == []


def test_a_probe_that_takes_too_long_is_given_up():
    assert probe(longest_s=0.01) == ProbeFacts(ran=True, failed=("it took longer than 0.01 s",))
