"""Totals of periods until today, and what they are compared with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.achievements.progress import WorkoutEntry
from core.athletes.periods import PERIODS, Period, Span, period_totals, same_part_before, span_of, sport_split
from core.athletes.sums import Sums, sums_of
from core.athletes.weeks import day_of
from tests.support.entries import TODAY, entry, entry_lists


@pytest.mark.parametrize(
    ("period", "today", "span", "before"),
    [
        ("week", TODAY, ("2025-12-08", "2025-12-14"), ("2025-12-01", "2025-12-05")),
        ("week", date(2027, 1, 1), ("2026-12-28", "2027-01-03"), ("2026-12-21", "2026-12-25")),
        ("month", TODAY, ("2025-12-01", "2025-12-31"), ("2025-11-01", "2025-11-12")),
        ("month", date(2025, 3, 31), ("2025-03-01", "2025-03-31"), ("2025-02-01", "2025-02-28")),
        ("month", date(2025, 1, 5), ("2025-01-01", "2025-01-31"), ("2024-12-01", "2024-12-05")),
        ("year", TODAY, ("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-12")),
        ("year", date(2024, 2, 29), ("2024-01-01", "2024-12-31"), ("2023-01-01", "2023-02-28")),
    ],
)
def test_that_the_same_part_of_the_period_before_is_compared(
    period: Period, today: date, span: tuple[str, str], before: tuple[str, str]
) -> None:
    assert span_of(period, today) == Span(*map(date.fromisoformat, span))
    assert same_part_before(period, today) == Span(*map(date.fromisoformat, before))


def test_that_all_time_is_compared_with_nothing() -> None:
    assert span_of("all", TODAY) is same_part_before("all", TODAY) is None
    some = [entry(date(2001, 1, 1), km=3), entry(km=4)]
    found = period_totals(some, "all", TODAY)
    assert (found.sums, found.before, found.change) == (sums_of(some), None, None)


def test_that_the_rest_of_the_period_before_does_not_count() -> None:
    same_day, later = TODAY - timedelta(days=7), TODAY - timedelta(days=6)
    monday = TODAY - timedelta(days=4)
    some = [entry(same_day, km=5), entry(later, km=9), entry(monday, km=7, ascent_m=30)]
    found = period_totals(some, "week", TODAY)
    assert found.before == Sums(1, 1_800_000, 5_000_000, 100_000, 0)
    assert found.change == Sums(0, 0, 2_000_000, 0, 30_000)


def test_that_a_day_that_has_begun_elsewhere_counts() -> None:
    tomorrow = entry(TODAY + timedelta(days=1), hour=1, offset_min=840)
    assert period_totals([tomorrow], "week", TODAY).sums.workouts == 1


def test_that_sports_are_split_by_distance() -> None:
    some = [entry(sport="Cycling", km=15), entry(sport="Running", km=30), entry(sport="Yoga", minutes=99)]
    split = sport_split([*some, entry(sport="Running", km=15)])
    assert [(one.sport, one.share) for one in split] == [("Running", 0.75), ("Cycling", 0.25), ("Yoga", 0.0)]


def test_that_sports_with_an_equal_part_come_by_their_time_and_name() -> None:
    minutes = {"Boxing": 10, "Strength": 30, "Yoga": 30}
    some = [entry(sport="Cycling", km=15), *(entry(sport=sport, minutes=time) for sport, time in minutes.items())]
    assert [one.sport for one in sport_split(some)] == ["Cycling", "Strength", "Yoga", "Boxing"]


def test_that_sports_without_a_distance_are_split_by_time() -> None:
    some = [entry(sport="Yoga", minutes=10), entry(sport="Strength", minutes=30)]
    assert [(one.sport, one.share) for one in sport_split(some)] == [("Strength", 0.75), ("Yoga", 0.25)]
    assert sport_split([]) == ()


@given(entries=entry_lists(days=800), period=st.sampled_from(PERIODS))
def test_that_the_parts_of_a_period_add_up(entries: list[WorkoutEntry], period: Period) -> None:
    found = period_totals(entries, period, TODAY)
    span = found.span or Span(date.min, date.max)
    assert found.sums == sums_of(one for one in entries if span.first <= day_of(one.local_ms) <= span.last)
    rest = found.sums
    for share in found.sports:
        rest = rest.minus(share.sums)
    assert rest == Sums()
    assert not found.sports or sum(share.share for share in found.sports) == pytest.approx(1)


@given(entries=entry_lists(days=800), day=st.dates(date(2024, 1, 1), TODAY))
def test_that_any_two_parts_of_time_add_up(entries: list[WorkoutEntry], day: date) -> None:
    earlier = [one for one in entries if day_of(one.local_ms) < day]
    later = [one for one in entries if day_of(one.local_ms) >= day]
    assert sums_of(entries).minus(sums_of(earlier)) == sums_of(later)
