"""The variants that ``verify_resend_removed`` does not answer as it should, each with what it should say."""

from __future__ import annotations

_PRESENT = {
    "callable_iterator": "iter() calls the bound method until it gives the sentinel",
    "csv_sink": "a CSV writer calls write() of the object that it is given",
    "enum_missing": "looking up a value that an enum lacks calls its _missing_",
    "audit_hook": "sys.audit() calls what sys.addaudithook() was given",
    "codec_error_handler": "encode() calls the error handler that is registered by this name",
    "instance_check": "isinstance() calls __instancecheck__ of the class's metaclass",
    "found_by_gc": "gc.get_objects() gives the one object whose type is Office",
    "unix_signal": "signal.raise_signal() calls what signal.signal() was given",
    "pool_callback": "the pool calls back the object that was given as callback=",
    "import_hook": "importing a module asks the finders of sys.meta_path, which must not be called to see that",
    "warning_shown": "warnings.warn() calls the function that warnings.showwarning has become",
    "thread_hook": "the error of a thread goes to what threading.excepthook has become",
    "from_db_value": "a queryset calls from_db_value() of the fields that it reads",
    "custom_lookup": "the lookup of a filter is asked for its SQL",
    "session_store": "SESSION_ENGINE names the store, which the session middleware loads",
    "xmlrpc": "the dispatcher calls the methods of its registered instance",
    "decorator_of_middleware": "the view calls process_response() of the middleware that its decorator is made of",
    "view_initkwargs": "as_view() sets its arguments on the view that awards",
    "streaming_response": "the view that awards streams from the generator",
    "serialization_module": "SERIALIZATION_MODULES names the format that serialize() is given",
    "system_check": "each command runs the checks that are registered",
    "task_before_start": "a task that awards is started after before_start() of its class",
    "task_routes": "CELERY_TASK_ROUTES names a function that routes each task",
    "worker_step": "a worker starts the steps that are added to the app",
    "schedule_is_due": "beat asks the schedules of its entries whether they are due",
    "log_record_factory": "each line of a log is made by the factory that was set",
    "printed": "print() calls write() of the file that it is given",
    "sqlite_adapter": "a query's parameter is given to the adapter that is registered for its class",
    "iterable_class": "a queryset iterates the class that _iterable_class has become",
    "task_annotations": "CELERY_TASK_ANNOTATIONS gives the task that awards what follows its success",
    "metaclass_getattr": "the metaclass answers for an attribute that its class lacks",
    "upload_to": "saving a file calls the function that upload_to is",
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
    "remote_manager": "the object whose method is called lives in another process",
    "timed_statement": "timeit runs a statement out of the environment",
    "listener_of_missing_package": "the listener cannot be imported here, and contextlib.suppress() lets that pass",
}
KNOWN_OPEN: dict[str, str] = {
    f"layered_{name}": f"{verdict}: {reason}"
    for verdict, reasons in (("PRESENT", _PRESENT), ("ABSENT", _ABSENT), ("INCONCLUSIVE", _INCONCLUSIVE))
    for name, reason in reasons.items()
}
