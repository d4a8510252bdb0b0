"""Changing a table that stays in use: look, decide the steps, take one, look again, until nothing is left to do."""
