"""Which workout a row of a file is."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

import pytest

from core.codec import row_identity
from core.codec.row_identity import RowIds


def test_that_equal_rows_with_a_start_are_workouts_of_their_own_and_the_same_each_time() -> None:
    content = uuid4()
    first, again = ([ids.of_started(content) for _ in range(3)] for ids in (RowIds(bytes), RowIds(bytes)))
    assert first == again
    assert first == [content, uuid5(content, "2"), uuid5(content, "3")]  # as every version has derived them


def test_that_a_row_without_a_start_is_known_by_its_file_and_its_number() -> None:
    asked: list[None] = []

    def digest() -> bytes:
        asked.append(None)
        return b"one"

    ids = RowIds(digest)
    assert asked == []
    found = {ids.of_unstarted(number) for number in (1, 2, 1)}
    assert len(found) == 2
    assert len(asked) == 1
    assert RowIds(lambda: b"one").of_unstarted(1) in found
    assert RowIds(lambda: b"other").of_unstarted(1) not in found


def test_that_what_is_remembered_is_bounded_and_near_ones_are_told_apart() -> None:
    ids = RowIds(bytes)
    rows = [UUID(int=number) for number in range(1, 99_999)]
    for row in rows:
        ids.of_started(row)
    content = rows[-50_000]
    assert ids.of_started(content) != content


def test_that_a_row_is_remembered_while_as_many_again_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_identity, "MOST_REMEMBERED", 2)
    ids = RowIds(bytes)
    a, b, c, d = (UUID(int=number) for number in range(1, 5))
    assert [ids.of_started(each) for each in (a, b, a, c)] == [a, b, uuid5(a, "2"), c]
    assert [ids.of_started(each) for each in (a, d, b)] == [uuid5(a, "3"), d, b]
