"""SQL text → what the statement is about: its verb, table and clauses, read from sqlglot's tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot.dialects import Dialect
from sqlglot.errors import TokenError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from credit_migration.data.safety import PlannedStatement

_SQLGLOT = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite3": "sqlite"}
_TWO_WORD_VERBS = {"ALTER", "CREATE", "DROP", "RENAME", "COMMENT", "LOCK", "TRUNCATE", "OPTIMIZE", "REINDEX", "SET"}
_BEFORE_NAME = {"IF", "NOT", "EXISTS", "ONLY", "TABLE", "COLUMN"}
_BEFORE_TABLE = {"TABLE", "ON", "INTO", "UPDATE", "FROM", "ONLY"}


@dataclass(frozen=True, slots=True)
class Word:
    """A token: ``text`` as written without quotes; ``key`` its keyword in capitals, empty for a quoted name."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One of the parts of ``ALTER TABLE`` that commas set apart; or all that follows the table in other statements."""

    words: tuple[Word, ...]

    def starts(self, *keys: str) -> bool:
        return tuple(word.key for word in self.words[: len(keys)]) == keys

    def has(self, *keys: str) -> bool:
        """Return whether ``keys`` follow each other somewhere outside of quoted names."""
        own, size = [word.key for word in self.words], len(keys)
        return any(tuple(own[at : at + size]) == keys for at in range(len(own) - size + 1))


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement: ``verb`` such as ``ALTER TABLE`` or ``CREATE UNIQUE INDEX``; ``table`` where it names one."""

    verb: str
    table: str | None
    clauses: tuple[Clause, ...]
    whole: Clause

    @property
    def references(self) -> tuple[str, ...]:
        """The tables that foreign keys of this statement point to, in its order."""
        words = self.whole.words
        return tuple(words[at + 1].text for at, word in enumerate(words[:-1]) if word.key == "REFERENCES")


def split(sql: str, vendor: str) -> list[str]:
    """
    Return the single statements of ``sql``, without their semicolons.

    Raises: ValueError if ``sql`` can't be read as ``vendor``'s SQL.
    """
    statements, start = [], 0
    for token in _tokens(sql, vendor):
        if token.token_type == TokenType.SEMICOLON:
            statements.append(sql[start : token.start].strip())
            start = token.end + 1
    return [statement for statement in [*statements, sql[start:].strip()] if statement]


def read(sql: str, vendor: str) -> Statement:
    """
    Return what one statement is about.

    Raises: ValueError if ``sql`` can't be read as ``vendor``'s SQL, or is empty.
    """
    tokens = _tokens(sql, vendor)
    if [token.token_type for token in tokens[1:]] == [TokenType.STRING]:
        # sqlglot leaves what follows a verb that it does not parse, such as RENAME, in one piece.
        tokens = [tokens[0], *_tokens(tokens[1].text, vendor)]
    words = tuple(_words(tokens))
    if not words:
        raise ValueError("there is no statement in it")
    verb = _verb(words)
    table, rest = _table(words, verb)
    clauses = tuple(parts(rest)) if verb in ("ALTER TABLE", "RENAME TABLE") else (Clause(rest),)
    return Statement(verb, table, clauses, Clause(words))


def _tokens(sql: str, vendor: str) -> list[Token]:
    try:
        return list(Dialect.get_or_raise(_SQLGLOT[vendor]).tokenize(sql))
    except TokenError as exc:
        raise ValueError(str(exc)) from exc


def _words(tokens: list[Token]) -> Iterator[Word]:
    for token in tokens:
        if token.token_type in (TokenType.IDENTIFIER, TokenType.STRING):
            yield Word(token.text, "")
        elif token.token_type != TokenType.SEMICOLON:
            # sqlglot joins some pairs, such as FOREIGN KEY, into one token.
            for part in token.text.split() or [token.text]:
                yield Word(part, part.upper())


def _verb(words: tuple[Word, ...]) -> str:
    first = words[0].key
    if first == "WITH":
        return next((word.key for word in words if word.key in ("INSERT", "UPDATE", "DELETE", "MERGE")), "SELECT")
    if first not in _TWO_WORD_VERBS or len(words) == 1:
        return first
    if first == "CREATE" and words[1].key in ("UNIQUE", "TEMPORARY", "OR"):
        return f"CREATE {' '.join(word.key for word in words[1:3])}"
    return f"{first} {words[1].key}"


def _table(words: tuple[Word, ...], verb: str) -> tuple[str | None, tuple[Word, ...]]:
    """Return the table's name and the words after it; a schema before the name is dropped."""
    marks = {"ON"} if verb == "DROP INDEX" else _BEFORE_TABLE
    at = next((at for at, word in enumerate(words) if word.key in marks), None)
    if at is None:
        return None, words[len(verb.split()) :]
    at += 1
    while at < len(words) and words[at].key in _BEFORE_NAME:
        at += 1
    parts = at
    while parts + 2 < len(words) and words[parts + 1].key == ".":
        parts += 2
    if at >= len(words):
        return None, ()
    # COMMENT ON COLUMN names the column last, after its table.
    name = words[at] if verb == "COMMENT ON" and words[at - 1].key == "COLUMN" else words[parts]
    return name.text, _unhurried(words[parts + 1 :])


def _unhurried(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words without MariaDB's bound on the wait for the lock, which stands before the first clause."""
    if words[:1] and words[0].key == "NOWAIT":
        return words[1:]
    return words[2:] if words[:1] and words[0].key == "WAIT" else words


def parts(words: tuple[Word, ...]) -> Iterator[Clause]:
    """Yield what commas set apart, those within brackets left aside."""
    depth, clause = 0, list[Word]()
    for word in words:
        depth += (word.key == "(") - (word.key == ")")
        if word.key == "," and not depth:
            yield Clause(tuple(clause))
            clause = []
        else:
            clause.append(word)
    if clause:
        yield Clause(tuple(clause))


def bounds_locks(sql: str, vendor: str) -> bool:
    """Return whether a statement bounds the time that it, or those after it, wait for a lock."""
    try:
        statement = read(sql, vendor)
    except ValueError:
        return False
    words = statement.whole.words
    if statement.verb.startswith("SET") and any("LOCK" in word.key and "TIMEOUT" in word.key for word in words):
        return True
    return statement.whole.has("NOWAIT") or statement.whole.has("WAIT")


def created_table(sql: str, vendor: str) -> str | None:
    """Return the name of the table that a statement creates; ``None`` for any other statement."""
    try:
        statement = read(sql, vendor)
    except ValueError:
        return None
    return statement.table if statement.verb == "CREATE TABLE" else None


def checks_foreign_keys(sql: str, vendor: str) -> bool | None:
    """Return whether MySQL or MariaDB checks foreign keys from this statement on; ``None`` where it leaves that."""
    try:
        whole = read(sql, vendor).whole
    except ValueError:
        return None
    if not whole.has("FOREIGN_KEY_CHECKS"):
        return None
    return whole.words[-1].key not in ("0", "OFF")


def tables_named(statements: Iterable[PlannedStatement]) -> set[str]:
    """Return the names of the tables that statements work on."""
    named = set[str]()
    for statement in statements:
        try:
            named.add(read(statement.sql, statement.vendor).table or "")
        except ValueError:
            continue
    return named - {""}
