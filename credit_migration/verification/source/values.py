"""What an expression of the host may stand for: the objects that it may be, and what it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Labels: TypeAlias = frozenset[str]
"""What a value tells of: ``request``, ``pathway``, ``address``, ``learner``, ``own`` (their address), ``message``,
``store:<where>``."""
NO_LABELS: Labels = frozenset()
MOST_REFS = 96
"""Past this many candidates a value is one of a large table; the rest are dropped, and it is unknown too."""


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """An object of the running process."""

    obj: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Live) and other.obj is self.obj

    def __hash__(self) -> int:
        return id(self.obj)


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A plain constant; ``literal`` if it stands in the code right there, and is no flag kept somewhere else."""

    value: Any
    literal: bool = False

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Const)
            and type(other.value) is type(self.value)
            and other.value == self.value
            and other.literal == self.literal
        )

    def __hash__(self) -> int:
        return hash((type(self.value), self.value, self.literal))


@dataclass(frozen=True, slots=True)
class Instance:
    """An object made from a class, one for each place in the source that makes it."""

    cls: Any
    """A live class, or a ``SourceClass``."""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A manager, a query set or a relation of a model."""

    model: Any
    made_by: Any = None
    """The manager or query set class, where the host has its own."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A list, a tuple, a dict or a set that the code makes."""

    site: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A function with the object that it is called on."""

    function: Any
    receiver: Value


@dataclass(frozen=True, slots=True)
class LibraryMethod:
    """A method of code that is not the host's, with the object that it is called on."""

    name: str
    receiver: Value
    obj: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Applied:
    """A function with some of its arguments: ``functools.partial`` and its like."""

    function: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Parent:
    """``super()``: the attributes of the classes after ``cls``."""

    cls: Any
    receiver: Value


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text of which the source shows some parts only, as a regular expression."""

    regex: str


@dataclass(frozen=True, slots=True)
class ByName:
    """``operator.methodcaller`` and ``attrgetter``: what to read of an object, and how to call it."""

    names: Value
    arguments: Any = None
    """``None`` to read only."""


@dataclass(frozen=True, slots=True)
class Maybe:
    """An attribute whose name the source does not show: one of these, or another."""

    candidates: Value
    what: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The ``None`` that ``yield`` gives where nothing is sent into the generator."""


@dataclass(frozen=True, slots=True)
class Value:
    """All that an expression may stand for."""

    refs: frozenset[Any] = frozenset()
    labels: Labels = NO_LABELS
    unknown: bool = False
    """Whether it may be something else than ``refs`` too."""

    def __or__(self, other: Value) -> Value:
        if other is self or (other.refs <= self.refs and other.labels <= self.labels and self.unknown >= other.unknown):
            return self
        if not (self.refs or self.labels or self.unknown):
            return other
        refs = self.refs | other.refs
        many = len(refs) > MOST_REFS
        if many:
            refs = self.refs
        return Value(refs, self.labels | other.labels, self.unknown or other.unknown or many)

    def plus(self, labels: Labels) -> Value:
        return self if labels <= self.labels else Value(self.refs, self.labels | labels, self.unknown)

    def only(self, *kinds: type) -> tuple[Any, ...]:
        """Return the refs of these kinds, in an order that is the same in every run."""
        found = [ref for ref in self.refs if isinstance(ref, kinds)]
        return tuple(found if len(found) < 2 else sorted(found, key=_order))

    def constants(self) -> tuple[Any, ...]:
        return tuple(ref.value for ref in self.only(Const))

    def strings(self) -> tuple[str, ...]:
        return tuple(value for value in self.constants() if isinstance(value, str))


def _order(ref: Any) -> str:
    obj = ref.obj if isinstance(ref, Live) else ref
    name = getattr(obj, "__qualname__", None) or getattr(obj, "name", None)
    return f"{type(ref).__name__} {getattr(obj, '__module__', '')} {name if isinstance(name, str) else ''}"


NOTHING = Value()
UNKNOWN = Value(unknown=True)
OTHERS = Value(labels=frozenset({"other"}), unknown=True)
"""Something of which it is not even known that it is the learner's."""


def one(ref: Any, labels: Labels = NO_LABELS) -> Value:
    return Value(frozenset((ref,)), labels)


def joined(values: Iterable[Value]) -> Value:
    result = NOTHING
    for value in values:
        result = result | value
    return result


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call. ``rest`` joins what ``*args`` and ``**kwargs`` may hold."""

    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    rest: Value | None = None

    def all(self) -> tuple[Value, ...]:
        rest = () if self.rest is None else (self.rest,)
        return (*self.positional, *(value for _, value in self.keywords), *rest)

    def joined(self) -> Value:
        return joined(self.all())

    def get(self, position: int, name: str) -> Value:
        """Return one argument by place or name, ``NOTHING`` if it is not given."""
        for key, value in self.keywords:
            if key == name:
                return value
        if position < len(self.positional):
            return self.positional[position]
        return NOTHING if self.rest is None else self.rest

    def after(self, *first: Value) -> Arguments:
        return Arguments((*first, *self.positional), self.keywords, self.rest)
