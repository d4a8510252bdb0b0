"""``Evidence`` → ``Judgement``: the rules, in one pure function."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from credit_migration.data import SHARED_AT_ONCE_S, Evidence, Grade, Judgement, When


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
    against, doubts, support = tuple(_against(evidence)), tuple(_doubts(evidence)), tuple(_support(evidence))
    if against:
        grade = Grade.CONTRADICTED
    elif doubts or not _by_request(evidence):
        grade = Grade.PLAUSIBLE
    else:
        grade = Grade.CORROBORATED
    return Judgement(grade=grade, reasons=(*against, *doubts, *support, *_beside(evidence)))


def _by_request(evidence: Evidence) -> bool:
    return evidence.shared_at_once and not evidence.other_shared_at_once


def _against(evidence: Evidence) -> Iterator[str]:
    if evidence.shared is When.NEVER:
        yield "the learner has no shared record of this program, and the legacy flow made one before each request"
    if evidence.shared is When.AFTER:
        yield "the learner shared this program only after the request"
    if evidence.program_newer:
        yield "the program is newer than the request"


def _doubts(evidence: Evidence) -> Iterator[str]:
    if evidence.shared is When.UNKNOWN:
        yield "the host keeps no shared records, so nothing speaks for this learner and program"
    if evidence.other_program_recorded:
        yield "another request of the learner along this pathway names another program"
    if not evidence.same_site:
        yield "the pathway and the program belong to different sites"
    if not evidence.credit_pathway:
        yield "the pathway is no credit pathway now"


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
