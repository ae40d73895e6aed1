"""Results in an SQLite file: one writer at a time, by the file's own lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import Connection as EngineConnection
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError

from core.errors import StoreFileReplacedError, StoreUnavailableError, StoreValueError
from core.sqlite.connection import TIMEOUT_S, connect, open_checked, sqlite_module, store_error, store_errors
from core.sqlite.file_identity import OpenFileIdentity
from core.store.database.port import is_of_values, prepare

_CACHE_KIB = 16 * 1024
_CHECKPOINT_PAGES = 4000
_FILE = "open file"


class SQLiteDatabase:
    """See Database."""

    def __init__(self, path: Path) -> None:
        self.file = path

    @property
    def name(self) -> str:
        return f"The file {self.file.name}"

    def open(self, *, lock_wait_s: float = TIMEOUT_S) -> Engine:
        path = self.file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise StoreUnavailableError(f"The folder of {path.name} cannot be made: {problem.strerror}.") from problem
        open_checked(path).close()
        engine = sqlalchemy_engine(path, timeout_s=lock_wait_s)
        listen(engine, "connect", _tune)
        try:
            with self.errors(), engine.begin() as connection:
                prepare(connection, self.name, self._keep_copy)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def open_for_reading(self) -> Engine:
        if not self.file.exists():
            raise StoreUnavailableError(f"The file {self.file.name} is not there yet.")
        open_checked(self.file, read_only=True).close()
        return sqlalchemy_engine(self.file, read_only=True)

    def _keep_copy(self, version: int) -> None:
        """A consistent copy of the file beside it, complete or not at all; the content of its journal is included."""
        copy = self.file.with_name(f"{self.file.name}.version-{version}")
        unfinished = copy.with_name(f"{copy.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        try:
            with (
                closing(connect(self.file, read_only=True)) as source,
                closing(sqlite_module().connect(unfinished)) as target,
            ):
                source.backup(target)
            unfinished.replace(copy)
        except OSError as problem:
            raise StoreUnavailableError(
                f"A copy of {self.file.name} as it was before the update cannot be kept: {problem.strerror}."
            ) from problem
        finally:
            unfinished.unlink(missing_ok=True)

    def errors(self) -> AbstractContextManager[None]:
        return engine_errors(self.file)

    @contextmanager
    def transaction(self, engine: Engine) -> Iterator[Connection]:
        with self.errors(), engine.connect() as connection:
            with connection.begin():
                yield connection
            need_same_file(connection, self.file)  # where the commit went is known only afterwards

    def lock_workouts(self, connection: Connection, workout_ids: Sequence[str]) -> None:
        """Nothing to do: the transaction has locked the whole file."""

    def lock_athletes(self, connection: Connection, names: Sequence[str]) -> None:
        """Nothing to do: the transaction has locked the whole file."""

    def is_serialization_conflict(self, error: BaseException) -> bool:
        return False


def _tune(connection: Any, _record: object) -> None:
    # Ids are random, so a batch touches many pages: cache them, and run checkpoints less often.
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")


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
