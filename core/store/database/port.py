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
from core.store.database.schema import FIRST_RULES, SCHEMA_VERSION, achievement_rules, metadata, schema_version

OnUpdate = Callable[[str], None]


class Database(Protocol):
    """Where results are stored. Holds no connection; may be used from any thread."""

    @property
    def name(self) -> str:
        """For messages to the user: a file's name, or server and database. Never a password."""

    @property
    def file(self) -> Path | None:
        """None for a database server."""

    def open(self, *, lock_wait_s: float = TIMEOUT_S, on_update: OnUpdate | None = None) -> Engine:
        """Create or migrate it; StoreUnavailableError, or StoreDamagedError where it is not ours.

        `on_update` is called with a sentence on how far a migration is.
        """

    def open_for_reading(self) -> Engine:
        """A read-only engine whose transactions each see one snapshot. The database must exist."""

    def errors(self) -> AbstractContextManager[None]:
        """Converts database errors in this block to StoreUnavailable-, StoreDamaged- or StoreValueError."""

    def transaction(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Committed at the end of the block. Errors as in `errors`.

        Also StoreFileReplacedError when the commit went into a file that the URL no longer names.
        """

    def lock_workouts(self, connection: Connection, workout_ids: Sequence[str]) -> None:
        """No other transaction decides about these until this one ends, nor does one change the achievement rules."""

    def hold_rules(self, connection: Connection) -> None:
        """No other transaction changes the achievement rules until this one ends."""

    def lock_rules(self, connection: Connection) -> None:
        """No other transaction stores workouts, computes or changes rules until this one ends. The first of its
        locks."""

    def lock_athletes(self, connection: Connection, names: Sequence[str]) -> None:
        """Make sure that each of these has a row to lock. `names` must be sorted."""

    def is_serialization_conflict(self, error: BaseException) -> bool:
        """Whether the transaction failed because of a concurrent one, so that repeating it may succeed."""


def is_of_values(error: DBAPIError) -> bool:
    """Whether the server or driver rejected a value: repeating the same write fails again."""
    return isinstance(error, DataError | IntegrityError)


def prepare(
    connection: Connection,
    name: str,
    keep_copy: Callable[[int], None] | None = None,
    on_update: OnUpdate | None = None,
) -> None:
    """Create the tables where there are none, migrate older ones; NotOurDatabaseError for other tables.

    `keep_copy` is called with the found version before anything of an older database is changed.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        metadata.create_all(connection)
        connection.execute(insert(schema_version).values(version=SCHEMA_VERSION, rules_digest=""))
        connection.execute(insert(achievement_rules).values(FIRST_RULES))
        return
    found = check_version(connection, tables, name)
    if found < SCHEMA_VERSION:
        from core.store.database.migrations import migrate  # alembic is slow to load, and most starts need no migration

        if keep_copy is not None:
            keep_copy(found)
        migrate(connection, found, on_update)


def check_version(connection: Connection, tables: list[str], name: str) -> int:
    """The version found. NotOurDatabaseError when the tables are not ours, or of a newer program.

    StoreUnavailableError where there are none: another process is creating them.
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
    """check_version for readers. StoreUnavailableError where the database is of an older version."""
    if check_version(connection, inspect(connection).get_table_names(), name) < SCHEMA_VERSION:
        raise StoreUnavailableError(
            f"{name} is of an older version of this program: start a worker, or a console with one, to update it."
        )
