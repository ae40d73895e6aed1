"""Periods of a leaderboard, their neighbours and names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.achievements.progress import DAY_MS
from core.athletes.board_periods import period_names, period_of, periods_until
from core.athletes.periods import PERIODS, Period, span_of
from core.athletes.weeks import EPOCH_DAY

DAYS = st.dates(date(2000, 1, 10), date(2100, 12, 31))
COMPARED: tuple[Period, ...] = ("week", "month", "year")


@pytest.mark.parametrize(
    ("kind", "day", "name", "before"),
    [
        ("week", date(2025, 12, 31), "2026-W01", "2025-W52"),
        ("week", date(2021, 1, 3), "2020-W53", "2020-W52"),
        ("month", date(2026, 1, 31), "2026-01", "2025-12"),
        ("year", date(2026, 1, 1), "2026", "2025"),
    ],
)
def test_that_a_period_has_a_name_and_one_before(kind: Period, day: date, name: str, before: str) -> None:
    period = period_of(kind, day)
    assert period.before is not None
    assert (period.name, period.before.name) == (name, before)


@given(day=DAYS, kind=st.sampled_from(COMPARED), count=st.integers(-40, 40))
def test_that_periods_follow_each_other_without_a_gap(day: date, kind: Period, count: int) -> None:
    period = period_of(kind, day)
    assert (period.first, period.last) == span_of(kind, day)
    assert period.shifted(count).shifted(-count) == period
    assert period_of(kind, period.last + timedelta(days=1)) == period.shifted(1)
    row = periods_until(period, 10)
    assert len(row) == 10
    assert row[-1] == period
    assert [one.shifted(1) for one in row[:-1]] == list(row[1:])
    assert len({one.name for one in row}) == 10


def test_that_all_time_is_one_period() -> None:
    period = period_of("all", date(2025, 6, 2))
    assert period == period_of("all", date(1999, 1, 1))
    assert (period.name, period.before, period.shifted(3)) == ("all", None, period)
    assert (period.first, period.last) == (date.min, date.max)
    assert periods_until(period, 10) == (period,)


@given(day=DAYS)
def test_that_a_start_is_in_the_period_of_each_kind_on_its_local_day(day: date) -> None:
    midnight_ms = (day.toordinal() - EPOCH_DAY) * DAY_MS
    names = tuple(period_of(kind, day).name for kind in PERIODS)
    assert period_names(midnight_ms) == period_names(midnight_ms + DAY_MS - 1) == names
    assert period_names(midnight_ms - 1) == tuple(period_of(kind, day - timedelta(days=1)).name for kind in PERIODS)
