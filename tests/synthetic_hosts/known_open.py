"""The variants that ``verify_resend_removed`` does not answer as it should, each with what it should say."""

from __future__ import annotations

_PRESENT = {
    "audit_hook": "sys.audit() calls what sys.addaudithook() was given",
    "codec_error_handler": "encode() calls the error handler that is registered by this name",
    "instance_check": "isinstance() calls __instancecheck__ of the class's metaclass",
    "found_by_gc": "gc.get_objects() gives the one object whose type is Office",
    "custom_lookup": "the lookup of a filter is asked for its SQL",
    "xmlrpc": "the dispatcher calls the methods of its registered instance",
    "decorator_of_middleware": "the view calls process_response() of the middleware that its decorator is made of",
    "view_initkwargs": "as_view() sets its arguments on the view that awards",
    "serialization_module": "SERIALIZATION_MODULES names the format that serialize() is given",
    "sqlite_adapter": "a query's parameter is given to the adapter that is registered for its class",
    "iterable_class": "a queryset iterates the class that _iterable_class has become",
    "metaclass_getattr": "the metaclass answers for an attribute that its class lacks",
}
_ABSENT = {
    "generator_not_started": "calling a generator function runs nothing of it",
    "attribute_hides_the_method": "the attribute that __init__ sets on the object hides the method of its class",
    "weak_reference_dropped": "a weak reference that is gone itself calls nothing",
    "listener_unsubscribed": "the listener is taken off the list that the live bus holds",
    "first_one_stays": "the live table holds what setdefault() left there",
    "exit_without_an_error": "nothing makes an object of the class with this __exit__",
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
_SIXTH = {
    "letters_in_a_list": "PRESENT: another part sends what the empty list of a module may hold by then",
    "letter_in_an_attribute": "PRESENT: another part sends the letter that an attribute of a live object was given",
}
KNOWN_OPEN: dict[str, str] = {
    **{
        f"layered_{name}": f"{verdict}: {reason}"
        for verdict, reasons in (("PRESENT", _PRESENT), ("ABSENT", _ABSENT), ("INCONCLUSIVE", _INCONCLUSIVE))
        for name, reason in reasons.items()
    },
    **{f"fifth_{name}": reason for name, reason in _FIFTH.items()},
    **{f"sixth_{name}": reason for name, reason in _SIXTH.items()},
}
