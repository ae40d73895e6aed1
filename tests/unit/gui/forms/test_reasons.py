"""A failure's reason in the units of its reader, whole and in a few words."""

from __future__ import annotations

import pytest

from core.codec.body_summary import BodySummary
from core.errors import InvalidWorkoutError
from core.failures.causes import classify_error
from core.failures.reasons import distance_problems
from gui.forms.formatting import Units
from gui.forms.reasons import reason_in_units, short_reason

METRIC, MILES = Units(), Units("mi", "lb")
FAR_SWIM = BodySummary("Ana", "Swimming", 1_400.0, 120.0)
FAST_RUN = BodySummary("Ben", "Running", 45.0, 100.0)
FAR_RUN = BodySummary("Cy", "Running", 45.0, 5200.0)
BACKWARDS = BodySummary("Dee", "Running", 45.0, -3.0)


@pytest.mark.parametrize(
    ("facts", "units", "whole", "short"),
    [
        (FAR_SWIM, METRIC, "must be at most 100,000 m for Swimming", "Over 100,000 m"),
        (FAR_SWIM, MILES, "must be at most 109,361 yd for Swimming", "Over 109,361 yd"),
        (FAR_RUN, METRIC, "must be from 0 to 1,000 km, not 5200", "Over 1,000 km"),
        (FAR_RUN, MILES, "must be from 0 to 621.3 mi", "Over 621.3 mi"),
        (BACKWARDS, MILES, "must be from 0 to 621.3 mi", "Distance below 0"),
        (
            FAST_RUN,
            METRIC,
            "comes to 133.4 km/h with this duration; for Running at most 75 km/h is possible",
            "Faster than 75 km/h",
        ),
        (
            FAST_RUN,
            MILES,
            "comes to 82.8 mph with this duration; for Running at most 46.6 mph is possible",
            "Faster than 46.6 mph",
        ),
    ],
)
def test_that_a_broken_limit_is_said_in_the_units_of_the_distance(
    facts: BodySummary, units: Units, whole: str, short: str
) -> None:
    error = InvalidWorkoutError(distance_problems(facts)[-1:])
    assert reason_in_units(f"{error}; rpe: is required", facts, units) == f"distance: {whole}; rpe: is required"
    assert short_reason(classify_error(error).code, facts, units) == short


def test_that_another_reason_is_as_it_is_stored_and_its_cause_is_the_short_one() -> None:
    reason = "duration: must be a number, not 'abc'"
    assert reason_in_units(reason, FAR_SWIM, METRIC) == reason
    assert short_reason("invalid/duration/wrong", FAR_SWIM, METRIC) == "Duration not understood"
    assert short_reason("error/StoreUnavailableError", FAR_SWIM, METRIC) == "Database did not answer"
    sound = BodySummary("Ana", "Swimming", 40.0, 2.0)  # of another version, with other limits
    assert short_reason("invalid/distance/range", sound, METRIC) == "Distance out of range"
    assert short_reason("", FAR_SWIM, METRIC) == ""
