"""The variants that ``verify_resend_removed`` does not answer as it should, each with what it should say."""

from __future__ import annotations

KNOWN_OPEN: dict[str, str] = {
    "layered_generator_not_started": "ABSENT: calling a generator function runs nothing of it",
    "fifth_generator_of_the_congratulation": "ABSENT: what is sent into the generator goes to the learner",
    "fifth_row_to_a_service": "INCONCLUSIVE: nobody here knows what the service does that is told of the row",
}
