"""A page's name → the scratch host that its reader has before him, in the stage that the page is for."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.databases import connect
from tests.scratch import ROOT, Scratch, make_empty
from tests.synthetic_hosts.overlay import Append, Variant, at_award
from tests.synthetic_hosts.runner import lay
from tests.synthetic_hosts.variants.hook import module


@dataclass(frozen=True, kw_only=True)
class Host:
    """A service on a database of its own, and what happens there after a section of the page, by its heading."""

    scratch: Scratch
    root: Path
    settings: str
    meanwhile: dict[str, Callable[[Host], None]] = field(default_factory=dict)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command line that starts with ``python``; both its streams are in ``stdout``, as on a terminal."""
        more = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": self.settings}
        return subprocess.run(
            [sys.executable, *words[1:]],
            env=self.scratch.environment(**more),
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def do(self, code: str, status: int = 0) -> None:
        """Run Python in the service."""
        done = self.run("python", "manage.py", "shell", "--verbosity=0", "--no-imports", "--command", code)
        assert done.returncode == status, f"{code}\n{done.stdout}"


HISTORY = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("migrate", "records", "0001_legacy", verbosity=0)
call_command("simulate_legacy_history", "--requests=300", "--truth={truth}", "--verbosity=0")
call_command("migrate", "records", "{at}", verbosity=0)
"""
ASK_TWICE = """
from credit_migration.reference_host.records.api import request_credit
from credit_migration.reference_host.records.models import UserCreditPathway
from credit_migration.reference_host.catalog.models import Pathway
pathway = Pathway.objects.filter(pathway_type="credit", status="published", programs__isnull=False).exclude(email="")
pathway = pathway.order_by("pk")[0]
learner = UserCreditPathway.objects.filter(pathway=pathway).order_by("pk")[0].user
for _ in range(2):
    request_credit(learner, pathway, pathway.programs.order_by("pk")[0])
"""
KILLED = """
import os, signal
from django.core.management import call_command
from django.db import connection
def before_the_index(execute, sql, *rest):
    if "INDEX" in sql and sql.startswith(("CREATE", "ALTER")):
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, *rest)
with connection.execute_wrapper(before_the_index):
    call_command("migrate", "records", "0002_expand", verbosity=0)
"""
UPSTREAM = """
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, AlterUniqueTogether
from django.db.migrations.recorder import MigrationRecorder
state = MigrationLoader(connection).project_state(("records", "0001_legacy"))
program = models.ForeignKey("catalog.Program", null=True, blank=True, on_delete=models.PROTECT)
three = {("user", "pathway", "program")}
for operation in (
    AddField(model_name="usercreditpathway", name="program", field=program),
    AlterUniqueTogether(name="usercreditpathway", unique_together=three),
):
    after = state.clone()
    operation.state_forwards("records", after)
    with connection.schema_editor() as editor:
        operation.database_forwards("records", editor, state, after)
    state = after
MigrationRecorder(connection).record_applied("records", "0002_expand")
"""
# As upstream's view does: the first request after the deployment, and one whose program went into a legacy row.
FILLED = """
from django.utils import timezone
from credit_migration.reference_host.records.models import UserCreditPathway
row = UserCreditPathway.objects.filter(pathway__programs__isnull=False).order_by("pk")[0]
program = row.pathway.programs.order_by("pk")[0]
UserCreditPathway.objects.filter(pk=row.pk).update(program=program, modified=timezone.now())
"""
# A unique of three does not keep rows without a program apart.
TWICE_WITHOUT = """
from credit_migration.reference_host.records.models import UserCreditPathway
rows = UserCreditPathway.objects.order_by("pk")[:2]
copies = [UserCreditPathway(user=row.user, pathway=row.pathway, status=row.status) for row in rows]
UserCreditPathway.objects.bulk_create(copies)
for row, copy in zip(rows, copies):
    UserCreditPathway.objects.filter(pk=copy.pk).update(created=row.created, modified=row.modified)
"""


def at(
    migration: str,
    *codes: str,
    settings: str = "settings.base",
    meanwhile: dict[str, Callable[[Host], None]] | None = None,
) -> Callable[[Path], AbstractContextManager[Host]]:
    """Return a service with a legacy history at a migration, where then ``codes`` were run."""

    @contextmanager
    def scene(folder: Path) -> Iterator[Host]:
        scratch = make_empty(f"scratch_{folder.name.lower()}", folder)
        host = Host(scratch=scratch, root=ROOT, settings=settings, meanwhile=meanwhile or {})
        host.do(HISTORY.format(at=migration, truth=folder / "truth.csv"))
        for code in codes:
            host.do(code, status=-signal.SIGKILL if "SIGKILL" in code else 0)
        yield host

    return scene


@contextmanager
def blocked(folder: Path) -> Iterator[Host]:
    """Yield a service whose table somebody holds with a transaction that stays open."""
    with at("0001_legacy", settings="tests.runbook_settings")(folder) as host:
        other = connect(host.scratch.url)
        try:
            with other.cursor() as cursor:
                cursor.execute("BEGIN IMMEDIATE" if host.scratch.vendor == "sqlite" else "BEGIN")
                cursor.execute("SELECT COUNT(*) FROM records_usercreditpathway")
            if host.scratch.vendor == "sqlite":
                # Nobody can end it from outside: like a dump, it ends by itself.
                host.meanwhile["Look"] = lambda _: other.close()
            yield host
        finally:
            other.close()


@contextmanager
def with_hook(folder: Path) -> Iterator[Host]:
    """Yield a small service that still re-sends requests when a certificate is awarded."""
    hook = module("campus/records/resend.py", "send_updated_emails_for_program")
    variant = Variant(
        name="runbook",
        description="the hook of before ADR 0005, called by the issuer",
        verdict="PRESENT",
        steps=(
            hook,
            *at_award(
                "send_updated_emails_for_program(learner, credential.program)",
                imports="from campus.records.resend import send_updated_emails_for_program",
            ),
            Append("campus/settings.py", _ON_THE_SCRATCH_DATABASE),
        ),
    )
    scratch = make_empty(f"scratch_{folder.name.lower()}", folder)
    root = folder / "campus"
    lay(variant, root)
    host = Host(scratch=scratch, root=root, settings="campus.settings")
    done = host.run("python", "manage.py", "migrate", "--verbosity=0")
    assert done.returncode == 0, done.stdout
    yield host


_ON_THE_SCRATCH_DATABASE = """
import dj_database_url

if "DATABASE_URL" in os.environ:
    DATABASES = {"default": dj_database_url.config()}
"""


SCENES: dict[str, Callable[[Path], AbstractContextManager[Host]]] = {
    "README.md": at("0001_legacy"),
    "0-before-you-start.md": at("0001_legacy"),
    "1-audit.md": at("0001_legacy"),
    "2-expand.md": at("0001_legacy"),
    "3-deploy.md": at("0002_expand"),
    "4-contract.md": at("0002_expand"),
    "5-open-re-requests.md": at("0003_contract", meanwhile={"Do": lambda host: host.do(ASK_TWICE)}),
    "6-watch.md": at("0003_contract", ASK_TWICE),
    "roll-back.md": at("0003_contract"),
    "lock-not-granted.md": blocked,
    "killed-half-way.md": at("0001_legacy", KILLED),
    "partial-schema.md": at("0001_legacy", UPSTREAM, FILLED),
    "duplicates-found.md": at("0001_legacy", UPSTREAM, TWICE_WITHOUT),
    "point-of-no-return.md": at("0003_contract", ASK_TWICE),
    "read-the-candidates.md": at("0001_legacy"),
    "what-to-tell.md": at("0001_legacy"),
    "remove-the-hook.md": with_hook,
}
