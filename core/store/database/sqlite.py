"""Results in an SQLite file: one writer at a time, by the file's own lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.event import listen

from core.errors import StoreUnavailableError
from core.sqlite.connection import TIMEOUT_S, connect, open_checked, sqlite_module
from core.store.database.port import OnUpdate, prepare
from core.store.database.sqlite_engine import engine_errors, need_same_file, sqlalchemy_engine

_CACHE_KIB = 16 * 1024
_CHECKPOINT_PAGES = 4000
_COPIED_PAGES = 20_000  # between two words on how far a copy is


class SQLiteDatabase:
    """See Database."""

    def __init__(self, path: Path) -> None:
        self.file = path

    @property
    def name(self) -> str:
        return f"The file {self.file.name}"

    def open(self, *, lock_wait_s: float = TIMEOUT_S, on_update: OnUpdate | None = None) -> Engine:
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
                prepare(connection, self.name, partial(self._keep_copy, on_update), on_update)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def open_for_reading(self) -> Engine:
        if not self.file.exists():
            raise StoreUnavailableError(f"The file {self.file.name} is not there yet.")
        open_checked(self.file, read_only=True).close()
        return sqlalchemy_engine(self.file, read_only=True)

    def _keep_copy(self, on_update: OnUpdate | None, version: int) -> None:
        """A consistent copy of the file beside it, complete or not at all; the content of its journal is included."""

        def progress(_status: int, left: int, pages: int) -> None:
            if on_update is not None and left:
                on_update(f"Copying the results before their update: {100 * (pages - left) // pages} %")

        copy = self.file.with_name(f"{self.file.name}.version-{version}")
        unfinished = copy.with_name(f"{copy.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        try:
            with (
                closing(connect(self.file, read_only=True)) as source,
                closing(sqlite_module().connect(unfinished)) as target,
            ):
                source.backup(target, pages=_COPIED_PAGES, progress=progress)
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

    def hold_rules(self, connection: Connection) -> None:
        """Nothing to do: the transaction has locked the whole file."""

    def lock_rules(self, connection: Connection) -> None:
        """Nothing to do: the transaction has locked the whole file."""

    def lock_athletes(self, connection: Connection, names: Sequence[str]) -> None:
        """Nothing to do: the transaction has locked the whole file."""

    def is_serialization_conflict(self, error: BaseException) -> bool:
        return False


def _tune(connection: Any, _record: object) -> None:
    # Ids are random, so a batch touches many pages: cache them, and run checkpoints less often.
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
