"""ISO weeks, and the days of workouts."""

from __future__ import annotations

from datetime import date

import pytest

from core.achievements.athlete_history import iso_week
from core.athletes.weeks import Week, day_of, week_of, weeks_until, within
from tests.support.entries import TODAY, entry


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2025, 12, 12), Week(2025, 50)),
        (date(2025, 12, 29), Week(2026, 1)),
        (date(2027, 1, 1), Week(2026, 53)),
    ],
)
def test_that_a_week_may_be_of_another_year_than_its_days(day: date, week: Week) -> None:
    assert week_of(day) == week == iso_week(entry(day).local_ms)
    assert week.monday <= day <= week.sunday
    assert (week.sunday - week.monday).days == 6


def test_that_weeks_are_counted_over_the_end_of_a_year() -> None:
    assert Week(2026, 53).shifted(1) == Week(2027, 1)
    assert Week(2027, 1).shifted(-2) == Week(2026, 52)
    assert weeks_until(Week(2027, 1), 3) == (Week(2026, 52), Week(2026, 53), Week(2027, 1))


def test_that_a_day_is_that_of_the_workouts_own_clock() -> None:
    late = entry(date(2025, 12, 31), hour=23, offset_min=-480)
    assert day_of(late.local_ms) == date(2025, 12, 31)
    assert day_of(late.started_ms) == date(2026, 1, 1)


def test_that_both_ends_are_within() -> None:
    some = [entry(date(2025, 12, day), hour=hour) for day in range(1, 6) for hour in (0, 23)]
    assert within(some, date(2025, 12, 2), date(2025, 12, 4)) == some[2:8]
    assert within(some, TODAY, TODAY) == []
