"""The limit that a failed distance broke is found again from the facts of its message, in the model's own words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.codec.body_summary import BodySummary
from core.errors import BrokenLimit, InvalidWorkoutError
from core.failures.reasons import distance_problems
from core.workouts.model import check_workout

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)


def refused(sport: str, duration: object, distance: object) -> str:
    """Its reason as it is stored; empty: it is sound."""
    try:
        check_workout({"type": sport, "duration": duration, "distance": distance}, now=NOW)
    except InvalidWorkoutError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("sport", "duration", "distance", "limit"),
    [
        ("Running", 45, 5200, BrokenLimit("km", 1000, 0)),
        ("Swimming", 45, 5200.0, BrokenLimit("km", 1000, 0)),
        ("Running", 45, 1000.5, BrokenLimit("km", 1000, 0)),
        ("Running", 45, -3, BrokenLimit("km", 1000, 0)),
        ("Swimming", 1_400, 120, BrokenLimit("km", 100)),
        ("swim", 1_400, 120, BrokenLimit("km", 100)),
        ("Running", 45, 100, BrokenLimit("km/h", 75, value=133.4)),
        ("Running", 0, 100, None),  # no speed without a duration
        ("Running", 45, 5.2, None),
        ("Running", 45, 0, None),
    ],
)
def test_that_the_facts_of_a_failure_give_the_limit_and_the_sentence_of_its_reason(
    sport: str, duration: float, distance: float, limit: BrokenLimit | None
) -> None:
    found = distance_problems(BodySummary("Ana", sport, float(duration), float(distance)))
    assert {each.limit for each in found} == (set() if limit is None else {limit})
    if limit is not None:
        assert any(f"distance: {each.problem}" in refused(sport, duration, distance) for each in found)


def test_that_without_a_distance_or_a_duration_there_is_nothing_to_find() -> None:
    assert distance_problems(BodySummary("Ana", "Running", 45.0, None)) == ()
    assert distance_problems(BodySummary("Ana", "Running", None, 500.0)) == ()
