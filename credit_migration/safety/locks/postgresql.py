"""
PostgreSQL's locks, by statement.

Source: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES and the manual's page of each
statement, "Notes" of https://www.postgresql.org/docs/current/sql-altertable.html above all.
"""

from __future__ import annotations

from credit_migration.data.safety import Growth, StatementLock, TableLock
from credit_migration.safety.locks.postgresql_tables import is_valid, never_null, retyped, tied_by
from credit_migration.safety.locks.server import Server
from credit_migration.safety.statements import Clause, Statement
from credit_migration.safety.tables.changes import altered, dropped_tables, index_name
from credit_migration.safety.tables.shapes import Table, Tables, children

_MANUAL = "https://www.postgresql.org/docs/current/"
# Weakest first: a statement with several clauses takes the strongest lock that one of them needs.
MODES = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
_GROWTHS = (Growth.NONE, Growth.ROWS, Growth.SCAN, Growth.INDEX, Growth.REBUILD)
_VOLATILE = ("RANDOM", "GEN_RANDOM_UUID", "UUID_GENERATE_V4", "CLOCK_TIMESTAMP", "NEXTVAL", "TIMEOFDAY")
_QUIET = {"SET", "SELECT", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SHOW", "DO", "RESET"}
# ALTER INDEX locks the index alone; its table goes on being read and written.
_NO_TABLE = {"INDEX", "EXTENSION", "SEQUENCE", "TYPE", "FUNCTION", "SCHEMA"}
_WHOLE = {
    "CREATE INDEX": ("SHARE", Growth.INDEX, "sql-createindex.html"),
    "CREATE UNIQUE INDEX": ("SHARE", Growth.INDEX, "sql-createindex.html"),
    "DROP INDEX": ("ACCESS EXCLUSIVE", Growth.NONE, "sql-dropindex.html"),
    "REINDEX TABLE": ("SHARE", Growth.INDEX, "sql-reindex.html"),
    "REINDEX INDEX": ("SHARE", Growth.INDEX, "sql-reindex.html"),
    "DROP TABLE": ("ACCESS EXCLUSIVE", Growth.NONE, "explicit-locking.html"),
    "TRUNCATE TABLE": ("ACCESS EXCLUSIVE", Growth.NONE, "sql-truncate.html"),
    "CREATE TRIGGER": ("SHARE ROW EXCLUSIVE", Growth.NONE, "sql-createtrigger.html"),
    "DROP TRIGGER": ("ACCESS EXCLUSIVE", Growth.NONE, "sql-droptrigger.html"),
    "COMMENT ON": ("SHARE UPDATE EXCLUSIVE", Growth.NONE, "sql-comment.html"),
    "ANALYZE": ("SHARE UPDATE EXCLUSIVE", Growth.ROWS, "sql-analyze.html"),
    "CLUSTER": ("ACCESS EXCLUSIVE", Growth.REBUILD, "sql-cluster.html"),
    "INSERT": ("ROW EXCLUSIVE", Growth.ROWS, "explicit-locking.html"),
    "UPDATE": ("ROW EXCLUSIVE", Growth.ROWS, "explicit-locking.html"),
    "DELETE": ("ROW EXCLUSIVE", Growth.ROWS, "explicit-locking.html"),
}
_EXCLUSIVE = "ACCESS EXCLUSIVE"
# Clauses of ALTER TABLE by their first words, the longer ones first.
_CLAUSES: tuple[tuple[tuple[str, ...], str, Growth], ...] = (
    (("VALIDATE", "CONSTRAINT"), "SHARE UPDATE EXCLUSIVE", Growth.SCAN),
    (("ALTER", "CONSTRAINT"), _EXCLUSIVE, Growth.NONE),
    (("DROP",), _EXCLUSIVE, Growth.NONE),
    (("RENAME",), _EXCLUSIVE, Growth.NONE),
    (("SET", "("), "SHARE UPDATE EXCLUSIVE", Growth.NONE),
    (("SET", "WITHOUT", "CLUSTER"), "SHARE UPDATE EXCLUSIVE", Growth.NONE),
    (("SET", "TABLESPACE"), _EXCLUSIVE, Growth.REBUILD),
    (("SET", "LOGGED"), _EXCLUSIVE, Growth.REBUILD),
    (("SET", "UNLOGGED"), _EXCLUSIVE, Growth.REBUILD),
    (("SET",), _EXCLUSIVE, Growth.NONE),
    (("OWNER",), _EXCLUSIVE, Growth.NONE),
    (("CLUSTER",), "SHARE UPDATE EXCLUSIVE", Growth.NONE),
    (("ENABLE",), "SHARE ROW EXCLUSIVE", Growth.NONE),
    (("DISABLE",), "SHARE ROW EXCLUSIVE", Growth.NONE),
)


def lock_of(statement: Statement, table: str, server: Server) -> StatementLock | None:
    """Return how ``statement`` locks on PostgreSQL; ``None`` where this table does not know it."""
    verb, whole = statement.verb, statement.whole
    if verb == "ALTER TABLE":
        return _alter_table(statement, table, server)
    if verb == "CREATE TABLE":
        others = ((to, "SHARE ROW EXCLUSIVE") for to in dict.fromkeys(statement.references) if to != table)
        return locked("sql-createtable.html", Growth.NONE, *others)
    if verb == "LOCK TABLE":
        return locked("sql-lock.html", Growth.NONE, (table, _named_mode(whole)))
    if verb in _WHOLE:
        mode, growth, page = _WHOLE[verb]
    elif verb.split()[0] in _QUIET or verb.split()[-1] in _NO_TABLE:
        return locked("explicit-locking.html", Growth.NONE)
    else:
        return None
    if whole.has("CONCURRENTLY"):
        mode = "SHARE UPDATE EXCLUSIVE"
    return locked(page, growth, (table, mode), *((other, mode) for other in _tied(statement, table, server.tables)))


def _tied(statement: Statement, table: str, tables: Tables) -> list[str]:
    """Return the other tables that a statement on the whole of a table locks as it locks this one."""
    if statement.verb == "DROP TABLE":
        gone = dropped_tables(statement)
        found = [*gone, *(to for name in gone if name in tables for to in tables[name].parents)]
        found += [child for name in gone for child in children(tables, name)]
    elif statement.verb == "TRUNCATE TABLE" and statement.whole.has("CASCADE"):
        found = [*children(tables, table)]
    elif statement.verb == "DROP INDEX" and table in tables and statement.whole.has("CASCADE"):
        index = tables[table].indexes.get(index_name(statement))
        found = [*children(tables, table, index.columns)] if index else []
    else:
        found = []
    return [name for name in dict.fromkeys(found) if name != table]


def _alter_table(statement: Statement, table: str, server: Server) -> StatementLock | None:
    mode, growth, others = MODES[0], Growth.NONE, dict[str, str]()
    tables = server.tables
    for clause in statement.clauses:
        found = _clause(clause, server.version, tables.get(table))
        if found is None:
            return None
        mode, growth = max(mode, found[0], key=MODES.index), max(growth, found[1], key=_GROWTHS.index)
        for other, its_mode in tied_by(clause, table, tables):
            others[other] = max(others.get(other, its_mode), its_mode, key=MODES.index)
        # What a statement does first, its later clauses find done.
        tables = altered(tables, table, clause, "postgresql")
    return locked("sql-altertable.html", growth, (table, mode), *others.items())


def _clause(clause: Clause, version: tuple[int, ...], old: Table | None) -> tuple[str, Growth] | None:
    if clause.starts("ADD"):
        if _adds_constraint(clause):
            return _added_constraint(clause)
        return _EXCLUSIVE, _added_column(clause, version)
    if clause.starts("VALIDATE") and old and is_valid(old, clause.words[-1].text):
        return "SHARE UPDATE EXCLUSIVE", Growth.NONE
    for words, mode, growth in _CLAUSES:
        if clause.starts(*words):
            return mode, growth
    return _altered_column(clause, old) if clause.starts("ALTER") else None


def _adds_constraint(clause: Clause) -> bool:
    return clause.words[1].key in {"CONSTRAINT", "FOREIGN", "UNIQUE", "CHECK", "PRIMARY", "EXCLUDE"}


def _added_column(clause: Clause, version: tuple[int, ...]) -> Growth:
    if clause.has("IDENTITY") or clause.has("STORED") or any(clause.has(word) for word in ("SERIAL", "BIGSERIAL")):
        return Growth.REBUILD
    if clause.has("DEFAULT"):
        volatile = any(clause.has(word) for word in _VOLATILE)
        if volatile or version < (11,):
            return Growth.REBUILD
        # The foreign key of a column with a default is checked for each row, be it DEFAULT NULL; without one it is not.
        if clause.has("REFERENCES"):
            return Growth.SCAN
    if clause.has("UNIQUE") or clause.has("PRIMARY", "KEY"):
        return Growth.INDEX
    return Growth.SCAN if clause.has("CHECK") else Growth.NONE


def _added_constraint(clause: Clause) -> tuple[str, Growth]:
    grows = Growth.NONE if clause.has("NOT", "VALID") else Growth.SCAN
    if clause.has("FOREIGN", "KEY"):
        return "SHARE ROW EXCLUSIVE", grows
    if clause.has("USING", "INDEX"):
        return "ACCESS EXCLUSIVE", Growth.NONE
    if clause.has("CHECK"):
        return "ACCESS EXCLUSIVE", grows
    return "ACCESS EXCLUSIVE", Growth.INDEX


def _altered_column(clause: Clause, old: Table | None) -> tuple[str, Growth] | None:
    if clause.has("TYPE"):
        return _EXCLUSIVE, retyped(clause, old)
    if clause.has("SET", "NOT", "NULL"):
        return _EXCLUSIVE, (Growth.NONE if old and never_null(old, clause.words[2].text) else Growth.SCAN)
    if clause.has("SET", "STATISTICS") or clause.has("SET", "("):
        return "SHARE UPDATE EXCLUSIVE", Growth.NONE
    if any(clause.has(word) for word in ("SET", "DROP", "ADD", "RESTART")):
        return _EXCLUSIVE, Growth.NONE
    return None


def _named_mode(whole: Clause) -> str:
    for mode in (*MODES, "EXCLUSIVE"):
        if whole.has("IN", *mode.split(), "MODE"):
            return mode
    return "ACCESS EXCLUSIVE"


def locked(page: str, growth: Growth, *tables: tuple[str, str]) -> StatementLock:
    locks = tuple(
        TableLock(
            table=table,
            mode=mode,
            blocks_reads=mode == "ACCESS EXCLUSIVE",
            blocks_writes=mode in ("SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"),
        )
        for table, mode in tables
    )
    return StatementLock(
        locks=locks,
        growth=growth,
        brief_exclusive=any(lock.blocks_reads for lock in locks),
        source=f"{_MANUAL}{page}",
    )
