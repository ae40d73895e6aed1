"""What a request for the history says of itself."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from core.athletes.history import HistoryFilter, HistoryRequest, HistoryRow, search_words


def test_that_words_are_folded_bounded_and_each_once() -> None:
    assert search_words("  Élan ELAN\thill ") == ("elan", "hill")
    assert HistoryFilter(text=" ").words == ()


def test_that_of_a_long_text_two_hundred_characters_are_looked_for() -> None:
    assert search_words("x" * 198 + " yz") == ("x" * 198, "y")


def test_that_a_request_that_says_no_more_is_for_all_workouts_the_newest_first() -> None:
    request = HistoryRequest(limit=1)
    assert (request.sort, request.descending, request.after, request.before) == ("start", True, None, False)
    assert not any(astuple(request.wanted))


@pytest.mark.parametrize(
    ("wanted", "scans"),
    [
        (HistoryFilter("Ana"), False),
        (HistoryFilter(sport="Running"), True),
        (HistoryFilter(text="x"), True),
        (HistoryFilter(badge="x"), True),
        (HistoryFilter(corrected=True), False),
    ],
)
def test_that_a_filter_without_an_index_scans(wanted: HistoryFilter, scans: bool) -> None:
    assert wanted.scans is scans


def test_that_a_row_above_the_first_revision_is_corrected() -> None:
    rows = [HistoryRow("id", "Ana", "Running", 0, 0, 30, None, 255, True, number, "", "") for number in (1, 2)]
    assert [row.is_corrected for row in rows] == [False, True]
