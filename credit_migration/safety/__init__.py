"""Planned migrations → statements, their locks, and hazards."""
