"""Findings about the stages of the rollout (6xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = ()
