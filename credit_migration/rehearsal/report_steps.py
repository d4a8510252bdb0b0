"""The steps that an operator takes with the toolkit's own commands, each with its report in the folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from credit_migration import api
from credit_migration.data import Level, PathwayClass
from credit_migration.data.rollout import CodeFacts, Stage, Standing
from credit_migration.data.verification import Answer
from credit_migration.reference_host.records.history.truth import read_truth
from credit_migration.rehearsal.candidates import read_candidates
from credit_migration.rehearsal.comparing import compare
from credit_migration.rehearsal.scene import CONTRACTED, EXPANDED, Outcome, Scene

HAZARDS = frozenset({"W411", "W412"})
"""That the unique goes only after the last old process, and that the first second request is the point of no return."""


def audit_before(scene: Scene) -> Outcome:
    """Audit the legacy rows, as one does before anything is migrated."""
    return _audit(scene, "audit-before")


def check_safety(scene: Scene) -> Outcome:
    """Read what the two migrations would do, before either is run."""
    report = scene.folder.write("safety", lambda: api.check_safety(using=scene.using), "text", "json")
    planned = {str(row[0]).rpartition(".")[2] for row in report.sections[0].rows}
    errors = [finding for finding in report.findings if finding.level >= Level.ERROR]
    named = {finding.id.rpartition(".")[2] for finding in report.findings}
    return Outcome(
        done=f"check_migration_safety: {report.facts['statements']} statements planned, none run",
        proved=f"No lock holds up writes; {len(report.findings)} notes name what has no way back",
        holds=planned == {EXPANDED, CONTRACTED} and named >= HAZARDS and not errors and scene.untouched(),
    )


def audit_after(scene: Scene) -> Outcome:
    """Audit again, at the end: the legacy rows are as many as they were, and in the same classes."""
    return _audit(scene, "audit-after")


def verify_resend(scene: Scene) -> Outcome:
    """Ask the code whether anything requests credit without the learner, before old processes are retired for it."""
    report = api.verify_resend()
    scene.folder.write("resend", lambda: report, "text", "json")
    absent = report.facts["verdict"] == Answer.ABSENT.value
    scene.code = CodeFacts(ready=absent, detail=f"verify_resend_removed says {report.facts['verdict']}")
    return Outcome(
        done=f"verify_resend_removed: {report.facts['functions_followed']} functions followed",
        proved="ABSENT: no award, signal or task leads to a credit request",
        holds=absent,
    )


def show_status(scene: Scene, *, stages: Sequence[Stage]) -> Outcome:
    """Ask where the rollout stands. What is not verified of the code yet is open, and not looked into each time."""
    with scene.snapshot() as snapshot:
        report = scene.folder.write(
            f"status-{stages[-1]}",
            lambda: api.show_rollout(snapshot, code=scene.code, check_code=False),
            "text",
            "json",
            "html",
        )
    standings = {str(row[0]): str(row[1]) for row in report.sections[0].rows}
    told = [stage for stage, standing in standings.items() if standing == Standing.DONE]
    return Outcome(
        done="show_credit_rollout: where it stands",
        proved=f"Done: {', '.join(told)}. Next: {report.next_step}",
        holds=told == list(stages),
    )


def report_requests(scene: Scene) -> Outcome:
    """Report which programs credit is requested for, which the table can tell from now on."""
    with scene.snapshot() as snapshot:
        report = scene.folder.write("requests", lambda: api.report_requests(snapshot), "text", "json")
    recorded = report.facts["requests_with_program"]
    return Outcome(
        done="report_credit_requests: programs, pathways, repeats",
        proved=f"{recorded} requests are counted by program; no learner asked too often",
        holds=recorded == scene.asked and not report.findings,
    )


def infer(scene: Scene) -> Outcome:
    """List the candidates, and hold each against the truth that the simulation kept aside."""
    for form in ("text", "html", "csv"):
        # A snapshot each: one that is not read to its end keeps its connection until it is closed.
        with scene.snapshot() as snapshot:
            scene.folder.write("candidates", partial(api.infer_candidates, snapshot), form)
    candidates = list(read_candidates(scene.folder.path / "candidates.csv"))
    missing = {name: rows for name, rows in scene.classes.items() if name != PathwayClass.ONE}
    comparison = compare(candidates, read_truth(scene.truth), missing)
    scene.comparison = comparison
    right = sum(grade.right for grade in comparison.grades)
    wrong = sum(grade.wrong for grade in comparison.grades)
    return Outcome(
        done=f"infer_program_candidates: {len(candidates)} candidates",
        proved=f"{right} are what was meant and {wrong} are not: so they are reported, never filled in",
        holds=not comparison.unknown
        and right + wrong + sum(missing.values()) == scene.before.rows
        and scene.untouched(),
    )


def _audit(scene: Scene, name: str) -> Outcome:
    with scene.snapshot() as snapshot:
        report = scene.folder.write(name, lambda: api.audit(snapshot), "text", "json", "html")
    [table] = [section for section in report.sections if section.name == "classes"]
    classes = {str(name): int(str(rows)) for name, _, rows in table.rows}
    shown = ", ".join(f"{rows} {name.replace('_', ' ')}" for name, rows in classes.items())
    scene.classes = classes
    return Outcome(
        done=f"audit_credit_pathways: {report.facts['selected_legacy_rows']} rows have no program",
        proved=f"Each is in exactly one class by its pathway: {shown}",
        holds=sum(classes.values()) == report.facts["selected_legacy_rows"] == scene.before.rows,
    )
