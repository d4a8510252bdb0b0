"""Findings about the host's code (3xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = ()
