"""The one SQLite library of this program, the journal mode that is safe with it, and its errors in plain words.

Every SQLite file of ours is opened here: two SQLite libraries in one process must never open the same file (closing it
in one drops the other's POSIX locks, https://www.sqlite.org/howtocorrupt.html).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from sqlite3 import Connection
from threading import Event
from time import monotonic
from types import ModuleType
from typing import cast

from core.errors import NotOurDatabaseError, StoreDamagedError, StoreError, StoreUnavailableError

TIMEOUT_S = 5.0
NO_UPGRADES: Mapping[int, Sequence[str]] = {}
COMPANION_SUFFIXES = ("-wal", "-shm", "-journal")
_MODE_RETRY_S = 0.01
_QUICK_CHECK_MAX_BYTES = 32 * 1024 * 1024
_JOURNAL_SIZE_LIMIT_BYTES = 16 * 1024 * 1024


class Durability(Enum):
    """What a commit survives in a power cut. A killed process loses no commit under any of them."""

    EACH_COMMIT = "each commit"  # on disk when the commit returns
    ORDERED = "ordered"  # the newest commits may be undone, in order; the file stays consistent
    NONE = "none"  # the file itself may be lost


class SQLiteErrorKind(Enum):
    """The kind of an SQLite error, whichever binding raised it, as a sentence for the user."""

    BUSY = "The file {name} is locked by another program for too long."
    FULL = "The disk that holds {name} is full."
    READ_ONLY = "The file {name} cannot be written: it, or its folder, is read-only."
    MISSING = "The file {name} cannot be opened: its folder is missing or not accessible."
    INPUT_OUTPUT = "The disk that holds {name} reports a read or write error."
    DAMAGED = "The file {name} is damaged, or is not a database."
    OTHER = "The file {name} cannot be used as a database: {detail}."


# Primary result codes, https://www.sqlite.org/rescode.html
_ERROR_KINDS = {
    3: SQLiteErrorKind.READ_ONLY,  # SQLITE_PERM
    5: SQLiteErrorKind.BUSY,  # SQLITE_BUSY
    6: SQLiteErrorKind.BUSY,  # SQLITE_LOCKED
    8: SQLiteErrorKind.READ_ONLY,  # SQLITE_READONLY
    10: SQLiteErrorKind.INPUT_OUTPUT,  # SQLITE_IOERR
    11: SQLiteErrorKind.DAMAGED,  # SQLITE_CORRUPT
    13: SQLiteErrorKind.FULL,  # SQLITE_FULL
    14: SQLiteErrorKind.MISSING,  # SQLITE_CANTOPEN
    23: SQLiteErrorKind.READ_ONLY,  # SQLITE_AUTH
    26: SQLiteErrorKind.DAMAGED,  # SQLITE_NOTADB
}


@cache
def sqlite_module() -> ModuleType:
    """pysqlite3 where it is installed, since its engine has the fix for WAL; else the interpreter's own sqlite3."""
    try:
        return importlib.import_module("pysqlite3")
    except ImportError:
        return importlib.import_module("sqlite3")


def wal_is_sound(version: tuple[int, ...]) -> bool:
    """Whether this engine has the fix for commits lost in WAL mode: 3.51.3, and 3.50.7 and 3.44.6 in their lines."""
    release, patch = version[:2], version[2]
    return version >= (3, 51, 3) or (release == (3, 50) and patch >= 7) or (release == (3, 44) and patch >= 6)


def journal_mode(version: tuple[int, ...] | None = None) -> str:
    """`WAL` on a sound engine, else `DELETE`."""
    return "WAL" if wal_is_sound(version or sqlite_module().sqlite_version_info) else "DELETE"


def synchronous(durability: Durability, mode: str) -> str:
    """The `PRAGMA synchronous` that gives this durability in this journal mode."""
    if durability is Durability.NONE:
        return "OFF"
    if mode.upper() == "WAL":
        return "FULL" if durability is Durability.EACH_COMMIT else "NORMAL"
    # Without WAL, NORMAL can damage the file in a power cut, and only EXTRA makes the deletion of a journal durable.
    return "EXTRA" if durability is Durability.EACH_COMMIT else "FULL"


def connect(
    path: Path,
    *,
    timeout_s: float = TIMEOUT_S,
    durability: Durability = Durability.EACH_COMMIT,
    read_only: bool = False,
    check_same_thread: bool = True,
) -> Connection:
    """A connection in autocommit mode (`BEGIN IMMEDIATE` is the caller's), with our pragmas set.

    Creates a missing file, unless `read_only`. Raises the binding's own errors: see `store_errors`.
    """
    uri = f"{path.absolute().as_uri()}?mode={'rw' if read_only else 'rwc'}"
    module = sqlite_module()
    connection = cast(
        Connection,
        module.connect(uri, uri=True, timeout=timeout_s, isolation_level=None, check_same_thread=check_same_thread),
    )
    try:
        _set_pragmas(connection, durability, read_only=read_only, timeout_s=timeout_s)
    except module.Error:
        connection.close()
        raise
    return connection


def _set_pragmas(connection: Connection, durability: Durability, *, read_only: bool, timeout_s: float) -> None:
    mode = _current_mode(connection) if read_only else _ensure_mode(connection, journal_mode(), timeout_s)
    connection.execute(f"PRAGMA synchronous={synchronous(durability, mode)}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA journal_size_limit={_JOURNAL_SIZE_LIMIT_BYTES}")
    if read_only:
        connection.execute("PRAGMA query_only=ON")


def _current_mode(connection: Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0]).upper()


def _ensure_mode(connection: Connection, wanted: str, timeout_s: float) -> str:
    """Switch the journal mode; returns the one in force (a file system without shared memory refuses WAL).

    SQLite does not wait for other connections when it changes the mode, whatever the busy timeout is, so two processes
    that create a file at the same time collide here.
    """
    deadline_s = monotonic() + timeout_s
    pause = Event()
    while (current := _current_mode(connection)) != wanted:
        try:
            return str(connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()[0]).upper()
        except sqlite_module().OperationalError as error:
            if error_kind(error) is not SQLiteErrorKind.BUSY or monotonic() >= deadline_s:
                raise
            pause.wait(_MODE_RETRY_S)
    return current


def prepare_schema(
    connection: Connection,
    statements: Sequence[str],
    *,
    application_id: int,
    version: int,
    upgrades: Mapping[int, Sequence[str]] = NO_UPGRADES,
) -> None:
    """Create our tables in an empty file, in one transaction; in another file, check that it is ours.

    `upgrades`: by version, the statements that migrate from the version before.

    NotOurDatabaseError for another program's database and for one written by a newer version of this program.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        found_id = connection.execute("PRAGMA application_id").fetchone()[0]
        found_version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        name = Path(connection.execute("PRAGMA database_list").fetchone()[2]).name
        if tables and found_id != application_id:
            raise NotOurDatabaseError(f"The file {name} is the database of another program, or another one of ours.")
        if found_version > version:
            raise NotOurDatabaseError(f"The file {name} was written by a newer version of this program.")
        if not tables:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={application_id}")
            found_version = 0
        else:
            for step in range(found_version + 1, version + 1):
                for statement in upgrades[step]:
                    connection.execute(statement)
        if found_version != version:
            connection.execute(f"PRAGMA user_version={version}")
        connection.execute("COMMIT")
    finally:
        connection.rollback()  # no-op after a commit


def open_checked(path: Path, *, timeout_s: float = TIMEOUT_S, read_only: bool = False) -> Connection:
    """`connect`, after a check of the file's structure (every page up to 32 MiB, its schema beyond that).

    StoreError.
    """
    with store_errors(path):
        connection = connect(path, timeout_s=timeout_s, read_only=read_only)
        try:
            small = path.stat().st_size <= _QUICK_CHECK_MAX_BYTES
            check = "PRAGMA quick_check(1)" if small else "SELECT count(*), 'ok' FROM sqlite_master"
            if connection.execute(check).fetchone()[-1] != "ok":
                raise StoreDamagedError(SQLiteErrorKind.DAMAGED.value.format(name=path.name))
        except Exception:
            connection.close()
            raise
        return connection


def error_kind(error: BaseException) -> SQLiteErrorKind | None:
    """None when this is no SQLite error."""
    if not isinstance(error, sqlite_module().Error):
        return None
    code = getattr(error, "sqlite_errorcode", 0)  # extended code; absent when the binding itself raised it
    return _ERROR_KINDS.get(code & 0xFF, SQLiteErrorKind.OTHER)


def describe_error(error: BaseException, path: Path) -> str:
    """One sentence for the user, naming the file but not its folder."""
    kind = error_kind(error) or SQLiteErrorKind.OTHER
    return kind.value.format(name=path.name, detail=str(error).rstrip("."))


def store_error(error: BaseException, path: Path) -> StoreError:
    """StoreDamagedError for a damaged file, StoreUnavailableError for everything else."""
    kind = StoreDamagedError if error_kind(error) is SQLiteErrorKind.DAMAGED else StoreUnavailableError
    return kind(describe_error(error, path))


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Converts SQLite's errors in this block to StoreDamaged- or StoreUnavailableError."""
    try:
        yield
    except sqlite_module().Error as error:
        raise store_error(error, path) from error


def quarantine(path: Path, now: datetime) -> Path:
    """Rename a damaged file and its companions to `NAME.damaged-YYYYmmdd-HHMMSS`; returns the new path.

    Never overwrites: a second one within a second gets `-2`. The main file is renamed first, so that nothing has
    changed when that fails (OSError: it is missing, or open in another process on Windows).
    """
    base = f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}"
    target, number = path.with_name(base), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{base}-{number}")
    path.rename(target)
    for suffix in COMPANION_SUFFIXES:
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(target.with_name(target.name + suffix))
    return target
