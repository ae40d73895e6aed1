"""The last weeks of an athlete."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.achievements.progress import WorkoutEntry
from core.athletes.sums import Amount, amount_of, sums_of
from core.athletes.trend import Trend, trend_of
from core.athletes.weeks import Week, day_of
from tests.support.entries import TODAY, entry, entry_lists


def _trend(*km: float | None, weeks: int = 6) -> Trend:
    """A run of that length in each week until the current one, none for None."""
    some = [
        entry(TODAY - timedelta(weeks=len(km) - 1 - place), km=one) for place, one in enumerate(km) if one is not None
    ]
    return trend_of(some, "distance", TODAY, weeks=weeks)


def test_that_26_weeks_end_with_the_current_one() -> None:
    trend = trend_of([], "distance", TODAY)
    assert [trend.weeks[0].week, trend.weeks[-1].week] == [Week(2025, 25), Week(2025, 50)]
    assert len(trend.weeks) == 26
    assert [week.week for week in trend.weeks if week.is_current] == [Week(2025, 50)]
    assert trend.best is None
    assert not any(week.is_rest or week.average is not None for week in trend.weeks)


def test_that_the_average_is_of_four_weeks_that_are_over() -> None:
    averages = [week.average for week in _trend(4, 8, 12, 16, None, 100).weeks]
    assert averages == [None, None, None, 10_000_000, 9_000_000, None]


def test_that_weeks_before_those_shown_are_averaged_too() -> None:
    averages = [week.average for week in _trend(8, 8, 8, 8, 4, 4, 4, 4, weeks=5).weeks]
    assert averages == [8_000_000, 7_000_000, 6_000_000, 5_000_000, None]


def test_that_weeks_before_the_first_workout_are_no_rest() -> None:
    trend = _trend(None, 5, None, 5, None, None)
    assert [week.is_rest for week in trend.weeks] == [False, False, True, False, True, False]


def test_that_a_week_without_distance_is_no_rest() -> None:
    assert not any(week.is_rest for week in _trend(5, 0, 5).weeks)


def test_that_the_first_of_equal_weeks_is_the_best() -> None:
    trend = _trend(9, 5, 20, 20, 3, 20)
    assert trend.best == trend.weeks[2]
    assert sum(week.is_best for week in trend.weeks) == 1
    assert _trend(0, 0, 0).best is None
    assert trend_of([entry()], "workouts", TODAY).weeks[-1].is_best


def test_that_a_better_week_before_those_shown_does_not_count() -> None:
    assert _trend(99, 5, 6, weeks=2).best == _trend(99, 5, 6, weeks=2).weeks[1]


@given(entries=entry_lists(days=70), amount=st.sampled_from(["distance", "duration", "energy", "workouts"]))
def test_that_weeks_hold_the_workouts_of_their_days(entries: list[WorkoutEntry], amount: Amount) -> None:
    for week in trend_of(entries, amount, TODAY, weeks=12).weeks:
        inside = [one for one in entries if week.week.monday <= day_of(one.local_ms) <= week.week.sunday]
        assert week.sums == sums_of(inside)
        assert week.value == amount_of(week.sums, amount)


@pytest.mark.parametrize("weeks", [1, 4, 52])
def test_that_any_number_of_weeks_can_be_shown(weeks: int) -> None:
    assert len(trend_of([entry(km=5)], "duration", TODAY, weeks=weeks).weeks) == weeks
