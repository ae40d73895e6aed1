"""The history of workouts: filters, every order, and pages that meet without a gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from core.athletes.history import HistoryFilter, HistoryPage, HistoryRequest, HistoryRow, HistorySort
from core.store.athletes import history
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.incoming import MONDAY_NOON, deletion, submitted, workout_id
from tests.support.results_rig import apply

MONDAY = MONDAY_NOON.date()
FOUND = [
    (HistoryFilter(), [1, 2, 3, 4, 5, 6]),
    (HistoryFilter(athlete="Ben"), [4, 5]),
    (HistoryFilter(athlete="ben"), []),
    (HistoryFilter(sport="Running"), [1, 2, 5, 6]),
    (HistoryFilter(athlete="Ben", sport="Running"), [5]),
    (HistoryFilter(corrected=True), [2]),
    (HistoryFilter(badge="5k-runner"), [1, 2, 5, 6]),
    (HistoryFilter(athlete="Ben", badge="5k-runner"), [5]),
    (HistoryFilter(badge="no-such-badge"), []),
    (HistoryFilter(first_day=MONDAY + timedelta(1), last_day=MONDAY + timedelta(3)), [2, 3, 4]),
    (HistoryFilter(first_day=MONDAY + timedelta(4), last_day=MONDAY + timedelta(4)), [5, 6]),
    (HistoryFilter(last_day=MONDAY), [1]),
    (HistoryFilter(first_day=MONDAY + timedelta(4), athlete="Ben"), [5]),
    (HistoryFilter(text="ANA"), [1, 2]),
    (HistoryFilter(text="elodie"), [3]),
    (HistoryFilter(text="hugel RUIZ"), [1]),
    (HistoryFilter(text="Hügel"), [1]),
    (HistoryFilter(text="ben"), [1, 4, 5]),
    (HistoryFilter(text="%"), [3]),
    (HistoryFilter(text="cycl windy"), [3]),
    (HistoryFilter(text="cycl easy"), []),
]
ORDERS: dict[HistorySort, list[int]] = {
    "start": [1, 2, 3, 4, 5, 6],
    "athlete": [2, 1, 6, 4, 5, 3],
    "sport": [3, 1, 2, 5, 6, 4],
    "duration": [1, 5, 6, 4, 2, 3],
    "distance": [4, 1, 5, 6, 2, 3],
    "energy": [1, 5, 6, 4, 2, 3],
}


@pytest.fixture(autouse=True)
def stored(store: ResultsStore) -> None:
    apply(
        store,
        submitted(1, athlete="Ana Ruiz", day=0, minutes=30, km=5.2, title="Hügel", notes="easy\nwith Ben"),
        submitted(2, athlete="ana", day=1, minutes=61, km=12.0),
        submitted(3, athlete="Élodie", sport="Cycling", day=2, minutes=90, km=31, notes="100% windy"),
        submitted(4, athlete="Ben", sport="Strength", day=3, minutes=45, sets=[{"reps": 5, "weight_kg": 80.0}]),
        submitted(5, athlete="Ben", day=3.5, utc_offset_min=600, minutes=30, km=5.2),  # there it is Friday already
        submitted(6, athlete="anonymous", day=4, minutes=30, km=7),
        submitted(7, athlete="Gone", day=5, minutes=30),
    )
    apply(store, submitted(2, athlete="ana", day=1, minutes=62, km=12.0, revision=2), deletion(7, 2))


def _all(reader: ResultsReader, request: HistoryRequest) -> list[HistoryRow]:
    """Of all pages in one direction, in the order of the list."""
    pages: list[HistoryPage] = []
    while True:
        pages.append(reader.athletes.history(request))
        assert len(pages) < 50
        assert len(pages[-1].rows) <= request.limit
        if pages[-1].next is None:
            break
        assert pages[-1].next != request.after
        request = replace(request, after=pages[-1].next)
    if request.before:
        pages.reverse()
    return [row for page in pages for row in page.rows]


def _numbers(reader: ResultsReader, wanted: HistoryFilter, sort: HistorySort = "start") -> list[int]:
    rows = _all(reader, HistoryRequest(wanted, sort, descending=False, limit=2))
    numbers = {workout_id(number): number for number in range(1, 8)}
    return [numbers[row.workout_id] for row in rows]


@pytest.mark.parametrize("few_rows", [0, 20_000])  # walking the order of an index, and sorting a few
@pytest.mark.parametrize("step_rows", [1, 20_000])
class TestEveryWay:
    @pytest.fixture(autouse=True)
    def way(self, monkeypatch: pytest.MonkeyPatch, few_rows: int, step_rows: int) -> None:
        monkeypatch.setattr(history, "FEW_ROWS", few_rows)
        monkeypatch.setattr(history, "STEP_ROWS", step_rows)

    def test_that_each_filter_finds_exactly_what_fits(self, reader: ResultsReader) -> None:
        for wanted, numbers in FOUND:
            assert _numbers(reader, wanted) == numbers, wanted
            by: HistorySort
            for by in ("athlete", "distance"):
                assert sorted(_numbers(reader, wanted, by)) == numbers, (wanted, by)

    def test_that_pages_of_every_order_meet_in_both_directions(self, reader: ResultsReader) -> None:
        for sort, numbers in ORDERS.items():
            ids = [workout_id(number) for number in numbers]
            for wanted in (HistoryFilter(), HistoryFilter(first_day=MONDAY)):
                for limit, descending, before in product((1, 4, 6), (False, True), (False, True)):
                    request = HistoryRequest(wanted, sort, descending, limit=limit, before=before)
                    found = [row.workout_id for row in _all(reader, request)]
                    assert found == (ids[::-1] if descending else ids), request

    def test_that_a_page_before_a_row_ends_there(self, reader: ResultsReader) -> None:
        first, second, third = _all(reader, HistoryRequest(sort="distance", limit=200))[:3]
        request = HistoryRequest(sort="distance", limit=200, after=third.place, before=True)
        assert _all(reader, request) == [first, second]


def test_that_a_row_says_what_is_stored(reader: ResultsReader) -> None:
    (row,) = reader.athletes.history(HistoryRequest(HistoryFilter(text="hugel"), limit=200)).rows
    assert (row.athlete, row.sport, row.title, row.notes) == ("Ana Ruiz", "Running", "Hügel", "easy\nwith Ben")
    assert (row.duration_min, row.distance_km, row.revision, row.is_corrected) == (30, 5.2, 1, False)
    assert row.started_at_ms == int(MONDAY_NOON.timestamp() * 1000)
    assert row.sets == ""
    lifted = reader.athletes.history(HistoryRequest(HistoryFilter(sport="Strength"), limit=200)).rows[0]
    assert lifted.sets == '[{"reps":5,"weight":80.0}]'
    assert "5K Runner" in [badge.name for badge in row.badges]


def test_that_the_total_is_told_where_it_is_known(reader: ResultsReader) -> None:
    totals = [
        reader.athletes.history(HistoryRequest(wanted, limit=1)).total
        for wanted in (HistoryFilter(), HistoryFilter("Ben"), HistoryFilter("Nobody"), HistoryFilter(sport="Running"))
    ]
    assert totals == [6, 2, 0, None]


def test_that_a_step_ends_where_enough_was_looked_through(
    reader: ResultsReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "STEP_ROWS", 3)
    request = HistoryRequest(HistoryFilter(text="hugel"), limit=200)
    first = reader.athletes.history(request)
    assert (first.rows, first.next is None) == ((), False)
    second = reader.athletes.history(replace(request, after=first.next))
    assert [row.title for row in second.rows] == ["Hügel"]
    assert second.next is None


def test_that_a_day_that_is_far_away_is_no_error(reader: ResultsReader) -> None:
    wanted = HistoryFilter(first_day=date(2000, 1, 1), last_day=date(9999, 12, 29))
    assert len(reader.athletes.history(HistoryRequest(wanted, limit=200)).rows) == 6
