"""Proofs, the comparison with the truth and the folder → ``Report``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from credit_migration import messages
from credit_migration.data import Column, Comparison, Proof, Report, Scalar, Section


def tell(
    proofs: Sequence[Proof],
    comparison: Comparison | None,
    *,
    facts: Mapping[str, Scalar],
    folder: Path,
    files: Sequence[tuple[str, str]],
) -> Report:
    """
    Return the rehearsal's report: a line a step, candidates against the truth, and a finding a proof that fails.

    Args:
        proofs: the steps in their order.
        comparison: ``None`` if candidates were not inferred.
        facts: what was rehearsed on.
        folder: where the files are.
        files: name and content of each.

    """
    failed = [
        messages.finding("E701", obj=proof.step, step=proof.step, proved=proof.proved)
        for proof in proofs
        if not proof.holds
    ]
    return Report(
        command="rehearse_credit_rollout",
        title="Rehearsal of the credit rollout",
        facts={**facts, "reports": str(folder), "proofs_that_hold": f"{len(proofs) - len(failed)} of {len(proofs)}"},
        sections=(
            _steps(proofs),
            *([_comparison(comparison)] if comparison else []),
            Section(
                name="files",
                title=f"Reports in {folder}",
                columns=(Column(name="file", title="File"), Column(name="content", title="Content")),
                rows=list(files),
            ),
        ),
        findings=tuple(failed),
        next_step="read runbooks/README.md, which takes a real service through the same stages.",
    )


def _steps(proofs: Sequence[Proof]) -> Section:
    return Section(
        name="steps",
        title="Steps",
        columns=(
            Column(name="number", title="#"),
            Column(name="step", title="Step", detail=True),
            Column(name="done", title="Done"),
            Column(name="proved", title="Proof"),
            Column(name="holds", title="Holds"),
            Column(name="took_s", title="Seconds"),
        ),
        rows=[
            (number, proof.step, proof.done, proof.proved, proof.holds, round(proof.took_s, 2))
            for number, proof in enumerate(proofs, start=1)
        ],
    )


def _comparison(comparison: Comparison) -> Section:
    return Section(
        name="comparison",
        title="Candidates against the truth",
        note="A candidate is a lead for a person. The wrong ones are why no row is ever filled in.",
        columns=(
            Column(name="grade", title="Grade"),
            Column(name="candidates", title="Candidates"),
            Column(name="right", title="Right"),
            Column(name="wrong", title="Wrong"),
            Column(name="right_percent", title="Right %"),
            Column(name="missing", title="Missing"),
        ),
        rows=[
            *(
                (one.grade, one.candidates, one.right, one.wrong, round(100 * one.right / one.candidates, 1), 0)
                for one in comparison.grades
            ),
            *((f"none: {reason.replace('_', ' ')}", 0, 0, 0, None, rows) for reason, rows in comparison.missing),
        ],
    )
