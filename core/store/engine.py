"""SQLAlchemy over our SQLite connections, and its errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import Connection as EngineConnection
from sqlalchemy.exc import DBAPIError

from core.sqlite import TIMEOUT_S, connect, sqlite_module, store_error, store_errors


def sqlalchemy_engine(path: Path, *, timeout_s: float = TIMEOUT_S, read_only: bool = False) -> Engine:
    """An engine whose every transaction is `BEGIN IMMEDIATE` (`BEGIN` and no writing when `read_only`).

    Connections are made by `core.sqlite.connect`; errors come wrapped by SQLAlchemy; see `engine_errors`.
    """

    def open_connection() -> Any:
        return connect(path, timeout_s=timeout_s, read_only=read_only, check_same_thread=False)

    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        module=sqlite_module(),
        creator=open_connection,
        poolclass=QueuePool,
    )
    # A read transaction that turns into a write fails at once when another writer came between: take the lock first.
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: EngineConnection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def engine_errors(path: Path) -> Iterator[None]:
    """SQLite's errors, plain or wrapped by SQLAlchemy, leave this block as StoreDamaged- or StoreUnavailableError."""
    with store_errors(path):
        try:
            yield
        except DBAPIError as error:
            raise store_error(error.orig or error, path) from error
