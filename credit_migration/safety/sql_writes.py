"""SQL of a ``RunSQL`` → whether it writes the program of a request."""

from __future__ import annotations

from credit_migration.data.safety import HostNames, Writes
from credit_migration.safety.statements import read, split

_WRITING = {"INSERT", "UPDATE", "REPLACE", "MERGE", "COPY", "LOAD", "WITH", "DO", "CALL"}


def sql_writes_program(sql: str, names: HostNames) -> Writes:
    """Return whether ``sql`` names the request table and the program's column in a statement that writes rows."""
    try:
        statements = [read(statement, "postgresql") for statement in split(sql, "postgresql")]
    except ValueError:
        return Writes.UNKNOWN
    for statement in statements:
        named = {word.text.lower() for word in statement.whole.words}
        about = names.request_table.lower() in named and names.program_column.lower() in named
        if about and statement.verb.split()[0] in _WRITING:
            return Writes.YES
    return Writes.NO
