"""Sums and their amounts."""

from __future__ import annotations

from core.achievements.athlete_history import totals_of
from core.athletes.sums import Sums, amount_of, sums_of
from tests.support.entries import entry


def test_that_sums_are_totals_with_the_ascent() -> None:
    some = [entry(minutes=30, km=5, kcal=300.5, ascent_m=12.5), entry(minutes=10, kcal=50)]
    sums = sums_of(some)
    assert sums == Sums(2, 2_400_000, 5_000_000, 350_500, 12_500)
    plain = totals_of(some)
    assert (sums.duration_min, sums.distance_km) == (plain.duration_min, plain.distance_km)
    assert sums_of([]) == Sums()


def test_that_a_difference_may_be_negative() -> None:
    assert Sums(1, 2, 3, 4, 5).minus(Sums(5, 4, 3, 2, 1)) == Sums(-4, -2, 0, 2, 4)


def test_that_each_amount_is_its_field() -> None:
    sums = Sums(1, 2, 3, 4, 5)
    assert [amount_of(sums, "workouts"), amount_of(sums, "duration")] == [1, 2]
    assert [amount_of(sums, "distance"), amount_of(sums, "energy")] == [3, 4]
