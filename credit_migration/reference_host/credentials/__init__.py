"""The reference host's ``credentials`` app."""
