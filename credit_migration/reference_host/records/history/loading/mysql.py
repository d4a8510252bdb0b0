"""MySQL and MariaDB."""

from credit_migration.reference_host.records.history.loading.inserts import bulk, load

__all__ = ["bulk", "load"]
