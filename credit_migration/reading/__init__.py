"""Snapshot → facts that more than one part needs: the host's tables by name, the catalogue, which rows are meant."""
