"""The project's own settings, with less patience: the pages show what the reader sees when it has run out."""

from settings.base import *  # noqa: F403

CREDIT_MIGRATION_RETRY_BUDGET_S = 2
