"""ABSENT."""

from __future__ import annotations

from tests.synthetic_hosts.variants.layered.parts import calls, clean

VARIANTS = (
    clean("base", "The base itself: an award congratulates the learner, and only the learner's request is sent."),
    calls("direct", "The handler calls the hook.", "def follow(learner, program):\n    mail_them(learner, program)\n"),
)
