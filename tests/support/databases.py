"""Both databases behind one shape for tests: an URL, and a look past the store at what is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from core.achievements.progress import utc_ms
from core.sqlite.connection import sqlite_module
from core.utc_text import utc_text


@dataclass(frozen=True)
class Place:
    """A results database of its own."""

    url: str

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Values as SQLite has them, whichever database it is."""
        (rows,) = self.rows_of(sql)
        return rows

    def rows_of(self, *queries: str) -> list[list[tuple[Any, ...]]]:
        """Of several queries, in one transaction."""
        with _engine(self.url).connect() as connection:
            return [[tuple(map(_plain, row)) for row in connection.execute(text(sql))] for sql in queries]

    def execute(self, *statements: str) -> None:
        def run(connection: Connection) -> None:
            for statement in statements:
                connection.execute(text(statement))

        self.change(run)

    def change(self, act: Callable[[Connection], None]) -> None:
        """In one transaction."""
        with _engine(self.url).begin() as connection:
            act(connection)


MakePlace = Callable[[], Place]


@lru_cache(maxsize=16)  # the first connection of an engine asks the server a number of things
def _engine(url: str) -> Engine:
    """It holds no connection."""
    # Never two SQLite libraries on one file.
    return create_engine(url, poolclass=NullPool, **({"module": sqlite_module()} if url.startswith("sqlite") else {}))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return utc_text(utc_ms(value))
    if isinstance(value, bool):
        return int(value)
    return bytes(value) if isinstance(value, memoryview) else value
