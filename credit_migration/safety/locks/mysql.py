"""
MySQL's locks: the mildest ``ALGORITHM`` and ``LOCK`` that InnoDB accepts for each clause of a statement.

Source: https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from credit_migration.data.safety import Growth, StatementLock, TableLock
from credit_migration.safety.locks.mysql_columns import changes_columns, lengths, only_asks
from credit_migration.safety.locks.server import Server
from credit_migration.safety.statements import Clause, Statement
from credit_migration.safety.tables.changes import altered, changed_column, dropped_column
from credit_migration.safety.tables.shapes import Column, Table


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


TIED = "metadata lock"
"""The mode on a table that a foreign key points to: who writes to it opens the statement's own table as well."""
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

    def lock_of(self, statement: Statement, table: str, server: Server) -> StatementLock | None:
        """Return how ``statement`` locks; ``None`` where this table does not know it."""
        verb, old = statement.verb, server.tables.get(table)
        if verb == "ALTER TABLE":
            return self._alter_table(statement, table, server)
        if verb.split()[0] in _QUIET:
            return StatementLock(locks=(), growth=Growth.NONE, brief_exclusive=False, source=self.source)
        if verb in _ROWS:
            lock = TableLock(table=table, mode="row locks", blocks_reads=False, blocks_writes=False)
            return StatementLock(locks=(lock,), growth=Growth.ROWS, brief_exclusive=False, source=self.source)
        if verb not in _WHOLE:
            return None
        way, growth = _WHOLE[verb]
        return self.locked(way, growth, table, tied=(*statement.references, *(old.parents if old else ())))

    def _alter_table(self, statement: Statement, table: str, server: Server) -> StatementLock | None:
        tables, way, growth, columns = server.tables, Way.INSTANT, Growth.NONE, False
        tied = list(tables[table].parents) if table in tables else []
        replaced = any(clause.starts("ADD", "PRIMARY") for clause in statement.clauses)
        for clause in statement.clauses:
            if only_asks(clause):
                continue
            old = tables.get(table)
            found = self.clause(clause, server, old)
            if found is None:
                return None
            if clause.starts("DROP", "PRIMARY") and replaced:
                found = Way.REBUILD, Growth.REBUILD
            columns = columns or (changes_columns(clause) and found[0] is not Way.COPY)
            way = max(way, found[0])
            growth = growth if found[1] is Growth.NONE else found[1]
            tables = altered(tables, table, clause, self.name.lower())
        before = server.tables.get(table)
        fulltext = before is not None and before.has_fulltext
        if columns and (fulltext or self.rebuilds_beside(way, growth)):
            way = max(way, Way.REBUILD)
        if way is Way.REBUILD and fulltext:
            way = Way.SHARED
        rebuilds = way in (Way.COPY, Way.REBUILD) or (way is Way.SHARED and growth is not Growth.INDEX)
        return self.locked(way, Growth.REBUILD if rebuilds else growth, table, pointed=statement.references, tied=tied)

    def rebuilds_beside(self, way: Way, growth: Growth) -> bool:
        """Return whether a column that comes or goes beside something slower makes the table be rebuilt."""
        return way > Way.INSTANT

    unchecked_key: tuple[Way, Growth] = (Way.INPLACE, Growth.NONE)
    """How a foreign key is added while ``foreign_key_checks`` is off: no old row is looked at."""

    def clause(self, clause: Clause, server: Server, old: Table | None) -> tuple[Way, Growth] | None:
        """Return how one clause is done; ``None`` where this table does not know it."""
        version = server.version
        if clause.starts("ADD"):
            return self.added(clause, server)
        if clause.starts("DROP"):
            return self.dropped(clause, version, old)
        if clause.starts("RENAME", "COLUMN"):
            return self.renamed_column(version), Growth.NONE
        if clause.starts("ALTER"):
            return (Way.INSTANT if clause.has("DEFAULT") else Way.INPLACE), Growth.NONE
        if clause.starts("MODIFY") or clause.starts("CHANGE"):
            return self.changed(clause, version, old)
        if any(clause.starts(*words) for words in self.instant_clauses):
            return Way.INSTANT, Growth.NONE
        return next((answer for words, answer in _CLAUSES if clause.starts(*words)), None)

    instant_clauses: tuple[tuple[str, ...], ...] = ()
    """Clauses that this vendor does instantly, beyond those of the common table."""

    def added(self, clause: Clause, server: Server) -> tuple[Way, Growth]:
        if clause.has("FOREIGN", "KEY") or (clause.has("REFERENCES") and self.keys_in_columns):
            # In place only where foreign_key_checks is off, which takes the check of the old rows away too.
            return (Way.COPY, Growth.REBUILD) if server.keys_checked else self.unchecked_key
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
        return self.added_column(clause, server.version)

    keys_in_columns = False
    """Whether ``REFERENCES`` in a column's own definition makes a foreign key; MySQL reads it and forgets it."""

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

    def dropped(self, clause: Clause, version: tuple[int, ...], old: Table | None) -> tuple[Way, Growth]:
        kind = clause.words[1].key
        if kind == "PRIMARY":
            return Way.COPY, Growth.REBUILD
        if kind in {"INDEX", "KEY", "FOREIGN", "CONSTRAINT", "CHECK"}:
            return Way.INPLACE, Growth.NONE
        return self.dropped_column(dropped_column(clause) or "", version, old)

    def dropped_column(self, column: str, version: tuple[int, ...], old: Table | None) -> tuple[Way, Growth]:
        if version < self.instant_drop_since or (old and old.indexes_of(column)):
            return Way.REBUILD, Growth.REBUILD
        return Way.INSTANT, Growth.NONE

    def changed(self, clause: Clause, version: tuple[int, ...], old: Table | None) -> tuple[Way, Growth]:
        """Return how a column becomes another; the hardest that it can be where the one before is not known."""
        name, new = changed_column(clause)
        before = old.columns.get(name) if old else None
        if old is None or before is None or before.automatic != new.automatic:
            return Way.COPY, Growth.REBUILD
        change = self.retyped(before, new, indexed=bool(old.indexes_of(name)))
        if before.null != new.null or (self._placed(clause) and not self.places_instantly):
            change = max(change, Way.REBUILD)
        if before.name != new.name:
            change = max(change, self.renamed_column(version))
        return change, Growth.REBUILD if change in (Way.COPY, Way.REBUILD) else Growth.NONE

    places_instantly = False
    """Whether a column that is there moves to another place instantly."""

    def retyped(self, before: Column, new: Column, *, indexed: bool) -> Way:
        """Return how a column's type and characters become others."""
        if before.charset != new.charset:
            return Way.COPY
        if before.type == new.type:
            return Way.INSTANT
        lengthened = lengths(before, new)
        # What a value's length takes, one byte or two, must stay.
        alike = all(new <= 255 or old > 255 for old, new in lengthened)
        return Way.INPLACE if lengthened and alike else Way.COPY

    def renamed_column(self, version: tuple[int, ...]) -> Way:
        return Way.INSTANT if version >= (8, 0, 28) else Way.INPLACE

    def _placed(self, clause: Clause) -> bool:
        return clause.has("FIRST") or clause.has("AFTER")

    def locked(
        self, way: Way, growth: Growth, table: str, *, pointed: Iterable[str] = (), tied: Iterable[str] = ()
    ) -> StatementLock:
        """
        Return the lock of a statement.

        Args:
            way: how the vendor does it.
            growth: what grows.
            table: its own table.
            pointed: tables that a foreign key is made to: their rows are read and locked while old rows are checked.
            tied: tables that a foreign key points to already. Writing to one opens this table too, so such a write
                waits where this statement waits, and this statement waits for its transaction; not longer.

        """
        blocks = way in (Way.SHARED, Way.COPY)
        algorithm = {Way.INSTANT: "INSTANT", Way.COPY: "COPY"}.get(way, "INPLACE")
        mode = algorithm if way is Way.INSTANT else f"{algorithm}, LOCK={'SHARED' if blocks else 'NONE'}"
        others = {**dict.fromkeys(tied, False), **dict.fromkeys(pointed, blocks)}
        locks = [TableLock(table=table, mode=mode, blocks_reads=False, blocks_writes=blocks)]
        locks += [
            TableLock(table=to, mode=TIED, blocks_reads=False, blocks_writes=waits)
            for to, waits in others.items()
            if to != table
        ]
        return StatementLock(locks=tuple(locks), growth=growth, brief_exclusive=True, source=self.source)


lock_table = LockTable()
lock_of = lock_table.lock_of
