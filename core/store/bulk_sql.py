"""Statements compiled once by SQLAlchemy and run with plain tuples: its cost per row exceeds the database's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import nan
from typing import Any, TypeVar

from sqlalchemy import (
    ClauseElement,
    Column,
    Connection,
    Dialect,
    Insert,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    values,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement, column
from sqlalchemy.sql.expression import CTE
from sqlalchemy.types import BigInteger, String

from core.store.database.schema import time_binder

Row = tuple[Any, ...]
Key = TypeVar("Key")
_SIZES = (8, 32, 64, 128, 256, 512)


def positional(statement: ClauseElement, dialect: Dialect) -> tuple[str, list[str]]:
    """SQL text with positional marks, and the bind names in their order."""
    make_dialect: Callable[..., Dialect] = type(dialect)
    plain = dialect if dialect.positional else make_dialect(paramstyle="format")
    compiled: Any = statement.compile(dialect=plain)
    return str(compiled), list(compiled.positiontup)


def upsert(table: Table, dialect: Dialect, *, keep: Sequence[str] = (), add: Sequence[str] = ()) -> Insert:
    """Insert all stored columns; on a conflict overwrite the row, but keep `keep` and add up `add`."""
    build = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    statement = build(table).values({c.name: bindparam(c.name) for c in stored_columns(table)})
    changes: dict[str, ColumnElement[Any]] = {}
    for c in stored_columns(table):
        if not c.primary_key and c.name not in keep:
            new = statement.excluded[c.name]
            changes[c.name] = c + new if c.name in add else new
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changes)


def stored_columns(table: Table) -> list[Column[Any]]:
    """Columns that are written, in order (not computed ones)."""
    return [c for c in table.columns if c.computed is None]


class Bindings:
    """Values as this database's driver takes them fastest.

    pysqlite looks for an adapter at each value that is not exactly int, float, str or bytearray: 1 to 3 us for every
    None, bool and bytes. SQLite stores a NaN as NULL (https://www.sqlite.org/c3ref/bind_blob.html), so it stands in.
    """

    def __init__(self, dialect: Dialect) -> None:
        is_sqlite = dialect.name == "sqlite"
        self.null: float | None = nan if is_sqlite else None
        self.flag: Callable[[bool], int] = int if is_sqlite else bool
        self.blob: Callable[[bytes], bytes | bytearray] = bytearray if is_sqlite else bytes
        self.time = time_binder(dialect)


class Write:
    """A statement run for many rows, each a tuple in the order of the statement's binds."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        self._sql, self.names = positional(statement, dialect)

    @classmethod
    def upsert(cls, table: Table, dialect: Dialect, *, keep: Sequence[str] = (), add: Sequence[str] = ()) -> Write:
        return cls(upsert(table, dialect, keep=keep, add=add), dialect)

    @classmethod
    def insert(cls, table: Table, dialect: Dialect) -> Write:
        return cls(insert(table).values({c.name: bindparam(c.name) for c in stored_columns(table)}), dialect)

    @classmethod
    def insert_missing(cls, table: Table, dialect: Dialect) -> Write:
        """A row whose key is there stays as it is."""
        build = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
        statement = build(table).values({c.name: bindparam(c.name) for c in stored_columns(table)})
        return cls(statement.on_conflict_do_nothing(), dialect)

    @classmethod
    def delete(cls, table: Table, dialect: Dialect, *where: ColumnElement[bool]) -> Write:
        """By primary key: a row is its values, in order."""
        key = (column == bindparam(column.name) for column in table.primary_key.columns)
        return cls(delete(table).where(*key, *where), dialect)

    def run(self, connection: Connection, rows: list[Row]) -> None:
        if rows:
            connection.exec_driver_sql(self._sql, rows)


class BulkWrite:
    """An upsert that adds up `add`, for rows by the thousand: where the database takes arrays it is one statement."""

    def __init__(self, table: Table, dialect: Dialect, *, add: Sequence[str]) -> None:
        self._each = Write.upsert(table, dialect, add=add)
        self._all = None
        if dialect.name == "postgresql":
            columns = stored_columns(table)
            arrays = [func.unnest(bindparam(c.name, type_=postgresql.ARRAY(c.type))) for c in columns]
            statement = postgresql.insert(table).from_select([c.name for c in columns], select(*arrays))
            sums = {name: table.c[name] + statement.excluded[name] for name in add}
            key = list(table.primary_key.columns)
            statement = statement.on_conflict_do_update(index_elements=key, set_=sums)
            self._all = positional(statement, dialect)[0]

    def run(self, connection: Connection, rows: list[Row]) -> None:
        """No two rows of one key."""
        if self._all is None:
            self._each.run(connection, rows)
        elif rows:
            connection.exec_driver_sql(self._all, tuple(map(list, zip(*rows, strict=True))))


class Lookup:
    """A select for any number of keys: compiled for a few sizes, and padded with the last key."""

    def __init__(self, statement: Select[Any], key: ColumnElement[Any], dialect: Dialect) -> None:
        self._statement = statement
        self._key = key
        self._dialect = dialect
        self._sql: dict[int, str] = {}

    def rows(self, connection: Connection, keys: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        for part in _parts(keys):
            padding = [part[-1]] * (_size_for(len(part)) - len(part))
            found += _fetch(connection, self._text(len(part)), (*part, *padding))
        return found

    def _text(self, count: int) -> str:
        size = _size_for(count)
        if size not in self._sql:
            placeholders = [bindparam(f"k{i:03}", type_=self._key.type) for i in range(size)]
            self._sql[size] = positional(self._statement.where(self._key.in_(placeholders)), self._dialect)[0]
        return self._sql[size]


class PairLookup:
    """A select joined with a table of (name, number) pairs; the padding pair matches nothing."""

    def __init__(self, build: Callable[[CTE], Select[Any]], dialect: Dialect) -> None:
        """`build` makes the select from a CTE with columns `name` and `number`."""
        self._build = build
        self._dialect = dialect
        self._sql: dict[int, str] = {}

    def rows(self, connection: Connection, pairs: Sequence[tuple[str, int]]) -> list[Row]:
        found: list[Row] = []
        for part in _parts(pairs):
            size = _size_for(len(part))
            if size not in self._sql:
                self._sql[size] = positional(self._build(_pairs(size)), self._dialect)[0]
            padded = [*part, *[("", 0)] * (size - len(part))]
            found += _fetch(connection, self._sql[size], tuple(value for pair in padded for value in pair))
        return found


def _parts(keys: Sequence[Key]) -> Iterable[Sequence[Key]]:
    return (keys[start : start + _SIZES[-1]] for start in range(0, len(keys), _SIZES[-1]))


def _pairs(size: int) -> CTE:
    placeholders = [
        (bindparam(f"a{i:03}", type_=String()), bindparam(f"b{i:03}", type_=BigInteger())) for i in range(size)
    ]
    return values(column("name", String), column("number", BigInteger), name="pairs").data(placeholders).cte("pairs")


def _size_for(count: int) -> int:
    return next(size for size in _SIZES if size >= count)


def _fetch(connection: Connection, sql: str, parameters: Row) -> list[Row]:
    return [tuple(row) for row in connection.exec_driver_sql(sql, parameters)]
