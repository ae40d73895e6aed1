"""Days in a row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given

from core.achievements.progress import WorkoutEntry
from core.athletes.streaks import Streak, current_streak, longest_streak, streaks_of
from core.athletes.weeks import day_of
from tests.support.entries import TODAY, entry, entry_lists


def _days(*back: int) -> list[WorkoutEntry]:
    return sorted(entry(TODAY - timedelta(days=one)) for one in back)


def _streak(first: int, last: int) -> Streak:
    return Streak(TODAY - timedelta(days=first), TODAY - timedelta(days=last))


def test_that_two_workouts_a_day_are_one_day() -> None:
    streaks = streaks_of([entry(hour=6), entry(hour=18), entry(TODAY + timedelta(days=1), hour=6)])
    assert [streak.days for streak in streaks] == [2]


@pytest.mark.parametrize(
    ("back", "goes_on"),
    [
        ([0, 1, 2], _streak(2, 0)),
        ([1, 2], _streak(2, 1)),
        ([2, 3], None),
        ([-1, 0], _streak(0, -1)),  # where it is tomorrow already
        ([0, 2, 3], _streak(0, 0)),
        ([-1, 1, 2], _streak(-1, -1)),
        ([], None),
    ],
)
def test_that_a_streak_goes_on_until_a_day_was_left_out(back: list[int], goes_on: Streak | None) -> None:
    assert current_streak(streaks_of(_days(*back)), TODAY) == goes_on


def test_that_the_first_of_equal_streaks_is_the_longest() -> None:
    streaks = streaks_of(_days(0, 1, 10, 11, 20))
    assert longest_streak(streaks) == _streak(11, 10)
    assert longest_streak([]) is None


@given(entries=entry_lists(days=12))
def test_that_streaks_are_all_days_in_runs(entries: list[WorkoutEntry]) -> None:
    days = {day_of(one.local_ms) for one in entries}
    covered: list[date] = []
    for streak in streaks_of(entries):
        run = [streak.first + timedelta(days=n) for n in range(streak.days)]
        assert streak.first - timedelta(days=1) not in days
        assert run[-1] == streak.last
        covered += run
    assert covered == sorted(days)
