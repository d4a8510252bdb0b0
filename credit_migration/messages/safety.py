"""Findings about planned migrations (4xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = ()
