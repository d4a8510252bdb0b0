"""
MySQL's locks: the mildest ``ALGORITHM`` and ``LOCK`` that InnoDB accepts for each clause of a statement.

Source: https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html
"""

from __future__ import annotations

import enum

from credit_migration.data.safety import Growth, StatementLock, TableLock
from credit_migration.safety.statements import Clause, Statement


class Way(enum.IntEnum):
    """How InnoDB does a change, from the mildest to the hardest."""

    INSTANT = 0
    INPLACE = 1
    """Without a copy: the dictionary alone, or an index beside the table."""
    REBUILD = 2
    """In place with a rebuild of the table; writes go on."""
    SHARED = 3
    """In place, but writes wait."""
    COPY = 4
    """A copy of the table, row by row; writes wait."""


_QUIET = {"SET", "SELECT", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SHOW", "START"}
_ROWS = {"INSERT", "UPDATE", "DELETE", "REPLACE"}
_WHOLE = {
    "CREATE TABLE": (Way.INSTANT, Growth.NONE),
    "DROP TABLE": (Way.INSTANT, Growth.NONE),
    "RENAME TABLE": (Way.INSTANT, Growth.NONE),
    "TRUNCATE TABLE": (Way.INSTANT, Growth.NONE),
    "CREATE TRIGGER": (Way.INSTANT, Growth.NONE),
    "DROP TRIGGER": (Way.INSTANT, Growth.NONE),
    "CREATE INDEX": (Way.INPLACE, Growth.INDEX),
    "CREATE UNIQUE INDEX": (Way.INPLACE, Growth.INDEX),
    "CREATE FULLTEXT": (Way.SHARED, Growth.INDEX),
    "CREATE SPATIAL": (Way.SHARED, Growth.INDEX),
    "DROP INDEX": (Way.INPLACE, Growth.NONE),
    "OPTIMIZE TABLE": (Way.REBUILD, Growth.REBUILD),
}
# Clauses of ALTER TABLE by their first words, the longer ones first.
_CLAUSES: tuple[tuple[tuple[str, ...], tuple[Way, Growth]], ...] = (
    (("RENAME", "INDEX"), (Way.INPLACE, Growth.NONE)),
    (("RENAME", "KEY"), (Way.INPLACE, Growth.NONE)),
    (("RENAME",), (Way.INSTANT, Growth.NONE)),
    # The column as it was is not in the statement, so this is the hardest that it can be.
    (("MODIFY",), (Way.COPY, Growth.REBUILD)),
    (("CHANGE",), (Way.COPY, Growth.REBUILD)),
    (("CONVERT",), (Way.COPY, Growth.REBUILD)),
    (("ORDER",), (Way.COPY, Growth.REBUILD)),
    (("ENGINE",), (Way.REBUILD, Growth.REBUILD)),
    (("FORCE",), (Way.REBUILD, Growth.REBUILD)),
    (("COMMENT",), (Way.INPLACE, Growth.NONE)),
    (("AUTO_INCREMENT",), (Way.INPLACE, Growth.NONE)),
)


class LockTable:
    """What MySQL documents; a vendor that differs overrides a method."""

    name = "MySQL"
    source = "https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html"

    def lock_of(
        self, statement: Statement, table: str, version: tuple[int, ...], keys_checked: bool = True
    ) -> StatementLock | None:
        """Return how ``statement`` locks on ``version``; ``None`` where this table does not know it."""
        verb = statement.verb
        if verb == "ALTER TABLE":
            return self._alter_table(statement, table, version, keys_checked)
        if verb.split()[0] in _QUIET:
            return StatementLock(locks=(), growth=Growth.NONE, brief_exclusive=False, source=self.source)
        if verb in _ROWS:
            lock = TableLock(table=table, mode="row locks", blocks_reads=False, blocks_writes=False)
            return StatementLock(locks=(lock,), growth=Growth.ROWS, brief_exclusive=False, source=self.source)
        if verb not in _WHOLE:
            return None
        way, growth = _WHOLE[verb]
        return self.locked(way, growth, table, *(to for to in statement.references if to != table))

    def _alter_table(
        self, statement: Statement, table: str, version: tuple[int, ...], keys_checked: bool
    ) -> StatementLock | None:
        way, growth, columns = Way.INSTANT, Growth.NONE, False
        replaced = any(clause.starts("ADD", "PRIMARY") for clause in statement.clauses)
        for clause in statement.clauses:
            if _only_asks(clause):
                continue
            found = self.clause(clause, version)
            if found is None:
                return None
            if clause.starts("ADD") and clause.has("FOREIGN", "KEY") and not keys_checked:
                found = self.unchecked_key
            if clause.starts("DROP", "PRIMARY") and replaced:
                found = Way.REBUILD, Growth.REBUILD
            if _changes_columns(clause) and found[0] is Way.INSTANT:
                columns = True
            way = max(way, found[0])
            growth = growth if found[1] is Growth.NONE else found[1]
        if columns and way > Way.INSTANT:
            # A column comes and goes instantly only in a statement that does nothing slower besides.
            way = max(way, Way.REBUILD)
        others = tuple(to for to in statement.references if to != table)
        return self.locked(way, Growth.REBUILD if way in (Way.COPY, Way.REBUILD) else growth, table, *others)

    unchecked_key: tuple[Way, Growth] = (Way.INPLACE, Growth.NONE)
    """How a foreign key is added while ``foreign_key_checks`` is off: no old row is looked at."""

    def clause(self, clause: Clause, version: tuple[int, ...]) -> tuple[Way, Growth] | None:
        """Return how one clause is done; ``None`` where this table does not know it."""
        if clause.starts("ADD"):
            return self.added(clause, version)
        if clause.starts("DROP"):
            return self.dropped(clause, version)
        if clause.starts("RENAME", "COLUMN"):
            return self.renamed_column(version), Growth.NONE
        if clause.starts("ALTER"):
            return (Way.INSTANT if clause.has("DEFAULT") else Way.INPLACE), Growth.NONE
        if any(clause.starts(*words) for words in self.instant_clauses):
            return Way.INSTANT, Growth.NONE
        return next((answer for words, answer in _CLAUSES if clause.starts(*words)), None)

    instant_clauses: tuple[tuple[str, ...], ...] = ()
    """Clauses that this vendor does instantly, beyond those of the common table."""

    def added(self, clause: Clause, version: tuple[int, ...]) -> tuple[Way, Growth]:
        if clause.has("FOREIGN", "KEY"):
            # In place only where foreign_key_checks is off, which takes the check of the old rows away too.
            return Way.COPY, Growth.REBUILD
        if clause.has("FULLTEXT") or clause.has("SPATIAL"):
            return Way.SHARED, Growth.INDEX
        named = clause.starts("ADD", "CONSTRAINT") and len(clause.words) > 3
        kind = clause.words[3 if named else 1].key
        if kind == "PRIMARY":
            return Way.REBUILD, Growth.REBUILD
        if kind in {"UNIQUE", "INDEX", "KEY"}:
            return Way.INPLACE, Growth.INDEX
        if kind == "CHECK":
            return self.added_check()
        return self.added_column(clause, version)

    def added_check(self) -> tuple[Way, Growth]:
        return Way.COPY, Growth.REBUILD

    def added_column(self, clause: Clause, version: tuple[int, ...]) -> tuple[Way, Growth]:
        if clause.has("AUTO_INCREMENT"):
            return Way.SHARED, Growth.REBUILD
        if clause.has("STORED") or clause.has("CHECK"):
            return Way.COPY, Growth.REBUILD
        if clause.has("UNIQUE") or clause.has("PRIMARY"):
            return Way.REBUILD, Growth.REBUILD
        if version < self.instant_add_since or (self._placed(clause) and version < self.instant_place_since):
            return Way.REBUILD, Growth.REBUILD
        return Way.INSTANT, Growth.NONE

    instant_add_since: tuple[int, ...] = (8, 0, 12)
    instant_place_since: tuple[int, ...] = (8, 0, 29)
    instant_drop_since: tuple[int, ...] = (8, 0, 29)

    def dropped(self, clause: Clause, version: tuple[int, ...]) -> tuple[Way, Growth]:
        kind = clause.words[1].key
        if kind == "PRIMARY":
            return Way.COPY, Growth.REBUILD
        if kind in {"INDEX", "KEY", "FOREIGN", "CONSTRAINT", "CHECK"}:
            return Way.INPLACE, Growth.NONE
        return (Way.REBUILD, Growth.REBUILD) if version < self.instant_drop_since else (Way.INSTANT, Growth.NONE)

    def renamed_column(self, version: tuple[int, ...]) -> Way:
        return Way.INSTANT if version >= (8, 0, 28) else Way.INPLACE

    def _placed(self, clause: Clause) -> bool:
        return clause.has("FIRST") or clause.has("AFTER")

    def locked(self, way: Way, growth: Growth, table: str, *others: str) -> StatementLock:
        blocks = way in (Way.SHARED, Way.COPY)
        algorithm = {Way.INSTANT: "INSTANT", Way.COPY: "COPY"}.get(way, "INPLACE")
        mode = algorithm if way is Way.INSTANT else f"{algorithm}, LOCK={'SHARED' if blocks else 'NONE'}"
        own = TableLock(table=table, mode=mode, blocks_reads=False, blocks_writes=blocks)
        # The parent's metadata is locked too: its rows stay writable, but its own schema and the start of the
        # statement wait for every transaction on it.
        parents = tuple(
            TableLock(table=to, mode="metadata lock", blocks_reads=False, blocks_writes=blocks) for to in others
        )
        return StatementLock(locks=(own, *parents), growth=growth, brief_exclusive=True, source=self.source)


_NO_COLUMN = {"INDEX", "KEY", "CONSTRAINT", "FOREIGN", "UNIQUE", "PRIMARY", "CHECK", "FULLTEXT", "SPATIAL"}


def _changes_columns(clause: Clause) -> bool:
    """Return whether the clause adds or drops a column."""
    return (clause.starts("ADD") or clause.starts("DROP")) and clause.words[1].key not in _NO_COLUMN


def _only_asks(clause: Clause) -> bool:
    """Return whether the clause asks for an algorithm or a lock; the server refuses what it can't do that way."""
    return clause.starts("ALGORITHM") or clause.starts("LOCK")


lock_table = LockTable()
lock_of = lock_table.lock_of
