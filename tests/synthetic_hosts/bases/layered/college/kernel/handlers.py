import abc
from typing import Generic, TypeVar

Command = TypeVar("Command")


class Handler(abc.ABC, Generic[Command]):
    """Carries out commands of one type."""

    @abc.abstractmethod
    def handle(self, command: Command): ...
