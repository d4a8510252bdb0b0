"""The form of one entry of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """
    An entry of the catalogue.

    ``msg`` and ``hint`` are ``str.format`` templates of one line each: what is wrong, then what to type or write next.
    ``why`` is the Markdown under the id's heading in the docs: what it blocks, and what to do instead.
    """

    id: str
    title: str
    msg: str
    hint: str
    why: str
