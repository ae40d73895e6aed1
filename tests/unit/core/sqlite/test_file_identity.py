"""A file that goes away while several connections of one program have it open."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from core.sqlite.connection import connect, journal_mode
from core.sqlite.file_identity import OpenFileIdentity

needs_wal = pytest.mark.skipif(journal_mode() != "WAL", reason="this SQLite engine is not trusted with WAL")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    return path


def opened(path: Path) -> tuple[Connection, OpenFileIdentity]:
    connection = connect(path)
    return connection, OpenFileIdentity(path)


def note(connection: Connection, text: str) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS notes (text TEXT)")
    connection.execute("INSERT INTO notes VALUES (?)", (text,))


def notes(path: Path) -> list[str]:
    with closing(connect(path)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes")]


def test_that_a_file_is_there_until_the_path_names_another_or_none(path: Path) -> None:
    connection, file = opened(path)
    assert file.is_current
    moved = path.rename(path.with_name("moved.db"))
    assert not file.is_current
    path.touch()
    assert not file.is_current
    moved.replace(path)
    assert file.is_current
    connection.close()


def test_that_what_was_gone_when_it_was_looked_at_is_never_there(path: Path) -> None:
    file = OpenFileIdentity(path.with_name("none.db"))
    assert not file.is_current


def test_that_who_leaves_late_takes_nothing_from_the_new_file(path: Path) -> None:
    first, first_file = opened(path)
    second, second_file = opened(path)
    note(first, "old")
    note(second, "old too")
    moved = path.rename(path.with_name("moved.db"))
    first_file.detach(first)
    first.close()
    new, _ = opened(path)
    note(new, "new")
    second_file.detach(second)
    second.close()
    note(new, "newer")
    assert notes(path) == ["new", "newer"]
    new.close()
    assert notes(path) == ["new", "newer"]
    assert notes(moved) == ["old", "old too"]


@needs_wal
def test_that_the_journal_and_the_index_of_another_program_s_file_are_left_alone(path: Path) -> None:
    connection, file = opened(path)
    note(connection, "old")
    path.rename(path.with_name("moved.db"))
    journal, index = path.with_name("a.db-wal"), path.with_name("a.db-shm")
    journal.rename(path.with_name("old-wal"))
    journal.write_bytes(b"theirs")
    file.detach(connection)
    assert journal.read_bytes() == b"theirs"
    assert index.exists()
    connection.close()


@needs_wal
def test_that_a_file_that_is_there_keeps_its_journal(path: Path) -> None:
    connection, file = opened(path)
    note(connection, "here")
    file.detach(connection)
    assert path.with_name("a.db-wal").stat().st_size
    connection.close()
    assert notes(path) == ["here"]
