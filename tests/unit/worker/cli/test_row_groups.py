from __future__ import annotations

from collections.abc import Iterator
from queue import Queue

import pytest

from core.errors import SettingError
from core.files.rows import Row
from worker.cli.row_groups import grouped_as_they_come


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
