"""SQLAlchemy over our SQLite connections, and its errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import Connection as EngineConnection
from sqlalchemy.exc import DBAPIError

from core.errors import StoreFileReplacedError, StoreValueError
from core.sqlite.connection import TIMEOUT_S, connect, sqlite_module, store_error, store_errors
from core.sqlite.file_identity import OpenFileIdentity
from core.store.database.port import is_of_values

_FILE = "open file"


def sqlalchemy_engine(path: Path, *, timeout_s: float = TIMEOUT_S, read_only: bool = False) -> Engine:
    """An engine whose every transaction is `BEGIN IMMEDIATE` (`BEGIN` and no writing when `read_only`).

    Connections are made by `core.sqlite.connection.connect`; errors come wrapped by SQLAlchemy, see `engine_errors`. It
    begins with `need_same_file`.
    """

    def open_connection() -> Any:
        return connect(path, timeout_s=timeout_s, read_only=read_only, check_same_thread=False)

    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        module=sqlite_module(),
        creator=open_connection,
        poolclass=QueuePool,
        hide_parameters=True,  # errors are logged, and user input must not be
    )
    # A read transaction that turns into a write fails at once when another writer came between: take the lock first.
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def note_file(_connection: Any, record: Any) -> None:
        record.info[_FILE] = OpenFileIdentity(path)

    @event.listens_for(engine, "close")
    def leave(connection: Any, record: Any) -> None:
        record.info[_FILE].detach(connection)

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: EngineConnection) -> None:
        need_same_file(connection, path)
        connection.exec_driver_sql(begin)

    return engine


def need_same_file(connection: EngineConnection, path: Path) -> None:
    """StoreFileReplacedError when the path no longer names the file of this connection. Outside of a transaction."""
    if not connection.info[_FILE].is_current:
        raise StoreFileReplacedError(f"The file {path.name} was moved or deleted.")


@contextmanager
def engine_errors(path: Path) -> Iterator[None]:
    """SQLite's errors, plain or wrapped by SQLAlchemy, leave this block as errors of the store; see Database."""
    with store_errors(path):
        try:
            yield
        except DBAPIError as error:
            if is_of_values(error):
                raise StoreValueError(f"The file {path.name} does not take it: {error.orig}.") from None
            raise store_error(error.orig or error, path) from error
