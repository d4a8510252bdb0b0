"""The variants that ``verify_resend_removed`` does not answer as it should, each with what it should say."""

from __future__ import annotations

KNOWN_OPEN: dict[str, str] = {}
