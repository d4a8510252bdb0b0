"""Migrations → the statements they run, how each locks, and what breaks in a rolling deployment or on the way back."""
