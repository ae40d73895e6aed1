"""The SQLite base: engine choice, pragmas, errors in plain words, files set aside."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from types import ModuleType
from typing import cast

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.errors import StoreDamagedError, StoreUnavailableError
from core.sqlite import connection as sqlite
from core.sqlite.connection import Durability, SQLiteErrorKind
from core.store.database.sqlite_engine import engine_errors, sqlalchemy_engine

NOW = datetime(2025, 12, 10, 10, 0, 7, tzinfo=UTC)
SCHEMA = ("CREATE TABLE things (name TEXT PRIMARY KEY)",)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "täst #1?.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite.connect(path)
    yield opened
    opened.close()


def engine_error(code: int | None, message: str = "boom") -> Exception:
    error: Exception = sqlite.sqlite_module().OperationalError(message)
    if code is not None:
        error.sqlite_errorcode = code  # type: ignore[attr-defined]  # set by the binding, unknown to the stubs
    return error


def test_that_the_bundled_module_is_preferred_and_the_standard_one_is_the_fallback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find = sqlite.sqlite_module.__wrapped__
    monkeypatch.setitem(sys.modules, "pysqlite3", bundled := ModuleType("pysqlite3"))
    assert find() is bundled
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    assert find() is sqlite3
    assert sqlite.sqlite_module() is sqlite.sqlite_module()


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 9), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 53, 4), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_that_wal_is_used_only_on_engines_that_keep_their_commits(version: tuple[int, ...], mode: str) -> None:
    assert sqlite.journal_mode(version) == mode


@pytest.mark.parametrize(
    ("durability", "mode", "expected"),
    [
        (Durability.EACH_COMMIT, "wal", "FULL"),
        (Durability.EACH_COMMIT, "DELETE", "EXTRA"),
        (Durability.ORDERED, "WAL", "NORMAL"),
        (Durability.ORDERED, "DELETE", "FULL"),
        (Durability.NONE, "WAL", "OFF"),
    ],
)
def test_that_the_synchronous_pragma_keeps_the_promise(durability: Durability, mode: str, expected: str) -> None:
    assert sqlite.synchronous(durability, mode) == expected


def test_that_a_connection_is_durable_and_in_autocommit_mode(connection: sqlite3.Connection) -> None:
    assert connection.isolation_level is None
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    assert mode.upper() == sqlite.journal_mode()
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == {"WAL": 2, "DELETE": 3}[mode.upper()]
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_that_a_read_only_connection_reads_and_never_writes(path: Path, connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE things (name TEXT)")
    reader = sqlite.connect(path, read_only=True)
    assert reader.execute("SELECT count(*) FROM things").fetchone() == (0,)
    with pytest.raises(StoreUnavailableError, match="read-only"), sqlite.store_errors(path):
        reader.execute("INSERT INTO things VALUES ('a')")
    reader.close()


def test_that_a_read_only_connection_makes_no_file(path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="cannot be opened"), sqlite.store_errors(path):
        sqlite.connect(path, read_only=True)
    assert not path.exists()


def test_that_threads_that_make_a_file_together_all_get_the_journal_mode(path: Path) -> None:
    barrier = Barrier(4)
    modes: list[str] = []

    def open_one() -> None:
        barrier.wait()
        connection = sqlite.connect(path)
        modes.append(connection.execute("PRAGMA journal_mode").fetchone()[0].upper())
        connection.close()

    threads = [Thread(target=open_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert modes == [sqlite.journal_mode()] * 4


def test_that_switching_the_mode_waits_for_others_and_gives_up_at_the_deadline(path: Path) -> None:
    other = sqlite.sqlite_module().connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode=" + ("DELETE" if sqlite.journal_mode() == "WAL" else "WAL"))
    other.execute("CREATE TABLE things (name TEXT)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM things").fetchall()
    with pytest.raises(StoreUnavailableError, match="locked"), sqlite.store_errors(path):
        sqlite.connect(path, timeout_s=0.05)
    other.execute("COMMIT")
    other.close()


def test_that_a_refusal_to_switch_the_mode_at_once_is_tried_again() -> None:
    class Crowded:
        """SQLite refuses at once, without waiting, when it sees a deadlock coming."""

        refusals = 2

        def execute(self, statement: str) -> Crowded:
            if "=" in statement and self.refusals:
                self.refusals -= 1
                raise engine_error(5)
            self.answer = "wal" if "=" in statement else "delete"
            return self

        def fetchone(self) -> tuple[str]:
            return (self.answer,)

    crowded = Crowded()
    assert sqlite._ensure_mode(cast(sqlite3.Connection, crowded), "WAL", 1.0) == "WAL"
    assert crowded.refusals == 0


def test_that_an_engine_begins_immediate_and_commits(path: Path) -> None:
    engine = sqlalchemy_engine(path, timeout_s=0.05)
    other = sqlalchemy_engine(path, timeout_s=0.05)
    reader = sqlalchemy_engine(path, read_only=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE things (name TEXT)"))
    late = other.connect()
    with engine.begin() as connection:
        connection.execute(text("SELECT * FROM things"))
        with (
            pytest.raises(StoreUnavailableError, match=f"{re.escape(path.name)} is locked by another"),
            engine_errors(path),
        ):
            late.execute(text("SELECT 1"))
    late.close()
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO things VALUES ('rolled back')"))
    with reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM things")).scalar() == 0
        with pytest.raises(DBAPIError, match="readonly"):
            connection.execute(text("INSERT INTO things VALUES ('b')"))
    for used in (engine, other, reader):
        used.dispose()


def test_that_a_schema_is_made_once_and_recognised(path: Path, connection: sqlite3.Connection) -> None:
    for _ in range(2):
        sqlite.prepare_schema(connection, SCHEMA, application_id=77, version=1)
    connection.execute("INSERT INTO things VALUES ('a')")
    with pytest.raises(StoreDamagedError, match="another program"):
        sqlite.prepare_schema(connection, SCHEMA, application_id=78, version=1)
    connection.execute("PRAGMA user_version=2")
    with pytest.raises(StoreDamagedError, match="newer version"):
        sqlite.prepare_schema(connection, SCHEMA, application_id=77, version=1)
    assert not connection.in_transaction


def test_that_an_older_schema_is_brought_up_to_date(path: Path, connection: sqlite3.Connection) -> None:
    sqlite.prepare_schema(connection, SCHEMA, application_id=77, version=1)
    upgrades = {2: ["ALTER TABLE things ADD COLUMN size INTEGER"], 3: ["CREATE INDEX by_size ON things (size)"]}
    sqlite.prepare_schema(connection, (), application_id=77, version=3, upgrades=upgrades)
    connection.execute("INSERT INTO things (name, size) VALUES ('a', 1)")
    assert connection.execute("PRAGMA user_version").fetchone() == (3,)


def test_that_opening_checked_gives_a_working_connection(path: Path) -> None:
    sqlite.open_checked(path).close()
    assert path.exists()


def test_that_garbage_and_torn_pages_are_reported_as_damage(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"this is a letter, not a database. " * 200)
    with pytest.raises(StoreDamagedError, match=r"garbage\.db is damaged"):
        sqlite.open_checked(garbage)

    torn = tmp_path / "torn.db"
    connection = sqlite.connect(torn)
    connection.execute("CREATE TABLE things (name TEXT)")
    connection.execute("CREATE INDEX by_name ON things (name)")
    connection.executemany("INSERT INTO things VALUES (?)", [(f"name {n}",) for n in range(500)])
    connection.close()
    content = bytearray(torn.read_bytes())
    content[-4096:] = bytes(4096)
    torn.write_bytes(content)
    with pytest.raises(StoreDamagedError, match=r"torn\.db is damaged"):
        sqlite.open_checked(torn)


def test_that_a_large_file_is_opened_without_reading_every_page(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_QUICK_CHECK_MAX_BYTES", -1)
    connection = sqlite.open_checked(path)
    assert connection.execute("SELECT 1").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize(
    ("code", "trouble", "kind"),
    [
        (5 | (2 << 8), SQLiteErrorKind.BUSY, StoreUnavailableError),
        (6, SQLiteErrorKind.BUSY, StoreUnavailableError),
        (8 | (5 << 8), SQLiteErrorKind.READ_ONLY, StoreUnavailableError),
        (10 | (4 << 8), SQLiteErrorKind.INPUT_OUTPUT, StoreUnavailableError),
        (11, SQLiteErrorKind.DAMAGED, StoreDamagedError),
        (13, SQLiteErrorKind.FULL, StoreUnavailableError),
        (14, SQLiteErrorKind.MISSING, StoreUnavailableError),
        (26, SQLiteErrorKind.DAMAGED, StoreDamagedError),
        (1, SQLiteErrorKind.OTHER, StoreUnavailableError),
        (None, SQLiteErrorKind.OTHER, StoreUnavailableError),
    ],
)
def test_that_every_error_becomes_one_sentence_that_names_the_file(
    code: int | None, trouble: SQLiteErrorKind, kind: type[Exception], tmp_path: Path
) -> None:
    error = engine_error(code, "no such table: things.")
    assert sqlite.error_kind(error) is trouble
    for raised in (error, DBAPIError("SELECT 1", None, error)):
        with pytest.raises(kind) as mapped, engine_errors(tmp_path / "results.db"):
            raise raised
        assert "results.db" in str(mapped.value)
        assert str(tmp_path) not in str(mapped.value)
        assert str(mapped.value).count(".") == 2  # the one in the name, and the full stop


def test_that_errors_of_others_are_not_sqlite_errors() -> None:
    assert sqlite.error_kind(ValueError("no")) is None
    with pytest.raises(StoreUnavailableError, match="cannot be used"), engine_errors(Path("results.db")):
        raise DBAPIError("SELECT 1", None, None)  # type: ignore[arg-type]  # it happens


def test_that_a_file_is_set_aside_with_its_companions_and_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    for round_number in (1, 2, 3):
        path.write_text(f"file {round_number}")
        (tmp_path / "queue.db-wal").write_text(f"wal {round_number}")
        sqlite.quarantine(path, NOW)
    assert sorted((each.name, each.read_text()) for each in tmp_path.iterdir()) == [
        ("queue.db.damaged-20251210-100007", "file 1"),
        ("queue.db.damaged-20251210-100007-2", "file 2"),
        ("queue.db.damaged-20251210-100007-2-wal", "wal 2"),
        ("queue.db.damaged-20251210-100007-3", "file 3"),
        ("queue.db.damaged-20251210-100007-3-wal", "wal 3"),
        ("queue.db.damaged-20251210-100007-wal", "wal 1"),
    ]
    with pytest.raises(FileNotFoundError):
        sqlite.quarantine(path, NOW)
