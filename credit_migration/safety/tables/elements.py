"""The words of one part of ``CREATE TABLE`` or ``ADD`` → the column, index, foreign key or check that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from credit_migration.safety.statements import Word, parts
from credit_migration.safety.tables.shapes import Check, Column, ForeignKey, Index

CONSTRAINTS = {"CONSTRAINT", "FOREIGN", "UNIQUE", "CHECK", "PRIMARY", "EXCLUDE", "INDEX", "KEY", "FULLTEXT", "SPATIAL"}
_AFTER_TYPE = {
    *("NULL", "NOT", "DEFAULT", "CONSTRAINT", "REFERENCES", "PRIMARY", "UNIQUE", "KEY", "CHECK", "COMMENT", "COLLATE"),
    *("GENERATED", "AS", "AUTO_INCREMENT", "FIRST", "AFTER", "USING", "ON", "CHARSET", "STORAGE", "DEFERRABLE"),
}
_ALIKE = {
    "INT": "INTEGER",
    "DECIMAL": "NUMERIC",
    "BOOL": "TINYINT",
    "BOOLEAN": "TINYINT",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
}
_WITHOUT_WIDTH = {"TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT"}
_AUTOMATIC = {"AUTO_INCREMENT", "GENERATED", "AS", "SERIAL", "BIGSERIAL", "SMALLSERIAL"}


@dataclass(frozen=True, slots=True)
class Element:
    """What one part makes; each with its name, which is empty where the server chooses it."""

    column: Column | None = None
    index: tuple[str, Index] | None = None
    key: tuple[str, ForeignKey] | None = None
    check: tuple[str, Check] | None = None


def element_of(words: Sequence[Word]) -> Element:
    """Return what ``words`` make, from a column's name or the word that begins a constraint."""
    name = ""
    if words[0].key == "CONSTRAINT":
        named = words[1].key not in CONSTRAINTS
        name, words = (words[1].text, words[2:]) if named else ("", words[1:])
    kind = words[0].key
    if kind == "FOREIGN":
        return Element(key=(name, _key(words, names_in(words))))
    if kind == "CHECK":
        return Element(check=(name, _check(words)))
    if kind in CONSTRAINTS:
        before = [word for word in words[1 : _at(words, "(")] if word.key not in CONSTRAINTS]
        fulltext = kind in ("FULLTEXT", "SPATIAL")
        own = name or (before[0].text if before and before[0].key not in ("USING", "IF") else "")
        own = own or ("PRIMARY" if kind == "PRIMARY" else "")
        return Element(index=(own, Index(names_in(words), kind in ("UNIQUE", "PRIMARY"), fulltext)))
    return _column_element(words)


def column_of(words: Sequence[Word]) -> Column:
    """Return the column that a definition makes, from its name on."""
    keys = [word.key for word in _outer(words)]
    pairs = list(pairwise(keys))
    automatic = not _AUTOMATIC.isdisjoint(keys[1:])
    never_null = ("NOT", "NULL") in pairs or ("PRIMARY", "KEY") in pairs or bool({"SERIAL", "BIGSERIAL"} & {*keys[1:]})
    marks = [at for at, word in enumerate(words) if word.key in ("COLLATE", "CHARSET")]
    marks += [at + 1 for at, word in enumerate(words) if word.key == "CHARACTER" and words[at + 1].key == "SET"]
    charset = tuple(words[at + 1].text.upper() for at in sorted(marks) if at + 1 < len(words))
    return Column(words[0].text, type_of(words[1:]), not never_null, charset, automatic)


def type_of(words: Sequence[Word]) -> tuple[str, ...]:
    """Return the type that ``words`` begin with, in capitals, the same for types that are the same."""
    own: list[str] = []
    for at, word in enumerate(words):
        following = words[at + 1].key if at + 1 < len(words) else ""
        if word.key in _AFTER_TYPE or (word.key == "CHARACTER" and following == "SET"):
            break
        own.append(word.text.upper())
    if own[:2] == ["CHARACTER", "VARYING"]:
        own[:2] = ["VARCHAR"]
    own[:1] = [_ALIKE.get(own[0], own[0])] if own else []
    if own and own[0] in _WITHOUT_WIDTH and "(" in own:
        own = [*own[: own.index("(")], *own[own.index(")") + 1 :]]
    return tuple(own)


def names_in(words: Sequence[Word]) -> tuple[str, ...]:
    """Return the first word of each part of the first list in brackets."""
    opened, depth = _at(words, "("), 0
    for at in range(opened, len(words)):
        depth += (words[at].key == "(") - (words[at].key == ")")
        if not depth:
            return tuple(part.words[0].text for part in parts(tuple(words[opened + 1 : at])) if part.words)
    return ()


def _column_element(words: Sequence[Word]) -> Element:
    column, keys = column_of(words), [word.key for word in words]
    index = key = check = None
    if "UNIQUE" in keys or "PRIMARY" in keys:
        index = ("PRIMARY" if "PRIMARY" in keys else "", Index((column.name,), unique=True))
    if "REFERENCES" in keys:
        at = keys.index("REFERENCES")
        name = words[at - 1].text if "CONSTRAINT" in keys[at - 2 : at - 1] else ""
        key = (name, _key(words[at:], (column.name,)))
    if "CHECK" in keys:
        at = keys.index("CHECK")
        name = words[at - 1].text if "CONSTRAINT" in keys[at - 2 : at - 1] else ""
        check = (name, _check(words[at:]))
    return Element(column, index, key, check)


def _key(words: Sequence[Word], columns: tuple[str, ...]) -> ForeignKey:
    at = _at(words, "REFERENCES") + 1
    while at + 2 < len(words) and words[at + 1].key == ".":
        at += 2
    ends = [word.key for word in words]
    valid = not any(pair == ("NOT", "VALID") for pair in pairwise(ends))
    return ForeignKey(columns, words[at].text, names_in(words[at:]) or ("id",), valid)


def _check(words: Sequence[Word]) -> Check:
    keys = [word.key for word in words]
    pairs = list(pairwise(keys))
    inner = [word for word in words[1:] if word.key not in ("(", ")")]
    not_null = inner[0].text if [word.key for word in inner[1:4]] == ["IS", "NOT", "NULL"] else None
    valid = ("NOT", "VALID") not in pairs
    alone = not_null is not None and len(inner) == (4 if valid else 6)
    return Check(frozenset(word.text for word in inner), valid, not_null if alone else None)


def _at(words: Sequence[Word], key: str) -> int:
    return next((at for at, word in enumerate(words) if word.key == key), len(words))


def _outer(words: Sequence[Word]) -> list[Word]:
    depth, outer = 0, []
    for word in words:
        depth += word.key == "("
        if not depth:
            outer.append(word)
        depth -= word.key == ")"
    return outer
