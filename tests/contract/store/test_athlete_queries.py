"""What the athletes' screens read of the results."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from core.achievements.athlete_history import Totals
from core.achievements.progress import evaluate_all
from core.achievements.rules import default_rules
from core.athletes.board_periods import period_of
from core.athletes.leaderboard import Leaderboard, LeaderboardRequest
from core.athletes.listing import AthleteListRequest, AthleteSort
from core.athletes.page import page_of
from core.athletes.records import RecordKind
from core.athletes.sums import Amount
from core.athletes.weeks import day_of, week_of
from core.athletes.weights import DayWeight, Weight
from core.processing.apply_batch import to_entry
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from core.workouts.model import Workout
from tests.support.databases import Place
from tests.support.incoming import MONDAY_NOON, deletion, incoming, make_workout, submitted, workout_id
from tests.support.results_rig import apply

MONDAY = MONDAY_NOON.date()
WEEK = week_of(MONDAY)
PEOPLE = ("Ana Ruiz", "anton", "Ben Okafor", "Élodie", "Øyvind", "A%b", "anonymous")


def _names(reader: ResultsReader, text: str = "", *, sort: AthleteSort = "name") -> list[str]:
    """Of all pages, two rows at a time."""
    request = AthleteListRequest(WEEK, text, sort, limit=2)
    names: list[str] = []
    while True:
        found = reader.athletes.list(request)
        names += [row.name for row in found.rows]
        if found.next is None:
            assert found.found == len(names)
            return names
        assert len(found.rows) == 2
        request = replace(request, after=found.next)


class TestList:
    @pytest.fixture
    def people(self, store: ResultsStore) -> None:
        apply(store, *(submitted(number, athlete=name) for number, name in enumerate(PEOPLE, 1)))
        apply(store, submitted(99, athlete="Away"))
        apply(store, deletion(99, 2))

    @pytest.mark.usefixtures("people")
    def test_that_names_are_sorted_without_case_and_accents(self, reader: ResultsReader) -> None:
        assert _names(reader) == ["A%b", "Ana Ruiz", "anton", "Ben Okafor", "Élodie", "Øyvind"]
        found = reader.athletes.list(AthleteListRequest(WEEK, "o", limit=10))
        assert (found.found, found.athletes, found.is_near) == (4, 6, False)

    @pytest.mark.usefixtures("people")
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("RUIZ an", ["Ana Ruiz"]),
            ("elo", ["Élodie"]),
            ("oyvind", ["Øyvind"]),
            ("%", ["A%b"]),
            ("  ", ["A%b", "Ana Ruiz", "anton", "Ben Okafor", "Élodie", "Øyvind"]),
        ],
    )
    def test_that_each_word_is_found_anywhere_in_a_name(
        self, reader: ResultsReader, text: str, names: list[str]
    ) -> None:
        assert _names(reader, text) == names
        assert not reader.athletes.list(AthleteListRequest(WEEK, text, limit=10)).is_near

    @pytest.mark.usefixtures("people")
    @pytest.mark.parametrize(
        ("text", "names"), [("Ana Riuz", ["Ana Ruiz"]), ("Elodia", ["Élodie"]), ("anton ben", []), ("zzz", [])]
    )
    def test_that_a_typo_is_forgiven_where_nobody_is_called_like_that(
        self, reader: ResultsReader, text: str, names: list[str]
    ) -> None:
        found = reader.athletes.list(AthleteListRequest(WEEK, text, limit=10))
        assert [row.name for row in found.rows] == names
        assert (found.found, found.is_near, found.next) == (len(names), bool(names), None)

    def test_that_a_name_that_was_not_meant_is_left_out(self, store: ResultsStore, reader: ResultsReader) -> None:
        apply(store, submitted(1, athlete="Marta"), submitted(2, athlete="Martha Lee"), submitted(3, athlete="Ben"))
        assert _names(reader, "marta") == ["Marta"]
        assert _names(reader, "matra") == ["Marta"]
        assert _names(reader, "martta") == ["Marta", "Martha Lee"]

    def test_that_a_row_has_the_last_day_and_this_week(self, store: ResultsStore, reader: ResultsReader) -> None:
        late = make_workout(1, day=1.45, sport="Running", km=5.0, utc_offset_min=120)  # after midnight there
        same_day = make_workout(2, day=2, sport="Cycling", km=20.0)
        before = make_workout(3, day=1.3, sport="Yoga")
        apply(store, *map(incoming, (late, same_day, before, make_workout(4, day=-3, km=9.0))))
        (row,) = reader.athletes.list(AthleteListRequest(WEEK, limit=10)).rows
        assert (row.last_day, row.last_sports) == (MONDAY + timedelta(days=2), ("Cycling", "Running"))
        assert (row.week.workouts, row.week.distance_km) == (3, 25.0)
        (earlier,) = reader.athletes.list(AthleteListRequest(WEEK.shifted(-2), limit=10)).rows
        assert earlier.week == Totals()

    def test_that_the_last_active_come_first(self, store: ResultsStore, reader: ResultsReader) -> None:
        days = {"Ana": 2, "Ben": 5, "cy": 2, "Di": 1, "Ed": 9}
        apply(store, *(submitted(n, athlete=name, day=day) for n, (name, day) in enumerate(days.items(), 1)))
        apply(store, submitted(9, athlete="Ben", day=0))
        assert _names(reader, sort="last active") == ["Ed", "Ben", "Ana", "cy", "Di"]

    def test_that_the_most_of_this_week_come_first(self, store: ResultsStore, reader: ResultsReader) -> None:
        km = {"Ana": 5.0, "Ben": 9.0, "cy": 5.0, "Di": None, "Ed": 99.0}
        apply(
            store,
            *(
                submitted(n, athlete=name, km=one, minutes=600 - n, day=-7 if name == "Ed" else 0)
                for n, (name, one) in enumerate(km.items(), 1)
            ),
        )
        assert _names(reader, sort="this week") == ["Ben", "Ana", "cy", "Di", "Ed"]
        by_time = reader.athletes.list(AthleteListRequest(WEEK, sort="this week", amount="duration", limit=10))
        assert [row.name for row in by_time.rows] == ["Ana", "Ben", "cy", "Di", "Ed"]

    def test_that_an_empty_database_has_an_empty_list(self, reader: ResultsReader) -> None:
        for text in ("", "ana"):
            found = reader.athletes.list(AthleteListRequest(WEEK, text, limit=10))
            assert (found.rows, found.found, found.athletes, found.is_near, found.next) == ((), 0, 0, False, None)

    def test_that_an_athlete_whose_rows_another_program_deleted_is_left_out(
        self, store: ResultsStore, reader: ResultsReader, url: str
    ) -> None:
        apply(store, submitted(1), submitted(2, athlete="Ben"))
        Place(url).execute("DELETE FROM workouts WHERE athlete = 'Ana'")
        assert [row.name for row in reader.athletes.list(AthleteListRequest(WEEK, limit=10)).rows] == ["Ben"]


class TestPage:
    def test_that_it_is_made_of_all_workouts_of_one_athlete(self, store: ResultsStore, reader: ResultsReader) -> None:
        mine: list[Workout] = [
            make_workout(1, day=0, km=5.2, minutes=25, weight_kg=61.5, ascent_m=40),
            make_workout(2, day=-1, km=12.0, minutes=70, utc_offset_min=-480),
            make_workout(3, day=-30, sport="Cycling", km=40.0, minutes=90, weight_kg=62.0),
        ]
        apply(store, *map(incoming, mine), submitted(4, athlete="Ben", km=30.0), submitted(5))
        apply(store, deletion(5, 2))
        entries = [to_entry(workout, workout.workout_id)[1] for workout in mine]
        weights = [Weight(entries[0].local_ms, 61.5), Weight(entries[2].local_ms, 62.0)]
        page = reader.athletes.page("Ana", MONDAY)
        earned = evaluate_all(default_rules(), entries).earned
        assert page == page_of("Ana", entries, weights, earned, MONDAY, default_rules())
        assert page.weights == tuple(DayWeight(day_of(one.local_ms), one.kg) for one in (weights[1], weights[0]))
        assert page.records[RecordKind.LONGEST].workout_id == workout_id(3)
        assert page.totals["week"].sums.ascent_mm == 40_000

    def test_that_an_unknown_athlete_has_an_empty_page(self, reader: ResultsReader) -> None:
        assert reader.athletes.page("Nobody", MONDAY) == page_of("Nobody", (), (), (), MONDAY, default_rules())


class TestBoard:
    def test_that_a_week_is_ranked_beside_the_week_before(self, store: ResultsStore, reader: ResultsReader) -> None:
        km = {"Ana": (20.0, 5.0), "Ben": (10.0, 9.0), "Cy": (10.0, None), "Di": (None, 7.0), "anonymous": (99.0, 99.0)}
        number = 0
        for name, of_weeks in km.items():
            for back, one in enumerate(of_weeks):
                number += 1
                apply(store, submitted(number, athlete=name, km=one, day=-7 * back, minutes=100 + number))
        board = _board(reader)
        rows = [
            (row.rank, row.is_tied, row.moved, row.athlete, row.totals.distance_km, row.share) for row in board.rows
        ]
        assert rows == [
            (1, False, 2, "Ana", 20.0, 1.0),
            (2, True, -1, "Ben", 10.0, 0.5),
            (2, True, None, "Cy", 10.0, 0.5),
        ]
        assert (board.ranked, board.trained, board.athletes) == (3, 4, 4)
        this_week = period_of("week", MONDAY)
        assert [cell.period for cell in board.cells] == [this_week.shifted(back) for back in range(-9, 1)]
        assert [cell.value for cell in board.cells[-3:]] == [0, 21_000_000, 40_000_000]
        alone = _board(reader, cells=1)
        assert (alone.rows, alone.cells) == (board.rows, board.cells[-1:])

    def test_that_the_first_rows_have_the_ranks_of_the_whole_board(
        self, store: ResultsStore, reader: ResultsReader
    ) -> None:
        apply(store, *(submitted(n, athlete=f"a{n}", km=float(km)) for n, km in enumerate((9, 7, 7, 7, 2), 1)))
        whole = _board(reader).rows
        assert [row.rank for row in whole] == [1, 2, 2, 2, 5]
        assert [row.athlete for row in whole] == ["a1", "a2", "a3", "a4", "a5"]
        assert _board(reader, limit=2).rows == whole[:2]

    def test_that_each_amount_ranks(self, store: ResultsStore, reader: ResultsReader) -> None:
        apply(store, submitted(1, athlete="Ana", km=20.0, minutes=50), submitted(2, athlete="Ben", km=10.0, minutes=40))
        apply(store, submitted(3, athlete="Ben", minutes=45))
        assert _first(reader, "distance") == ("Ana", 20_000_000, 30_000_000)
        assert _first(reader, "duration") == ("Ben", 5_100_000, 8_100_000)
        assert _first(reader, "energy") == ("Ben", 722_500, 1_147_500)
        assert _first(reader, "workouts") == ("Ben", 2, 3)

    def test_that_a_week_of_which_nothing_is_known_is_empty(self, reader: ResultsReader) -> None:
        board = _board(reader, period=period_of("week", date(2027, 1, 4)))
        assert (board.rows, board.ranked, board.trained, board.athletes) == ((), 0, 0, 0)
        assert {cell.value for cell in board.cells} == {0}


def _board(reader: ResultsReader, **wanted: Any) -> Leaderboard:
    request = {"period": period_of("week", MONDAY), "limit": 10, "cells": 10, **wanted}
    return reader.athletes.leaderboard(LeaderboardRequest(**request))


def _first(reader: ResultsReader, amount: Amount) -> tuple[str, int, int]:
    """Who leads, with what, and the sum over all."""
    board = _board(reader, amount=amount, limit=1)
    return board.rows[0].athlete, board.rows[0].value, board.cells[-1].value
