"""The reference host's ``records`` app."""
