import dataclasses
import itertools

import pytest

from credit_migration.data import Evidence, Grade, When
from credit_migration.inference.grading import judge

BY_REQUEST = Evidence(
    shared=When.BEFORE,
    shared_at_once=True,
    other_shared=False,
    other_shared_at_once=False,
    program_newer=False,
    certificate=When.NEVER,
    program_status="active",
    pathway_status="published",
    same_site=True,
    credit_pathway=True,
    other_requests=False,
    other_program_recorded=False,
)
MADE = "the request itself made the shared record, at most 10 seconds before the row"


@pytest.mark.parametrize(
    ("changes", "grade", "reasons"),
    [
        ({}, "corroborated", [MADE]),
        ({"other_shared": True}, "corroborated", [MADE]),
        ({"certificate": When.BEFORE}, "corroborated", [MADE, "the learner had its certificate by then"]),
        ({"certificate": When.AFTER}, "corroborated", [MADE, "the learner got its certificate later"]),
        ({"certificate": When.UNKNOWN}, "corroborated", [MADE]),
        ({"program_status": "retired"}, "corroborated", [MADE, "the program is retired now"]),
        ({"pathway_status": ""}, "corroborated", [MADE, "the pathway is without status now"]),
        ({"other_requests": True}, "corroborated", [MADE, "the learner has other requests along this pathway"]),
        (
            {"other_shared": True, "other_shared_at_once": True},
            "plausible",
            ["the learner shared this program and another one in the 10 seconds before the row"],
        ),
        ({"shared_at_once": False}, "plausible", ["the learner had shared this program earlier, and no other"]),
        (
            {"shared_at_once": False, "other_shared": True},
            "plausible",
            ["the learner had shared this program and others earlier, and the pathway may have had one of those"],
        ),
        (
            {"other_requests": True, "other_program_recorded": True},
            "plausible",
            ["another request of the learner along this pathway names another program", MADE],
        ),
        ({"same_site": False}, "plausible", ["the pathway and the program belong to different sites", MADE]),
        ({"credit_pathway": False}, "plausible", ["the pathway is no credit pathway now", MADE]),
        (
            {"shared": When.UNKNOWN, "shared_at_once": False},
            "plausible",
            ["the host keeps no shared records, so nothing speaks for this learner and program"],
        ),
        ({"program_newer": True}, "contradicted", ["the program is newer than the request", MADE]),
        (
            {"shared": When.AFTER, "shared_at_once": False},
            "contradicted",
            ["the learner shared this program only after the request"],
        ),
        (
            {"shared": When.NEVER, "shared_at_once": False, "other_shared": True},
            "contradicted",
            [
                "the learner has no shared record of this program, and the legacy flow made one before each request",
                "the learner had shared other programs by then, and the pathway may have had one of them",
            ],
        ),
    ],
)
def test_grades_with_reasons(changes, grade, reasons):
    judgement = judge(dataclasses.replace(BY_REQUEST, **changes))
    assert (judgement.grade.value, list(judgement.reasons)) == (grade, reasons)


def all_evidence():
    values = [
        list(When) if field.type == "When" else ["active", "retired"] if field.type == "str" else [False, True]
        for field in dataclasses.fields(Evidence)
    ]
    for combination in itertools.product(*values):
        yield Evidence(**dict(zip((field.name for field in dataclasses.fields(Evidence)), combination, strict=True)))


def test_every_evidence_has_a_grade_and_a_reason():
    for evidence in all_evidence():
        judgement = judge.__wrapped__(evidence)
        assert judgement.reasons
        if judgement.grade is Grade.CORROBORATED:
            assert evidence.shared_at_once
            assert not evidence.program_newer
            assert not evidence.other_shared_at_once
            assert not evidence.other_program_recorded
        if evidence.program_newer or evidence.shared in (When.AFTER, When.NEVER):
            assert judgement.grade is Grade.CONTRADICTED
