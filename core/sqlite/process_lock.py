"""A lock between threads and processes that ends with the process that holds it, however that ends."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection
from typing import cast

from core.sqlite.connection import SQLiteErrorKind, error_kind, sqlite_module, store_errors


class ProcessLock:
    """SQLite's lock on a file that stays empty. Belongs to one thread; another instance is another holder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Whether it is held now, by this or an earlier call; never waits.

        StoreUnavailableError or StoreDamagedError where the file cannot be made or locked.
        """
        with store_errors(self._path):
            try:
                connection = self._connection = self._connection or self._connect()
                if not connection.in_transaction:
                    connection.execute("BEGIN EXCLUSIVE")
            except sqlite_module().OperationalError as error:
                if error_kind(error) is SQLiteErrorKind.BUSY:
                    return False
                raise
            return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.rollback()

    def close(self) -> None:
        """Releases it too."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connect(self) -> Connection:
        connection = cast(Connection, sqlite_module().connect(str(self._path), timeout=0, isolation_level=None))
        try:
            connection.execute("PRAGMA journal_mode=MEMORY")  # no second file beside it
        except sqlite_module().Error:
            connection.close()
            raise
        return connection
