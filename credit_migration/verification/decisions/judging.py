"""How the host's code uses recorded requests → the places that are against a decision; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from credit_migration.data.report import Location
from credit_migration.data.verification import Breach, EntryKind, Place

MAKES = frozenset(
    {"create", "acreate", "get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create", "new"}
)
_CHANGES = frozenset({"update", "aupdate", "bulk_update", "abulk_update"})
_DELETES = frozenset({"delete", "adelete"})
_FINDS_OR_MAKES = frozenset({"get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """How one place uses recorded requests, and in which kind of code it stands."""

    path: str
    line: int
    verb: str
    keys: frozenset[str]
    empty: frozenset[str]
    defaults: frozenset[str]
    is_open: bool
    is_completed: bool
    kind: EntryKind
    in_award: bool
    in_request: bool
    """Whether it stands in code that records a learner's own request."""


def judge(uses: Iterable[Use], *, program: str, pathway: str, user: str) -> tuple[Place, ...]:
    """Return each place that is against a decision once, by file and line."""
    found: dict[tuple[str, int, Breach], Place] = {}
    for use in uses:
        for breach, detail in _breaches(use, program, pathway, user):
            place = Place(breach=breach, location=Location(path=use.path, line=use.line), detail=detail)
            found.setdefault((use.path, use.line, breach), place)
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1], key[2].name)))


def _breaches(use: Use, program: str, pathway: str, user: str) -> Iterator[tuple[Breach, str]]:
    programs = {program, f"{program}_id"}
    if use.verb in MAKES:
        yield from _making(use, programs, pathway, user)
    elif use.verb in _CHANGES and (use.keys | use.defaults) & programs:
        yield Breach.FILLS, use.verb
    elif use.verb in _CHANGES | _DELETES:
        if use.in_request:
            yield Breach.OVERWRITES, use.verb
    elif use.verb == "fill":
        yield Breach.FILLS, "assignment"
    elif use.kind is EntryKind.VIEW and not use.in_award:
        yield from _deciding(use, programs, pathway)


def _making(use: Use, programs: set[str], pathway: str, user: str) -> Iterator[tuple[Breach, str]]:
    given = (use.keys - use.empty) | use.defaults
    finds = use.verb in _FINDS_OR_MAKES
    if finds and use.empty & programs and use.defaults & programs:
        yield Breach.FILLS, use.verb
    elif not given & programs and not use.is_completed:
        yield (Breach.MAYBE_NO_PROGRAM if use.is_open else Breach.NO_PROGRAM), use.verb
    if finds and use.kind is not EntryKind.COMMAND and _names(use.keys, pathway) and _names(use.keys, user):
        yield Breach.OVERWRITES, use.verb


def _deciding(use: Use, programs: set[str], pathway: str) -> Iterator[tuple[Breach, str]]:
    if use.verb in {"refuse", "send"} or (use.verb == "require" and use.in_request):
        yield Breach.GATES, use.verb
    elif use.verb == "offers":
        yield Breach.OFFERS, "filter"
    elif use.verb == "change":
        yield Breach.OVERWRITES, "assignment"
    elif use.verb in {"filter", "get"} and _names(use.keys, pathway) and not any(_names(use.keys, p) for p in programs):
        yield Breach.SHOWS, use.verb


def _names(keys: Iterable[str], field: str) -> bool:
    return any(key in {field, f"{field}_id"} or key.startswith(f"{field}__") for key in keys)
