import pytest

from credit_migration.data.report import Location
from credit_migration.data.verification import (
    Answer,
    Doubt,
    Entry,
    EntryKind,
    Looked,
    ProbeFacts,
    Sent,
    SourceFacts,
    Trigger,
    Way,
)
from credit_migration.verification.verdict import decide

PLACE = Location(path="records/hooks.py", line=3)
ENTRY = Entry(kind=EntryKind.VIEW, name="award", location=PLACE, wired="URL 'award/'")
WAY = Way(entry=ENTRY, calls=("records/hooks.py:3 award",), send=PLACE, channel="ace.send", tells=("request",))
DOUBT = Doubt(location=PLACE, what="what runs", decide="Read it.")
LOOKED = Looked(modules=1, unloaded=0, functions=1, entries=(ENTRY,), settings_module="site_settings")
SENT = ProbeFacts(ran=True, trials=("issuer",), sent=(Sent(trial="issuer", channel="mail", recipients=(), calls=()),))
QUIET = ProbeFacts(ran=True, trials=("issuer",))
TOUCHED = ProbeFacts(ran=True, trials=("issuer",), touched=("issuer",))
UNCLEAR = ProbeFacts(
    ran=True,
    trials=("issuer",),
    unclear=(Sent(trial="issuer", channel="process", recipients=("sendmail",), calls=()),),
)
FAILED = ProbeFacts(ran=True, failed=("no table",))
NOT_RUN = ProbeFacts(ran=False, why_not="no adapter")
TRIGGER = (Trigger(name="t", table="credentials_usercredential", statement="…"),)


def source(*, ways=(), doubts=()):
    return SourceFacts(ways=ways, doubts=doubts, leftovers=(), allowed=(), looked=LOOKED)


@pytest.mark.parametrize(
    ("ways", "doubts", "probe", "triggers", "answer", "basis"),
    [
        ((WAY,), (DOUBT,), SENT, TRIGGER, Answer.PRESENT, "by source and by the probe"),
        ((WAY,), (DOUBT,), QUIET, TRIGGER, Answer.PRESENT, "by source"),
        ((WAY,), (), None, (), Answer.PRESENT, "by source"),
        ((), (DOUBT,), SENT, (), Answer.PRESENT, "by the probe"),
        ((), (DOUBT,), QUIET, (), Answer.INCONCLUSIVE, "by source"),
        ((), (), TOUCHED, (), Answer.INCONCLUSIVE, "by the probe"),
        ((), (), UNCLEAR, (), Answer.INCONCLUSIVE, "by the probe"),
        ((), (), FAILED, TRIGGER, Answer.INCONCLUSIVE, "by the probe"),
        ((), (), QUIET, TRIGGER, Answer.INCONCLUSIVE, "by the database"),
        ((), (), None, (), Answer.ABSENT, "by source only: no award was tried"),
        ((), (), NOT_RUN, (), Answer.ABSENT, "by source only: no award was tried"),
        ((), (), QUIET, (), Answer.ABSENT, "by source and by the probe"),
    ],
)
def test_decides_by_the_first_line_that_holds(ways, doubts, probe, triggers, answer, basis):
    verdict = decide(source(ways=ways, doubts=doubts), probe, triggers)

    assert (verdict.answer, verdict.basis) == (answer, basis)
