"""Damaged files, found by two programs at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.codec.workout_codec import MessageKind
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
