"""Commands have one handler each; events have any number of listeners."""

from collections import defaultdict


class NoHandler(LookupError):
    """Nobody handles the command."""


class Bus:
    def __init__(self):
        self._handlers = {}
        self._listeners = defaultdict(list)

    def handles(self, command_type):
        def register(handler_class):
            self._handlers[command_type] = handler_class
            return handler_class

        return register

    def listens(self, event_type):
        def register(listener):
            self._listeners[event_type].append(listener)
            return listener

        return register

    def dispatch(self, command):
        try:
            handler_class = self._handlers[type(command)]
        except KeyError:
            raise NoHandler(type(command).__name__) from None
        return handler_class().handle(command)

    def publish(self, event):
        for listener in self._listeners[type(event)]:
            listener(event)


bus = Bus()
