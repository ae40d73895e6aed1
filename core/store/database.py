"""The results database behind one port: SQLite in a file, or a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError

from core.config.file_url import file_path, is_file_url
from core.errors import ForeignFileError, SettingError, StoreUnavailableError
from core.logs import redact_url
from core.sqlite import TIMEOUT_S
from core.store.schema import SCHEMA_VERSION, metadata, schema_version

POSTGRESQL_SCHEME = "postgresql+psycopg"
_NO_FILE = "The database URL names no file; use sqlite:///FILE."


class Database(Protocol):
    """Where results are kept. Holds no connection; from any thread."""

    @property
    def name(self) -> str:
        """For sentences: a file's name, or server and database. Never a password."""

    @property
    def file(self) -> Path | None:
        """None where it is no file of this computer."""

    def open(self, *, lock_wait_s: float = TIMEOUT_S) -> Engine:
        """Make or migrate it; StoreUnavailableError, or StoreDamagedError where it is not ours."""

    def open_for_reading(self) -> Engine:
        """An engine that writes nothing, each transaction a look at one moment; it must be there already."""

    def errors(self) -> AbstractContextManager[None]:
        """Whatever the database raises leaves this block as StoreUnavailable-, StoreDamaged- or StoreValueError."""

    def transaction(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Committed at the end of the block. Errors as `errors` has them.

        StoreMovedError, too, when the commit went into a file that the URL no longer names.
        """

    def lock_workouts(self, connection: Connection, workout_ids: Sequence[str]) -> None:
        """Until the end of the transaction nobody else decides about these."""

    def lock_athletes(self, connection: Connection, names: Sequence[str]) -> None:
        """Make sure that these have a row to lock. `names` in order."""

    def is_race(self, error: BaseException) -> bool:
        """Whether another transaction was in the way, so that the same once more may go through."""


def database_at(url: str) -> Database:
    """SettingError for a URL that names no database of a kind known here; its text never holds a password."""
    if is_file_url(url):
        from core.store.sqlite_database import SQLiteDatabase

        return SQLiteDatabase(_file_of(url))
    try:
        parts = make_url(_plus_kept(url))
    except (ArgumentError, ValueError):
        raise SettingError("The database must be a URL like sqlite:///results.sqlite3.") from None
    if parts.drivername in ("sqlite", "sqlite+pysqlite"):
        raise SettingError(_NO_FILE)
    if parts.drivername == POSTGRESQL_SCHEME:
        if "password" in parts.query:
            # Among the options it would be kept in the settings, and known to nobody who hides passwords.
            raise SettingError(
                f"The database URL holds its password as an option; use {POSTGRESQL_SCHEME}://USER:PASSWORD@HOST/NAME."
            )
        if not parts.host or not parts.database:
            raise SettingError(f"The database URL names no server or no database; use {POSTGRESQL_SCHEME}://HOST/NAME.")
        # Only whoever uses PostgreSQL pays for loading its driver.
        from core.store.postgres_database import PostgresDatabase

        return PostgresDatabase(parts)
    shown = redact_url(parts.render_as_string(hide_password=True))
    raise SettingError(
        f"The database {shown} is of a kind not supported here; use sqlite:///FILE or {POSTGRESQL_SCHEME}://HOST/NAME."
    )


def _plus_kept(url: str) -> str:
    """SQLAlchemy reads the options as form data, where a + stands for a space; in the name of a file it is a +."""
    address, mark, options = url.partition("?")
    return address + mark + options.replace("+", "%2B")


def _file_of(url: str) -> Path:
    """In the path `%`, `?` and `#` are %-encoded; see core/config/file_url.py."""
    name = url.partition(":///")[2]
    if name in ("", ":memory:") or "?" in name:
        raise SettingError(_NO_FILE)
    try:
        return file_path(url)
    except ValueError as error:
        raise SettingError(f"The database URL names no file: {error}.") from None


def is_of_values(error: DBAPIError) -> bool:
    """Whether what was to be written is wrong, said by the server or by its driver: the same again fails again."""
    return isinstance(error, DataError | IntegrityError)


def prepare(connection: Connection, name: str, keep_copy: Callable[[int], None] | None = None) -> None:
    """Make the tables where there are none, bring older ones up to date; ForeignFileError for others.

    `keep_copy` is called with the version found before anything of an older database is changed.
    """
    tables = inspect(connection).get_table_names()
    if schema_version.name not in tables and not tables:
        metadata.create_all(connection)
        connection.execute(insert(schema_version).values(version=SCHEMA_VERSION, rules_digest=""))
        return
    found = check_version(connection, tables, name)
    if found < SCHEMA_VERSION:
        from core.store.migrations import migrate  # loads alembic, which hardly any start needs

        if keep_copy is not None:
            keep_copy(found)
        migrate(connection, found)


def check_version(connection: Connection, tables: list[str], name: str) -> int:
    """The version found. ForeignFileError when the tables are not ours, or of a newer program.

    StoreUnavailableError where there are none: somebody is making them just now.
    """
    if not tables:
        raise StoreUnavailableError(f"{name} is empty so far.")
    if schema_version.name not in tables:
        raise ForeignFileError(f"{name} is the database of another program.")
    found = connection.scalar(select(schema_version.c.version)) or 0
    if found > SCHEMA_VERSION:
        raise ForeignFileError(f"{name} was written by a newer version of this program.")
    return found


def need_this_version(connection: Connection, name: str) -> None:
    """See check_version; for those who only look. StoreUnavailableError where it is of an older version."""
    if check_version(connection, inspect(connection).get_table_names(), name) < SCHEMA_VERSION:
        raise StoreUnavailableError(
            f"{name} is of an older version of this program: start a worker, or a console with one, to update it."
        )
