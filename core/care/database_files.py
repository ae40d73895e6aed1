"""SQLite files of ours: copied while they are in use, checked, and held alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import cast

from core.broker.embedded import queue_file
from core.care.file_users import in_use_text
from core.care.manifest import FileKind
from core.care.progress import CareError, Watch
from core.outbox import outbox
from core.sqlite.connection import SQLiteErrorKind, connect, error_kind, sqlite_module, store_error, store_errors
from core.store.database.schema import SCHEMA_VERSION

PAGES_AT_ONCE = 256
BLOCK_BYTES = 1_048_576

NEWEST_VERSIONS: dict[FileKind, int] = {
    "results": SCHEMA_VERSION,
    "queue": queue_file.SCHEMA_VERSION,
    "outbox": outbox.SCHEMA_VERSION,
}
_APPLICATION_IDS: dict[FileKind, int] = {"queue": queue_file.APPLICATION_ID, "outbox": outbox.APPLICATION_ID}


@dataclass(frozen=True, slots=True)
class DatabaseContent:
    version: int
    rows: dict[str, int]  # by table


def copy_database(source: Path, target: Path, what: str, watch: Watch) -> None:
    """One snapshot of a file that others may be writing to, as one file without a journal. StoreError."""
    with store_errors(source), ExitStack() as stack:
        reading = stack.enter_context(closing(connect(source, read_only=True)))
        writing = stack.enter_context(closing(cast(Connection, sqlite_module().connect(str(target)))))
        # Within a read transaction the copy does not start over with each commit of a worker
        # (https://www.sqlite.org/c3ref/backup_finish.html).
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()

        def step(_status: int, remaining: int, total: int) -> None:
            watch.step(what, total - remaining, total)

        reading.backup(writing, pages=PAGES_AT_ONCE, progress=step)
        reading.execute("ROLLBACK")
        writing.execute("PRAGMA journal_mode=DELETE")


def look_into(path: Path, kind: FileKind) -> DatabaseContent:
    """Open a copy without changing it, and check every page. CareError where it is damaged or no file of that kind."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with store_errors(path), closing(cast(Connection, sqlite_module().connect(uri, uri=True))) as connection:
        problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if problem != "ok":
            raise CareError(f"{path.name} is damaged.")
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if kind == "results":
            is_ours = "schema_version" in tables
            version = "SELECT version FROM schema_version" if is_ours else ""
        else:
            is_ours = connection.execute("PRAGMA application_id").fetchone()[0] == _APPLICATION_IDS[kind]
            version = "PRAGMA user_version"
        if not is_ours:
            raise CareError(f"{path.name} is not what it should be: {kind}.")
        rows = {
            name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
            for name in sorted(tables)
            if not name.startswith("sqlite_")
        }
        return DatabaseContent(int(connection.execute(version).fetchone()[0]), rows)


def digest_of(path: Path, watch: Watch) -> str:
    """SHA-256 as hexadecimal text."""
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            watch.step(f"Checking {path.name}", done, total)
            digest.update(block)
            done += len(block)
    return digest.hexdigest()


@contextmanager
def held_alone(path: Path) -> Iterator[None]:
    """Within the block no other program can use this file, whose journal is written into it first.

    CareError where another program has it open.
    """
    with store_errors(path):
        connection = cast(Connection, sqlite_module().connect(str(path), timeout=0, isolation_level=None))
    with closing(connection):
        try:
            # Only the last connection of a file can leave WAL mode. No second file is made beside it.
            connection.execute("PRAGMA journal_mode=MEMORY").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite_module().Error as error:
            if error_kind(error) is SQLiteErrorKind.BUSY:
                raise CareError(in_use_text(path)) from None
            if error_kind(error) is not SQLiteErrorKind.DAMAGED:  # which no program can use
                raise store_error(error, path) from error
        yield
        connection.rollback()
