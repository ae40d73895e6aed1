"""What survives a round trip through JSON, at its edges."""

from __future__ import annotations

import pytest

from core.workouts.json_values import depth_of, json_problem


def nested(levels: int, value: object = 1) -> object:
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "depth"),
    [(5, 0), ("[", 0), ([], 1), ({}, 1), ({"a": 1}, 1), ([1, [2, {"a": []}], 3], 4), ({"a": [{}]}, 3)],
)
def test_that_levels_are_counted(value: object, depth: int) -> None:
    assert depth_of(value) == depth


@pytest.mark.parametrize(
    "value", [-(2**63), 2**64 - 1, 0, True, None, 1.5, "é", nested(32), nested(31, {}), {"a": nested(31)}]
)
def test_that_what_json_can_carry_is_no_problem(value: object) -> None:
    assert json_problem(value) is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (-(2**63) - 1, "holds an integer of more than 64 bits"),
        ([2**64], "holds an integer of more than 64 bits"),
        (float("nan"), "holds NaN or infinity, which are not JSON"),
        ({"a": "\ud800"}, "holds half of a surrogate pair, which is not valid text"),
        ({"\ud800": 1}, "holds half of a surrogate pair, which is not valid text"),
        ({1: 2}, "has a name that is not text"),
        ([b"x"], "holds something that JSON cannot carry"),
        (nested(33), "is nested deeper than 32 levels"),
        ({"a": nested(32)}, "is nested deeper than 32 levels"),
        (nested(32, {}), "is nested deeper than 32 levels"),
    ],
)
def test_that_what_json_cannot_carry_is_said(value: object, problem: str) -> None:
    assert json_problem(value) == problem


def test_that_the_levels_around_a_value_count() -> None:
    assert json_problem(nested(30), depth=3) is None
    assert json_problem(nested(31), depth=3) == "is nested deeper than 32 levels"
