"""How far and how fast a person can go in a sport."""

from __future__ import annotations

import pytest

from core.errors import BoundError, BrokenLimit, ProblemKind
from core.workouts.distance_limits import check_distance
from core.workouts.sports import default_catalogue

LIMITS = default_catalogue().limits("Running")


def broken(distance_km: float, duration_min: float | None) -> tuple[ProblemKind, BrokenLimit | None]:
    with pytest.raises(BoundError) as caught:
        check_distance(distance_km, "Running", duration_min)
    return caught.value.kind, caught.value.limit


def test_that_what_is_too_far_says_the_bound_in_its_unit() -> None:
    too_far = LIMITS.distance_km + 0.001
    for duration_min in (None, 100_000.0):
        assert broken(too_far, duration_min) == (ProblemKind.RANGE, BrokenLimit("km", LIMITS.distance_km))
    check_distance(LIMITS.distance_km, "Running", None)


def test_that_what_is_too_fast_says_both_speeds_in_their_unit() -> None:
    check_distance(LIMITS.speed_kmh, "Running", 60.0)
    limit = BrokenLimit("km/h", LIMITS.speed_kmh, value=LIMITS.speed_kmh + 0.1)
    assert broken(LIMITS.speed_kmh + 0.01, 60.0) == (ProblemKind.RANGE, limit)


def test_that_without_a_duration_any_speed_is_possible() -> None:
    check_distance(LIMITS.speed_kmh + 1, "Running", None)
