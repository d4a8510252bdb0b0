"""Library functions whose answer is more than what they are given, by what they are about; ``SPECIAL`` has them all."""

from credit_migration.verification.source.special import (
    calling,
    containers,
    files,
    imports,
    interpreter,
    logs,
    made,
    names,
    serialization,
    templates,
)
from credit_migration.verification.source.special.registry import IDENTITY, SPECIAL

__all__ = [
    "IDENTITY",
    "SPECIAL",
    "calling",
    "containers",
    "files",
    "imports",
    "interpreter",
    "logs",
    "made",
    "names",
    "serialization",
    "templates",
]
