"""The variants that ``verify_resend_removed`` does not answer as it should, each with what it should say."""

from __future__ import annotations

_ABSENT = {
    "generator_not_started": "calling a generator function runs nothing of it",
    "attribute_hides_the_method": "the attribute that __init__ sets on the object hides the method of its class",
    "weak_reference_dropped": "a weak reference that is gone itself calls nothing",
}
_INCONCLUSIVE = {
    "kombu_publish": "somebody outside may consume what is published to the exchange",
    "fifo": "somebody outside may read the pipe",
    "function_of_the_database": "nobody here knows what the function of the database does",
    "listener_of_missing_package": "the listener cannot be imported here, and contextlib.suppress() lets that pass",
}
_FIFTH = {
    "invitations_by_a_task": "ABSENT: the mail invites the learner to ask",
    "generator_of_the_congratulation": "ABSENT: what is sent into the generator goes to the learner",
    "plugins_that_are_not_here": "INCONCLUSIVE: a plugin that the settings list is not installed",
    "local_apps": "INCONCLUSIVE: an app is added where its package is installed",
    "row_to_a_service": "INCONCLUSIVE: another service is told of the row",
    "message_on_a_queue": "INCONCLUSIVE: somebody outside may consume what is published to the exchange",
}
KNOWN_OPEN: dict[str, str] = {
    **{
        f"layered_{name}": f"{verdict}: {reason}"
        for verdict, reasons in (("ABSENT", _ABSENT), ("INCONCLUSIVE", _INCONCLUSIVE))
        for name, reason in reasons.items()
    },
    **{f"fifth_{name}": reason for name, reason in _FIFTH.items()},
}
