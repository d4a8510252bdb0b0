"""The reference host's ``catalog`` app."""
