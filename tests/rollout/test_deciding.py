"""Where each stage stands, from facts alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from credit_migration import messages
from credit_migration.data import SchemaState
from credit_migration.data.rollout import CodeFacts, RolloutFacts, Stage, StepFacts
from credit_migration.rollout.deciding import decide, judge, next_command

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
UNIQUE = "user_pathway_uniq"


def facts(**given) -> RolloutFacts:
    plain = {
        "app": "records",
        "model": "records.UserCreditPathway",
        "table": "records_usercreditpathway",
        "column": "program_id",
        "field_name": "program",
        "state": SchemaState.LEGACY,
        "rows": 10,
        "one_program": 6,
        "several_programs": 3,
        "no_program": 1,
        "recorded": 0,
        "first_recorded": None,
        "newest_recorded": None,
        "first_second": None,
        "first_reopened": None,
        "new_null": 0,
        "code_has_program": False,
        "code_uniques": (),
        "gating": (UNIQUE,),
        "expand": StepFacts(app="records", name="0002_expand", applied=given.get("state") is not None),
        "contract": StepFacts(app="records", name="0003_contract", applied=given.get("state") is SchemaState.TARGET),
        "now": NOW,
        "watch_days": 14,
    }
    return RolloutFacts(**{**plain, **given})


READY = CodeFacts(ready=True, detail="nothing re-sends", command="verify")
PARTIAL = {"state": SchemaState.PARTIAL, "code_has_program": True}
TARGET = {"state": SchemaState.TARGET, "code_has_program": True, "code": READY, "gating": ()}
DRIFT = (messages.finding("E503", table="t", column="c", app="records"),)
SECOND = {
    **TARGET,
    "first_recorded": NOW - timedelta(days=20),
    "first_second": NOW - timedelta(days=15),
    "first_reopened": NOW - timedelta(days=15),
}
# Upstream's unique of three let a learner ask for another program along the same pathway, and no more than that.
ANOTHER = {"first_recorded": NOW - timedelta(days=99), "first_second": NOW - timedelta(days=98)}
PLAIN = {"app": "records", "name": "0020_auto", "applied": False, "is_plain": True}


@pytest.mark.parametrize(
    ("given", "standings"),
    [
        ({}, "done due blocked blocked blocked blocked"),
        ({"expand": None}, "done blocked blocked blocked blocked blocked"),
        ({"expand": StepFacts(app="a", name="b", applied=True)}, "done blocked blocked blocked blocked blocked"),
        ({"code_has_program": True}, "done due blocked blocked blocked blocked"),
        ({**PARTIAL, "code_has_program": False}, "done done due blocked blocked blocked"),
        ({**PARTIAL, "code_uniques": ("user, pathway",)}, "done done due blocked blocked blocked"),
        (PARTIAL, "done done undecided undecided blocked blocked"),
        ({**PARTIAL, "code": CodeFacts(ready=False, detail="x", command="y")}, "done done due blocked blocked blocked"),
        ({**PARTIAL, "code": READY}, "done done done due blocked blocked"),
        ({**PARTIAL, "code": READY, "contract": None}, "done done done blocked blocked blocked"),
        (
            {**PARTIAL, "code": READY, "contract": StepFacts(app="a", name="b", applied=True)},
            "done done done blocked blocked blocked",
        ),
        (TARGET, "done done done done due blocked"),
        ({**TARGET, "code": CodeFacts()}, "done done undecided done due blocked"),
        ({**PARTIAL, **ANOTHER, "code": READY}, "done done done due blocked blocked"),
        ({**TARGET, **ANOTHER}, "done done done done due blocked"),
        ({**SECOND, "first_reopened": NOW - timedelta(days=1)}, "done done done done done due"),
        (SECOND, "done done done done done done"),
        ({**SECOND, "new_null": 2}, "done done done done done blocked"),
        ({**SECOND, "new_null": 2, "max_new_null_rows": 1}, "done done done done done blocked"),
        ({**SECOND, "new_null": 2, "max_new_null_rows": 2}, "done done done done done done"),
        (
            {**SECOND, "drift": DRIFT},
            "done blocked done done done blocked",
        ),
    ],
)
def test_stages_follow_from_the_facts(given, standings):
    assert " ".join(stage.standing.value for stage in decide(facts(**given))) == standings


def test_each_stage_has_its_fact_and_command():
    assert [(stage.stage.value, stage.fact, stage.command) for stage in decide(facts())] == [
        (
            "audited",
            "10 of 10 rows have no program: 6 on pathways with one program, 3 with several, 1 with none",
            "python manage.py audit_credit_pathways --output audit.txt",
        ),
        (
            "expanded",
            "records_usercreditpathway has no column program_id; records.0002_expand adds it",
            "python manage.py migrate records 0002_expand",
        ),
        ("code-deployed", "schema first, then code: expand comes before", "python manage.py show_credit_rollout"),
        ("contracted", "expand comes before", "python manage.py show_credit_rollout"),
        ("re-requests-open", "contract comes before", "python manage.py show_credit_rollout"),
        ("watched", "re-requests come before", "python manage.py show_credit_rollout"),
    ]


def test_a_unique_that_the_code_does_not_have_is_told_of_the_contract_step_alone():
    left = messages.finding("W511", table="t", name="u3", columns="a, b, c", model="m", app="records")
    lacking = messages.finding("W508", table="t", column="c", app="records")

    _, expanded, *_ = decide(facts(**PARTIAL, drift=(left, lacking)))
    assert expanded.fact == f"records_usercreditpathway.program_id is there, nullable, {lacking.msg}"
    _, expanded, *_ = decide(facts(**PARTIAL, drift=(left,)))
    assert expanded.fact == ("records_usercreditpathway.program_id is there, nullable, with its foreign key and index")


def test_facts_of_the_last_stages():
    *_, contracted, reopened, watched = decide(facts(**SECOND))
    assert contracted.fact == "no unique of records_usercreditpathway keeps a learner from asking again"
    assert reopened.fact == (
        "the first second request was recorded at 2026-09-15T12:00:00Z; there is no way back since"
    )
    assert watched.fact == "for 14 days every new row had its program, and the schema is as it should be"


def test_requests_for_another_program_before_the_contract_step_open_nothing():
    *_, reopened, watched = decide(facts(**PARTIAL, **ANOTHER, code=READY))
    assert (reopened.fact, watched.fact) == (
        "contract comes before; along one pathway, a learner asked for another program at 2026-06-24T12:00:00Z",
        "re-requests come before",
    )
    *_, reopened, _ = decide(facts(**TARGET, **ANOTHER))
    assert reopened.fact == "no learner has asked a second time along one pathway yet since records.0003_contract ran"


def test_one_day_is_one():
    *_, watched = decide(facts(**SECOND, watch_days=1))
    assert watched.fact == "for 1 day every new row had its program, and the schema is as it should be"


def test_looks_first_at_what_plain_operations_lock():
    _, expanded, code, *_ = decide(facts(code_has_program=True, expand=StepFacts(**PLAIN)))
    safety = "python manage.py check_migration_safety records.0020_auto"
    assert (expanded.fact, expanded.command, code.command) == (
        "records_usercreditpathway has no column program_id; records.0020_auto adds it, with plain Django's "
        "operations: look first at what they lock",
        safety,
        safety,
    )
    *_, contracted, _, _ = decide(facts(**PARTIAL, code=READY, contract=StepFacts(**PLAIN)))
    assert (contracted.fact, contracted.command) == (
        "records_usercreditpathway still has user_pathway_uniq; records.0020_auto takes it away, with plain Django's "
        "operations: look first at what they lock",
        safety,
    )


@pytest.mark.parametrize(
    ("given", "standings"),
    [
        ({"code_has_program": True}, "done due undecided blocked blocked blocked"),
        ({**PARTIAL, "code": READY}, "done done undecided undecided blocked blocked"),
        (SECOND, "done done undecided done done done"),
    ],
)
def test_beside_the_service_its_code_is_undecided(given, standings):
    stages = decide(facts(**{**given, "expand": None, "contract": None, "is_beside": True}))
    assert " ".join(stage.standing.value for stage in stages) == standings
    assert stages[2].fact == "the service's code and migrations are not in this project: ask there"
    assert {stage.command for stage in stages if stage.standing.value == "undecided"} == {
        "in the service itself: python manage.py show_credit_rollout"
    }


def test_beside_the_service_this_code_is_not_ahead_of_the_schema():
    assert found(code_has_program=True, expand=None, is_beside=True) == [
        (
            "U603",
            "Nobody can tell whether this stage is done: the service's code and migrations are not in this project: "
            "ask there.",
            "Decide it in the service itself: python manage.py show_credit_rollout",
        )
    ]


def test_contract_migration_is_still_to_be_written():
    *_, contracted, _, _ = decide(facts(**PARTIAL, code=READY, contract=None))
    assert (contracted.fact, contracted.command) == (
        "records_usercreditpathway still has user_pathway_uniq, and no migration of 'records' takes it away for good: "
        "write it as the host guide shows",
        "python manage.py makemigrations records",
    )


def test_next_command_is_that_of_the_first_stage_not_done():
    assert next_command(decide(facts())) == "python manage.py migrate records 0002_expand"
    assert next_command(decide(facts(**SECOND))) == "python manage.py show_credit_rollout"


def found(required: Stage | None = None, **given) -> list[tuple[str, str, str]]:
    told = facts(**given)
    return [(one.id.rpartition(".")[2], one.msg, one.hint) for one in judge(told, decide(told), required)]


def test_nothing_to_say_while_nothing_is_wrong():
    assert found() == []
    assert found(**SECOND) == []


def test_code_before_schema_is_an_error():
    assert found(code_has_program=True) == [
        (
            "E601",
            "records.UserCreditPathway names records_usercreditpathway.program_id, which the database lacks: each of "
            "its queries fails now.",
            "Run the expand step now: python manage.py migrate records 0002_expand",
        )
    ]
    ((_, _, hint),) = found(code_has_program=True, expand=None)
    assert hint == "Run the expand step now: python manage.py makemigrations records"


def test_rows_of_a_missed_writer_are_told():
    assert found(**{**SECOND, "new_null": 2, "max_new_null_rows": 1}) == [
        (
            "E602",
            "2 rows of records_usercreditpathway were created since 2026-09-10T12:00:00Z, when the first program was "
            "recorded, and have none (allowed: 1).",
            "Find the code that wrote them, or old processes that still run: python manage.py verify_credit_decisions. "
            "List the rows: python manage.py audit_credit_pathways --created-from 2026-09-10T12:00:00Z --format csv. "
            "Once it is mended, let the rows be and allow them: --max-new-null-rows 2",
        )
    ]


def test_rows_of_a_missed_writer_that_are_known_are_allowed():
    known = {**SECOND, "new_null": 2, "max_new_null_rows": 2}
    assert found(**known) == []
    *_, watched = decide(facts(**known))
    assert watched.fact == (
        "for 14 days every new row but the 2 allowed had its program, and the schema is as it should be"
    )


def test_undecided_stage_is_decided_here_where_the_code_is():
    hints = {hint for _, _, hint in found(**PARTIAL)}
    assert hints == {"Decide it: python manage.py verify_resend_removed"}


def test_undecided_stages_are_open_questions():
    assert [id_ for id_, _, _ in found(**PARTIAL)] == ["U603", "U603"]


def test_required_stage_that_is_not_done_is_an_error():
    assert found(Stage.EXPANDED) == [
        (
            "E604",
            "The stage 'expanded' is due, and this deployment needs it done: records_usercreditpathway has no column "
            "program_id; records.0002_expand adds it.",
            "Its next step: python manage.py migrate records 0002_expand. Then run the gate again.",
        )
    ]
    assert found(Stage.EXPANDED, **SECOND) == []
    assert [id_ for id_, _, _ in found(Stage.CODE_DEPLOYED, **PARTIAL)] == ["U603", "U603"]
