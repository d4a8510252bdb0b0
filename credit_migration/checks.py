"""The toolkit's system checks."""

from __future__ import annotations


def register() -> None:
    """Register the system checks; called once, when the app is ready."""
