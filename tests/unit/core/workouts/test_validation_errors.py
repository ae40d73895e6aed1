"""Pieces of untrusted values, and the kind of each problem."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import BaseModel, Field, ValidationError

from core.errors import BoundError, BrokenLimit, InvalidWorkoutError, ProblemKind
from core.workouts.limits import RPE
from core.workouts.model import check_workout
from core.workouts.sports import default_catalogue
from core.workouts.validation_errors import field_problems, problem_kind, quoted

LIMITS = default_catalogue().limits("Running")
NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "true"),
        (False, "false"),
        (None, "null"),
        ([1], "a list"),
        ({}, "an object"),
        (b"x", "something else"),
        (1e-09, "0.000000001"),
        (45, "45"),
        (2**128 - 1, "340282366920938463463374607431768211455"),
        (2**128, "an integer of many digits"),
        ("it's", '"it\'s"'),
        ('say "hi"', "'say \"hi\"'"),
        ('it\'s "so"', "'it's \"so\"'"),
        ("a\tb\xa0c\x00d\u202ee", "'a b c�d�e'"),
        ("x" * 38, f"'{'x' * 38}'"),
        ("x" * 39, f"'{'x' * 38}…"),
    ],
)
def test_that_a_value_is_quoted_on_one_short_line(value: object, shown: str) -> None:
    assert quoted(value) == shown
    assert len(shown) <= 40


def problems(**fields: object) -> list[tuple[str, ProblemKind]]:
    with pytest.raises(InvalidWorkoutError) as caught:
        check_workout({"type": "Running", "duration": 45, **fields}, now=NOW)
    return [(problem.field, problem.kind) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("fields", "field", "kind"),
    [
        ({"rpe": 11}, "rpe", ProblemKind.RANGE),
        ({"rpe": 2**2000}, "rpe", ProblemKind.RANGE),
        ({"rpe": "5"}, "rpe", ProblemKind.WRONG),
        ({"rpe": True}, "rpe", ProblemKind.WRONG),
        ({"title": 5}, "title", ProblemKind.WRONG),
        ({"distance": 100}, "distance", ProblemKind.RANGE),  # 133 km/h
        ({"avgHeartRate": 150, "maxHeartRate": 149}, "maxHeartRate", ProblemKind.RANGE),
        ({"club": float("nan")}, "extra", ProblemKind.WRONG),
        ({"type": ""}, "type", ProblemKind.MISSING),
        ({"notes": "x" * 2001}, "notes", ProblemKind.LENGTH),
        ({"sets": [{"reps": 10_000}]}, "sets.0.reps", ProblemKind.RANGE),
        ({"sets": [{"unknown": "x"}, 5]}, "sets.1", ProblemKind.WRONG),
    ],
)
def test_that_a_problem_has_its_kind(fields: dict[str, object], field: str, kind: ProblemKind) -> None:
    assert problems(**fields) == [(field, kind)]


@pytest.mark.parametrize(
    ("fields", "limit"),
    [
        ({"rpe": 11}, BrokenLimit(RPE.unit, RPE.high, RPE.low)),
        ({"distance": 100}, BrokenLimit("km/h", LIMITS.speed_kmh, value=133.4)),
        ({"type": ""}, None),
        ({"title": 5}, None),
        ({"club": float("nan")}, None),
        ({"sets": [{"unknown": "x"}, 5]}, None),
    ],
)
def test_that_a_problem_with_a_bound_has_it(fields: dict[str, object], limit: BrokenLimit | None) -> None:
    with pytest.raises(InvalidWorkoutError) as caught:
        check_workout({"type": "Running", "duration": 45, **fields}, now=NOW)
    assert [problem.limit for problem in caught.value.problems] == [limit]


def test_that_an_error_of_ours_has_the_kind_it_was_given() -> None:
    assert problem_kind(BoundError("is late", ProblemKind.RANGE)) is ProblemKind.RANGE
    assert problem_kind(ValueError("x")) is ProblemKind.WRONG


def test_that_a_bound_of_a_field_that_no_workout_has_is_said_by_the_model() -> None:
    class Chair(BaseModel):
        height_cm: float = Field(gt=0)

    with pytest.raises(ValidationError) as caught:
        Chair(height_cm=-1)
    (problem,) = field_problems(caught.value)
    assert (problem.field, problem.problem) == ("height_cm", "Input should be greater than 0")
    assert (problem.kind, problem.limit) == (ProblemKind.RANGE, None)
