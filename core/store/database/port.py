"""The results database behind one port: SQLite in a file, or a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, insert, inspect, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from core.errors import NotOurDatabaseError, StoreUnavailableError
from core.sqlite.connection import TIMEOUT_S
from core.store.database.schema import SCHEMA_VERSION, metadata, schema_version


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

        StoreFileReplacedError, too, when the commit went into a file that the URL no longer names.
        """

    def lock_workouts(self, connection: Connection, workout_ids: Sequence[str]) -> None:
        """Until the end of the transaction nobody else decides about these."""

    def lock_athletes(self, connection: Connection, names: Sequence[str]) -> None:
        """Make sure that these have a row to lock. `names` in order."""

    def is_serialization_conflict(self, error: BaseException) -> bool:
        """Whether another transaction was in the way, so that the same once more may go through."""


def is_of_values(error: DBAPIError) -> bool:
    """Whether what was to be written is wrong, said by the server or by its driver: the same again fails again."""
    return isinstance(error, DataError | IntegrityError)


def prepare(connection: Connection, name: str, keep_copy: Callable[[int], None] | None = None) -> None:
    """Make the tables where there are none, bring older ones up to date; NotOurDatabaseError for others.

    `keep_copy` is called with the version found before anything of an older database is changed.
    """
    tables = inspect(connection).get_table_names()
    if schema_version.name not in tables and not tables:
        metadata.create_all(connection)
        connection.execute(insert(schema_version).values(version=SCHEMA_VERSION, rules_digest=""))
        return
    found = check_version(connection, tables, name)
    if found < SCHEMA_VERSION:
        from core.store.database.migrations import migrate  # loads alembic, which hardly any start needs

        if keep_copy is not None:
            keep_copy(found)
        migrate(connection, found)


def check_version(connection: Connection, tables: list[str], name: str) -> int:
    """The version found. NotOurDatabaseError when the tables are not ours, or of a newer program.

    StoreUnavailableError where there are none: somebody is making them just now.
    """
    if not tables:
        raise StoreUnavailableError(f"{name} is empty so far.")
    if schema_version.name not in tables:
        raise NotOurDatabaseError(f"{name} is the database of another program.")
    found = connection.scalar(select(schema_version.c.version)) or 0
    if found > SCHEMA_VERSION:
        raise NotOurDatabaseError(f"{name} was written by a newer version of this program.")
    return found


def need_this_version(connection: Connection, name: str) -> None:
    """See check_version; for those who only look. StoreUnavailableError where it is of an older version."""
    if check_version(connection, inspect(connection).get_table_names(), name) < SCHEMA_VERSION:
        raise StoreUnavailableError(
            f"{name} is of an older version of this program: start a worker, or a console with one, to update it."
        )
