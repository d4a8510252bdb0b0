"""The steps of the rollout, one after the other, on the scratch database → the report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from credit_migration.data import Proof, RehearsalOptions, Report, Scalar
from credit_migration.data.rollout import Stage
from credit_migration.rehearsal import page_steps, report_steps, schema_steps
from credit_migration.rehearsal.browsing import kept_mail
from credit_migration.rehearsal.folder import Folder
from credit_migration.rehearsal.scene import Outcome, Scene
from credit_migration.rehearsal.scratch import scratch_database
from credit_migration.rehearsal.telling import tell

AUDITED = (Stage.AUDITED,)
EXPANDED = (*AUDITED, Stage.EXPANDED)
DEPLOYED = (*EXPANDED, Stage.CODE_DEPLOYED)
OPEN = (*DEPLOYED, Stage.CONTRACTED, Stage.RE_REQUESTS_OPEN)
Step = tuple[str, Callable[[Scene], Outcome]]
STEPS: tuple[Step, ...] = (
    ("Legacy schema", schema_steps.make_legacy_schema),
    ("Legacy history", schema_steps.simulate_history),
    ("Audit before", report_steps.audit_before),
    ("Safety", report_steps.check_safety),
    ("Status: audited", partial(report_steps.show_status, stages=AUDITED)),
    ("Expand", schema_steps.expand),
    ("Status: expanded", partial(report_steps.show_status, stages=EXPANDED)),
    ("Old code goes on", schema_steps.run_code_of_before),
    ("New code", page_steps.first_requests),
    ("Certificates", page_steps.award_certificates),
    ("Resend hook", report_steps.verify_resend),
    ("Status: code deployed", partial(report_steps.show_status, stages=DEPLOYED)),
    ("Contract", schema_steps.contract),
    ("Second requests", page_steps.second_requests),
    ("Certificates again", page_steps.award_certificates),
    ("Status: open", partial(report_steps.show_status, stages=OPEN)),
    ("Requests", report_steps.report_requests),
    ("Audit after", report_steps.audit_after),
    ("Candidates", report_steps.infer),
    ("Legacy rows", schema_steps.compare_legacy_rows),
)


def run(options: RehearsalOptions, path: Path, watch: Callable[[Iterable[Step]], Iterable[Step]]) -> Report:
    """
    Rehearse on the scratch database, write each step's reports to the folder ``path``, and return the summary.

    Args:
        options: the history to rehearse on.
        path: the folder; made if it is not there.
        watch: sees each step as it comes, for progress.

    Raises: OutputRefused, ScratchRefused, UnknownDatabase, ConfigurationError, UsageError.

    """
    folder = Folder(path)
    folder.open()
    with scratch_database() as connection, kept_mail(), folder.host_log():
        scene = Scene(connection=connection, options=options, folder=folder)
        proofs = [_prove(name, step, scene) for name, step in watch(STEPS)]
    facts: dict[str, Scalar] = {
        "database": str(connection.settings_dict["NAME"]),
        "vendor": connection.vendor,
        "legacy_requests": scene.before.rows,
        "requests_on_the_page": scene.asked,
        "seed": options.seed,
        "took_s": round(sum(proof.took_s for proof in proofs), 1),
    }

    def summary() -> Report:
        return tell(proofs, scene.comparison, facts=facts, folder=path, files=folder.files)

    folder.write("summary", summary, "text", "json")
    return summary()


def _prove(name: str, step: Callable[[Scene], Outcome], scene: Scene) -> Proof:
    began_s = time.perf_counter()
    outcome = step(scene)
    return Proof(
        step=name,
        done=outcome.done,
        proved=outcome.proved,
        holds=outcome.holds,
        took_s=time.perf_counter() - began_s,
    )
