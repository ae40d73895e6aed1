"""Leaderboards of weeks, months, years and all time, on every database."""

from __future__ import annotations

from dataclasses import replace

from core.athletes.board_periods import period_of
from core.athletes.leaderboard import BoardAmount, LeaderboardRequest
from core.athletes.periods import Period
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.incoming import MONDAY_NOON, deletion, submitted
from tests.support.results_rig import apply

DAY = MONDAY_NOON.date()  # Monday, 2 June 2025


def _request(kind: Period, amount: BoardAmount = "distance", sport: str | None = None) -> LeaderboardRequest:
    return LeaderboardRequest(period_of(kind, DAY), amount, sport, limit=10, cells=10)


def _rows(reader: ResultsReader, request: LeaderboardRequest) -> list[tuple[object, ...]]:
    board = reader.athletes.leaderboard(request)
    return [(row.rank, row.is_tied, row.moved, row.athlete, row.value) for row in board.rows]


def test_that_each_period_is_ranked_beside_the_one_before(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, submitted(1, athlete="Ana", km=20.0), submitted(2, athlete="Ben", km=10.0))
    apply(store, submitted(3, athlete="Cy", km=10.0), submitted(4, athlete="anonymous", km=35.0))
    apply(store, submitted(5, athlete="Ben", km=30.0, day=-3), submitted(6, athlete="Ana", km=7.0, day=-3))
    apply(store, submitted(7, athlete="Di", km=50.0, minutes=120, day=-400))
    now = [(1, False, 1, "Ana", 20_000_000), (2, True, -1, "Ben", 10_000_000), (2, True, None, "Cy", 10_000_000)]
    assert _rows(reader, _request("week")) == now
    assert _rows(reader, _request("month")) == now
    assert _rows(reader, _request("year")) == [
        (1, False, None, "Ben", 40_000_000),
        (2, False, None, "Ana", 27_000_000),
        (3, False, None, "Cy", 10_000_000),
    ]
    assert [row[3:] for row in _rows(reader, _request("all"))] == [
        ("Di", 50_000_000),
        ("Ben", 40_000_000),
        ("Ana", 27_000_000),
        ("Cy", 10_000_000),
    ]
    board = reader.athletes.leaderboard(_request("month"))
    assert (board.ranked, board.trained, board.athletes) == (3, 3, 4)
    assert [cell.period for cell in board.cells] == [period_of("month", DAY).shifted(back) for back in range(-9, 1)]
    assert [cell.value for cell in board.cells[-2:]] == [37_000_000, 40_000_000]
    (cell,) = reader.athletes.leaderboard(_request("all")).cells
    assert cell.value == 127_000_000


def test_that_a_sport_has_a_board_of_its_own(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, submitted(1, athlete="Ana", km=20.0, sport="Cycling"), submitted(2, athlete="Ben", km=10.0))
    apply(store, submitted(3, athlete="Ana", km=5.0), submitted(4, athlete="Ana", km=1.0, day=-7))
    apply(store, submitted(5, athlete="Cy", sport="Yoga"))
    running = _request("week", sport="Running")
    assert _rows(reader, running) == [(1, False, None, "Ben", 10_000_000), (2, False, -1, "Ana", 5_000_000)]
    board = reader.athletes.leaderboard(running)
    assert (board.trained, board.sports) == (2, ("Cycling", "Running", "Yoga"))
    assert [cell.value for cell in board.cells[-2:]] == [1_000_000, 15_000_000]
    yoga = reader.athletes.leaderboard(_request("week", sport="Yoga"))
    assert (yoga.rows, yoga.ranked, yoga.trained) == ((), 0, 1)


def test_that_each_amount_ranks(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, submitted(1, athlete="Ana", km=20.0, minutes=50), submitted(2, athlete="Ben", minutes=40, ascent_m=5))
    apply(store, submitted(3, athlete="Ben", minutes=45))
    first = {amount: _rows(reader, _request("year", amount))[0][3:] for amount in ("distance", "duration", "energy")}
    assert first == {"distance": ("Ana", 20_000_000), "duration": ("Ben", 5_100_000), "energy": ("Ben", 722_500)}
    assert _rows(reader, _request("year", "workouts"))[0][3:] == ("Ben", 2)
    assert _rows(reader, _request("year", "climb")) == [(1, False, None, "Ben", 5_000)]


def test_that_corrections_and_deletions_are_followed(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, submitted(1, athlete="Ana", km=20.0), submitted(2, athlete="Ben", km=10.0))
    apply(store, submitted(1, athlete="Cy", km=5.0, revision=2), deletion(2, 2))
    assert _rows(reader, _request("month")) == [(1, False, None, "Cy", 5_000_000)]
    apply(store, deletion(1, 3))
    for kind in ("week", "month", "year", "all"):
        board = reader.athletes.leaderboard(_request(kind))
        assert (board.rows, board.trained, board.athletes, board.sports) == ((), 0, 0, ())
        assert {cell.value for cell in board.cells} == {0}


def test_that_the_first_rows_have_the_ranks_of_the_whole_board(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, *(submitted(n, athlete=f"a{n}", km=float(km)) for n, km in enumerate((9, 7, 7, 7, 2), 1)))
    request = _request("all")
    whole = reader.athletes.leaderboard(request).rows
    assert [row.rank for row in whole] == [1, 2, 2, 2, 5]
    assert reader.athletes.leaderboard(replace(request, limit=2)).rows == whole[:2]
