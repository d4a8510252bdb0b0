"""The host's code, read as for D5 → the places that are against D2, D3, D4 and D6."""
