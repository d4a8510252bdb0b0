"""Findings that somebody accepts for some time: read from ``pyproject.toml`` and from comments, then applied."""
