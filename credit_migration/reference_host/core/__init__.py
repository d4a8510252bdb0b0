"""The reference host's ``core`` app."""
