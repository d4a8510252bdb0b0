import re
from string import Formatter

import pytest

from credit_migration.messages import CATALOGUE, finding
from docs.generate import pages


def test_generated_pages_are_up_to_date(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    for path, text in pages().items():
        assert path.read_text() == text, f"{path.name} is behind its source: run make docs."


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_message_says_what_next(name):
    message = CATALOGUE[name]
    assert re.fullmatch(r"[EWIU][0-7]\d\d", message.id)
    assert "\n" not in message.msg + message.hint
    assert message.msg.endswith((".", "?", "…")) or message.msg.endswith("}")
    assert message.hint
    assert message.why
    names = {name for text in (message.msg, message.hint) for _, name, _, _ in Formatter().parse(text) if name}
    told = finding(name, **dict.fromkeys(names, "X"))
    assert "{" not in told.msg + told.hint


def test_ids_are_unique():
    from credit_migration.messages import audit, host, reporting, rollout, safety, schema, verification

    ids = [m.id for part in (audit, host, reporting, rollout, safety, schema, verification) for m in part.MESSAGES]
    assert sorted(ids) == sorted(set(ids))
