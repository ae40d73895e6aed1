"""Damaged files, found by two programs at the same moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.codec.workout_codec import MessageKind
from core.errors import WrongFileError
from core.outbox.outbox import Outbox
from tests.support.workouts import workouts
from worker.outbox.submission import submission_of
from worker.runtime.damaged_files import quarantine_damaged


def aside(path: Path, meanwhile: Callable[[], object]) -> list[str]:
    """`meanwhile`: after it was found damaged and before it is renamed."""

    def now() -> datetime:
        meanwhile()
        return datetime.now(UTC)

    return quarantine_damaged([("outbox", path)], own_folder=path.parent, now=now)


def make_database(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("holds", "advice"),
    [
        ("results", "Choose another file for the results database."),
        ("queue", "Choose another file for the queue."),
        ("outbox", "Move it to another folder and start again."),
    ],
)
def test_that_a_database_of_another_program_is_named_with_what_to_do(tmp_path: Path, holds: str, advice: str) -> None:
    path = tmp_path / "notes.db"
    make_database(path, "CREATE TABLE notes (text)", "INSERT INTO notes VALUES ('milk')")
    before = path.read_bytes()
    with pytest.raises(WrongFileError) as raised:
        quarantine_damaged([(holds, path)], own_folder=tmp_path)
    assert (raised.value.holds, str(raised.value)) == (holds, f"{path} is the database of another program. {advice}")
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT text FROM notes").fetchall() == [("milk",)]


def test_that_the_file_of_another_part_is_refused_and_the_own_and_empty_ones_are_used(tmp_path: Path) -> None:
    outbox, empty = tmp_path / "outbox.db", tmp_path / "empty.db"
    accept_one(outbox)
    make_database(empty)
    for holds in ("results", "queue"):
        with pytest.raises(WrongFileError):
            quarantine_damaged([(holds, outbox)], own_folder=tmp_path)
        assert quarantine_damaged([(holds, empty)], own_folder=tmp_path) == []
    assert quarantine_damaged([("outbox", outbox), ("outbox", empty)], own_folder=tmp_path) == []


def accept_one(path: Path) -> None:
    with closing(Outbox(path, now_ms=lambda: 1)) as outbox:
        outbox.open()
        outbox.accept([submission_of(next(iter(workouts(1))), kind=MessageKind.SUBMITTED, submitted_at_ms=1)])


@pytest.mark.expects_warnings
def test_that_a_new_file_is_not_taken_for_the_damaged_one_that_another_program_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(b"no database" * 100)

    def as_another_program() -> None:
        assert aside(path, lambda: None)
        accept_one(path)

    assert aside(path, as_another_program) == []
    with closing(Outbox(path, now_ms=lambda: 1)) as outbox:
        outbox.open()
        assert outbox.counts().pending == 1


@pytest.mark.expects_warnings
def test_that_a_damaged_file_that_is_gone_meanwhile_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(b"no database" * 100)
    assert aside(path, lambda: aside(path, lambda: None)) == []
