"""Every legacy row in exactly one class, with totals; read-only."""
