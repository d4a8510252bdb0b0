"""What a database says of itself, and what it can be told: introspection, read-only snapshots, vendor SQL."""
