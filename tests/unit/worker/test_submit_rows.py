from __future__ import annotations

import io
import json
from collections.abc import Iterator
from queue import Queue

import pytest

from core.errors import SettingError
from worker.submit_rows import Row, grouped_as_they_come, read_rows

NOW_MS = 1_765_360_800_000


def rows_of(text: bytes, form: str = "auto", name: str = "-") -> list[Row]:
    return list(read_rows(io.BytesIO(text), form, name, now_ms=NOW_MS))  # type: ignore[arg-type]  # a Format


def test_that_a_row_without_an_id_has_the_same_one_each_time() -> None:
    text = b'{"type": "Running", "duration": 45}\n{"type": "Running", "duration": 46}\n'
    first, again = rows_of(text), rows_of(text)
    ids = [row.workout.workout_id for row in first if row.workout is not None]
    assert ids == [row.workout.workout_id for row in again if row.workout is not None]
    assert len(set(ids)) == 2
    assert [row.message.body for row in first if row.message] == text.splitlines()


def test_that_a_csv_row_is_sent_as_json_that_does_not_change() -> None:
    text = b"type,duration,userId,club\nrun,45,Ana,north\n"
    (row,) = rows_of(text)
    assert row.message is not None
    assert json.loads(row.message.body) == {"type": "run", "duration": 45, "userId": "Ana", "club": "north"}
    assert rows_of(text)[0].message == row.message


def test_that_what_is_there_comes_in_groups_and_what_comes_late_by_itself() -> None:
    feed: Queue[Row | None] = Queue()
    for number in range(5):
        feed.put(Row(number, None))

    def rows() -> Iterator[Row]:
        while (row := feed.get()) is not None:
            yield row

    seen: list[int] = []
    for group in grouped_as_they_come(rows(), 2):
        assert 1 <= len(group) <= 2
        seen += [row.line for row in group]
        if len(seen) == 5:
            feed.put(Row(5, None))  # only after the others were handed on
        elif len(seen) == 6:
            feed.put(None)
    assert seen == [0, 1, 2, 3, 4, 5]


def test_that_what_reading_raises_comes_after_what_was_read() -> None:
    def rows() -> Iterator[Row]:
        yield Row(1, None)
        raise SettingError("no more")

    groups = grouped_as_they_come(rows(), 10)
    assert next(groups) == [Row(1, None)]
    with pytest.raises(SettingError, match="no more"):
        next(groups)


def test_that_nothing_is_no_group() -> None:
    assert list(grouped_as_they_come(iter(()), 10)) == []
