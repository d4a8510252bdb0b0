"""``Evidence`` → ``Judgement``: rules as data, and the one pure function that applies them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from credit_migration.data import SHARED_AT_ONCE_S, Evidence, Grade, Judgement, When


@dataclass(frozen=True, slots=True)
class Rule:
    """A fact of the evidence, the value of it that counts, and the reason in words where it has it."""

    fact: str
    value: bool | When
    reason: str = ""

    def holds(self, evidence: Evidence) -> bool:
        return bool(getattr(evidence, self.fact) == self.value)


AGAINST = (
    Rule(
        "shared",
        When.NEVER,
        "the learner has no shared record of this program, and the legacy flow made one before each request",
    ),
    Rule("shared", When.AFTER, "the learner shared this program only after the request"),
    Rule("program_newer", value=True, reason="the program is newer than the request"),
)
"""Any of these contradicts a candidate."""

DOUBTS = (
    Rule(
        "shared",
        When.UNKNOWN,
        "the host keeps no shared records, so nothing speaks for this learner and program",
    ),
    Rule(
        "other_program_recorded",
        value=True,
        reason="another request of the learner along this pathway names another program",
    ),
    Rule("same_site", value=False, reason="the pathway and the program belong to different sites"),
    Rule("credit_pathway", value=False, reason="the pathway is no credit pathway now"),
)
"""Any of these leaves a candidate plausible at best."""

UNPROVEN = (Rule("shared_at_once", value=False), Rule("other_shared_at_once", value=True))
"""Without any of these the request itself made the shared record of this program."""

STEPS = ((Grade.CONTRADICTED, AGAINST), (Grade.PLAUSIBLE, (*DOUBTS, *UNPROVEN)))
"""The grade is the first of which a rule holds; where none does, it is ``OTHERWISE``."""
OTHERWISE = Grade.CORROBORATED


@cache
def judge(evidence: Evidence) -> Judgement:
    """
    Return how far the evidence carries a candidate, with every reason in words, the decisive ones first.

    *Contradicted*: the legacy flow could not have made this row for this program. It made the learner's shared record
    before it stored the row, so a record that is missing or later speaks against it, and so does a newer program.
    *Corroborated*: nothing speaks against it, and the request itself made the shared record of this program: it is
    from the last seconds before the row, and no other program was shared in them.
    *Plausible*: all the rest, with what is open. A program that was shared earlier is no proof: the request may have
    been for another one that the pathway had then.

    Source: ADR 0005, "we cannot be certain about which program it is connected to"; docs/inference.md.
    """
    against, doubts = ([rule.reason for rule in rules if rule.holds(evidence)] for rules in (AGAINST, DOUBTS))
    return Judgement(
        grade=next((grade for grade, rules in STEPS if any(rule.holds(evidence) for rule in rules)), OTHERWISE),
        reasons=(*against, *doubts, *_support(evidence), *_beside(evidence)),
    )


def _by_request(evidence: Evidence) -> bool:
    return not any(rule.holds(evidence) for rule in UNPROVEN)


def _support(evidence: Evidence) -> Iterator[str]:
    if evidence.shared is not When.BEFORE:
        if evidence.other_shared:
            yield "the learner had shared other programs by then, and the pathway may have had one of them"
    elif _by_request(evidence):
        yield f"the request itself made the shared record, at most {SHARED_AT_ONCE_S} seconds before the row"
    elif evidence.shared_at_once:
        yield f"the learner shared this program and another one in the {SHARED_AT_ONCE_S} seconds before the row"
    elif evidence.other_shared:
        yield "the learner had shared this program and others earlier, and the pathway may have had one of those"
    else:
        yield "the learner had shared this program earlier, and no other"


def _beside(evidence: Evidence) -> Iterator[str]:
    """Facts that decide nothing: learners may ask before they complete a program, and catalogues change later."""
    if evidence.certificate is When.BEFORE:
        yield "the learner had its certificate by then"
    if evidence.certificate is When.AFTER:
        yield "the learner got its certificate later"
    if evidence.program_status != "active":
        yield f"the program is {evidence.program_status or 'without status'} now"
    if evidence.pathway_status != "published":
        yield f"the pathway is {evidence.pathway_status or 'without status'} now"
    if evidence.other_requests and not evidence.other_program_recorded:
        yield "the learner has other requests along this pathway"
