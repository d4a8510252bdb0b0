"""Findings about recorded requests (2xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = ()
