"""Places that are against a decision, and the answer on D5 → ``Report``."""

from __future__ import annotations

from collections.abc import Iterator

from credit_migration.data import Column, Finding, Report, Scalar, Section
from credit_migration.data.verification import Answer, Breach, Place, SourceFacts
from credit_migration.messages import finding

_IDS = {
    Breach.NO_PROGRAM: "E310",
    Breach.MAYBE_NO_PROGRAM: "U311",
    Breach.OVERWRITES: "E312",
    Breach.FILLS: "E313",
    Breach.GATES: "E314",
    Breach.OFFERS: "E315",
    Breach.SHOWS: "W316",
    Breach.UNIQUE: "E317",
    Breach.ADMIN: "E318",
    Breach.ADMIN_FILLS: "E319",
}
_DECISIONS = {
    "D2": (Breach.NO_PROGRAM, Breach.MAYBE_NO_PROGRAM, Breach.ADMIN),
    "D3": (Breach.OVERWRITES, Breach.UNIQUE, Breach.GATES),
    "D4": (Breach.OFFERS, Breach.SHOWS),
    "D6": (Breach.FILLS, Breach.ADMIN_FILLS),
}
_STATES = {Answer.ABSENT: "kept", Answer.PRESENT: "not kept", Answer.INCONCLUSIVE: "undecided"}
_SAYS = {
    "D2": "each request is recorded with its program",
    "D3": "a learner may request again, and each request is recorded",
    "D4": "recorded requests decide nothing that the learner sees",
    "D5": "nothing sends a credit request without the learner asking",
    "D6": "the program of earlier rows is never filled in",
}


def decisions_report(
    places: tuple[Place, ...], answer: Answer, resend: tuple[Finding, ...], source: SourceFacts, *, host: str
) -> Report:
    """Return the report on D2 to D6."""
    rows = tuple(_row(decision, places, answer, len(resend)) for decision in _SAYS)
    return Report(
        command="verify_credit_decisions",
        title="The decisions of ADR 0005 in the host's code",
        facts={
            "request_model": host,
            "settings_module": source.looked.settings_module,
            "functions_followed": source.looked.functions,
            "resend": answer.value,
        },
        sections=(
            Section(
                name="decisions",
                title="Decisions",
                columns=tuple(
                    Column(name=name, title=name.capitalize()) for name in ("decision", "says", "state", "places")
                ),
                rows=rows,
            ),
        ),
        findings=(*_findings(places), *resend),
        next_step="" if not places and answer is Answer.ABSENT else "mend each place, then run this again",
    )


def _row(decision: str, places: tuple[Place, ...], answer: Answer, resend: int) -> tuple[Scalar, ...]:
    if decision == "D5":
        return decision, _SAYS[decision], _STATES[answer], resend
    breaches = [place.breach for place in places if place.breach in _DECISIONS[decision]]
    is_open = set(breaches) == {Breach.MAYBE_NO_PROGRAM}
    state = _STATES[Answer.INCONCLUSIVE if is_open else Answer.PRESENT if breaches else Answer.ABSENT]
    return decision, _SAYS[decision], state, len(breaches)


def _findings(places: tuple[Place, ...]) -> Iterator[Finding]:
    for place in places:
        yield finding(_IDS[place.breach], location=place.location, detail=place.detail)
