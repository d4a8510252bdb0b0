"""SQL, or an expression of a query → whether it runs a procedure or a function that somebody put into the database."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import sqlglot
from django.db.models import Func
from sqlglot import exp
from sqlglot.errors import SqlglotError

_COMES_WITH_DATABASES = (
    r"count|max|min|sum|avg|coalesce|now|version|nextval|setval|lastval|last_insert_id|get_lock|release_lock|exists"
    r"|concat\w*|random|pg_\w+|current_\w+|sqlite_\w+|json\w*|date\w*|time\w*|to_\w+|regexp_\w+|array\w*|string_agg"
    r"|group_concat|unaccent|similarity|soundex|strftime|julianday|ifnull|nvl|if|field|find_in_set|convert|position|instr"
    r"|split_part|initcap|format|age|least|greatest|year|month|day|hour|uuid|gen_random_uuid|ts_\w+|plainto_tsquery"
    r"|every|bit_\w+|bool_\w+|corr|covar_\w+|regr_\w+|stddev\w*|var\w*|char_length|character_length"
)
_IN_DATABASE = re.compile(
    r"^\s*(CALL|EXEC|EXECUTE|NOTIFY)\s|\bpg_notify\s*\("
    rf"|^\s*SELECT\s+(?!(?:{_COMES_WITH_DATABASES})\s*\()\w+\s*\((?!.*\bFROM\b)",
    re.IGNORECASE | re.DOTALL,
)
_PARAMETER = re.compile(r"%s|%\(\w+\)s")
_KNOWN = re.compile(rf"(?:{_COMES_WITH_DATABASES})", re.IGNORECASE)


def runs_in_database(text: str) -> bool:
    """Return whether a piece of SQL calls a procedure, or a function that the database does not come with."""
    return bool(_IN_DATABASE.search(text))


def own_functions(text: str) -> tuple[str, ...]:
    """Return the functions in a piece of SQL, such as a column of a query, that somebody put into the database."""
    for dialect in ("sqlite", "mysql", "postgres"):
        try:
            tree = sqlglot.parse_one(f"SELECT {_PARAMETER.sub('?', text)}", dialect=dialect)
        except SqlglotError:
            continue
        return tuple(found.name for found in tree.find_all(exp.Anonymous) if is_own_function(found.name))
    return ()


def is_own_function(name: str) -> bool:
    """Return whether an expression names a function that databases do not come with, and that Django does not know."""
    return name.upper() not in _known_to_django() and not _KNOWN.fullmatch(name)


@lru_cache
def _known_to_django() -> frozenset[str]:
    known, todo = set[str](), list[Any]([Func])
    while todo:
        cls = todo.pop()
        todo += cls.__subclasses__()
        if cls.__module__.startswith("django."):
            known.add(str(cls.function).upper())
    return frozenset(known)
