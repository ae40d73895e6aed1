"""Both databases behind one shape for tests: an URL, and a look past the store at what is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

from core.achievements.progress import utc_ms
from core.sqlite.connection import sqlite_module
from core.utc_text import utc_text


@dataclass(frozen=True)
class Place:
    """A results database of its own."""

    url: str

    def _engine(self) -> Engine:
        # Never two SQLite libraries on one file.
        return create_engine(self.url, **({"module": sqlite_module()} if self.url.startswith("sqlite") else {}))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Values as SQLite has them, whichever database it is."""
        engine = self._engine()
        try:
            with engine.connect() as connection:
                return [tuple(map(_plain, row)) for row in connection.execute(text(sql))]
        finally:
            engine.dispose()

    def execute(self, *statements: str) -> None:
        def run(connection: Connection) -> None:
            for statement in statements:
                connection.execute(text(statement))

        self.change(run)

    def change(self, act: Callable[[Connection], None]) -> None:
        """In one transaction."""
        engine = self._engine()
        try:
            with engine.begin() as connection:
                act(connection)
        finally:
            engine.dispose()


MakePlace = Callable[[], Place]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return utc_text(utc_ms(value))
    if isinstance(value, bool):
        return int(value)
    return bytes(value) if isinstance(value, memoryview) else value
