"""Findings of the audit and of inference (1xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = ()
