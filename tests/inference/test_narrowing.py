from datetime import UTC, datetime
from uuid import UUID

from credit_migration.data import PathwayFacts, ProgramFacts
from credit_migration.inference.narrowing import Ages, Lead, narrow

PATHWAY = PathwayFacts(
    id=1, uuid=UUID(int=1), name="", organisation="", site=1, type="credit", status="published", programs=(5, 6)
)
AGES = Ages.of(
    ProgramFacts(id=pk, uuid=UUID(int=pk), title="", site=1, status="active", created=datetime(year, 1, 1, tzinfo=UTC))
    for pk, year in ((5, 2018), (6, 2020))
)


def test_one_shared_program_is_a_lead():
    assert narrow(PATHWAY, AGES, "2021-01-01T00:00:00.000000Z", 1, 5) == Lead(
        program=5, reasons=("the learner had shared 1 of the pathway's 2 programs by then",)
    )


def test_several_shared_programs_are_none():
    assert narrow(PATHWAY, AGES, "2019-01-01T00:00:00.000000Z", 2, 5) == Lead(
        program=None,
        reasons=("the learner had shared 2 of the pathway's 2 programs by then", "1 of the 2 existed by then"),
    )


def test_a_program_exists_from_its_own_moment_on():
    assert AGES.existing("2019-12-31T23:59:59.999999Z") == 1
    assert AGES.existing("2020-01-01T00:00:00.000000Z") == 2
