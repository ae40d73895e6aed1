"""Opening the results database: its URL, its file, its version, and its errors in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, inspect, make_url, select
from sqlalchemy.event import listen
from sqlalchemy.exc import ArgumentError

from core.errors import ForeignFileError, SettingError, StoreUnavailableError
from core.sqlite import TIMEOUT_S, open_checked
from core.store.engine import engine_errors, sqlalchemy_engine
from core.store.schema import SCHEMA_VERSION, metadata, schema_version

_CACHE_KIB = 16 * 1024
_CHECKPOINT_PAGES = 4000


def database_path(url: str) -> Path:
    """The file of a `sqlite:///` URL. SettingError for anything else; its text never holds a password."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingError("The database must be a URL like sqlite:///results.sqlite3.") from None
    if parts.get_backend_name() != "sqlite":
        shown = parts.render_as_string(hide_password=True)
        raise SettingError(f"The database {shown} is of a kind not supported here; use sqlite:///FILE.")
    if not parts.database or parts.database == ":memory:" or parts.host or parts.query:
        raise SettingError("The database URL names no file; use sqlite:///FILE.")
    return Path(parts.database)


def open_database(path: Path, *, lock_wait_s: float = TIMEOUT_S) -> Engine:
    """Make the file and its tables when missing; StoreUnavailableError, or StoreDamagedError for a file not ours."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreUnavailableError(f"The folder of {path.name} cannot be made: {problem.strerror}.") from problem
    open_checked(path).close()
    engine = sqlalchemy_engine(path, timeout_s=lock_wait_s)
    listen(engine, "connect", _tune)
    try:
        with database_errors(path), engine.begin() as connection:
            _prepare(connection, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _tune(connection: Any, _record: object) -> None:
    # Ids are random, so a batch touches many pages: keep them, and copy them from the journal less often.
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")


def open_for_reading(path: Path) -> Engine:
    """An engine that writes nothing; the file must be there (StoreUnavailableError)."""
    if not path.exists():
        raise StoreUnavailableError(f"The file {path.name} is not there yet.")
    open_checked(path).close()
    return sqlalchemy_engine(path, read_only=True)


def _prepare(connection: Connection, path: Path) -> None:
    tables = inspect(connection).get_table_names()
    if not tables:
        metadata.create_all(connection)
        connection.execute(insert(schema_version).values(version=SCHEMA_VERSION, rules_digest=""))
        return
    found = check_version(connection, tables, path)
    if found < SCHEMA_VERSION:
        from core.store.migrations import migrate  # loads alembic, which hardly any start needs

        migrate(connection, found)


def check_version(connection: Connection, tables: list[str], path: Path) -> int:
    """The version found. ForeignFileError when the tables are not ours, or of a newer program."""
    if schema_version.name not in tables:
        raise ForeignFileError(f"The file {path.name} is the database of another program.")
    found = connection.scalar(select(schema_version.c.version)) or 0
    if found > SCHEMA_VERSION:
        raise ForeignFileError(f"The file {path.name} was written by a newer version of this program.")
    return found


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Whatever the database raises leaves this block as StoreUnavailable- or StoreDamagedError."""
    with engine_errors(path):
        yield
