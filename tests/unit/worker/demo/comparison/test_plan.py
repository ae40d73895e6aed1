"""The conditions of a comparison, and its workouts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from core.config.settings import WorkSpan
from core.errors import SettingError
from worker.demo.comparison.plan import ComparisonPlan, PlannedWorkout, pick_failing, plan_workouts

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def contents(workouts: list[PlannedWorkout]) -> list[dict[str, Any]]:
    """Without their ids."""
    found = [orjson.loads(each.body) for each in workouts]
    for each in found:
        del each["id"]
    return found


def test_that_equal_seeds_give_equal_workouts_under_new_ids() -> None:
    first, second, other = (list(plan_workouts(ComparisonPlan(count=9, seed=n), lambda: NOON)) for n in (7, 7, 8))
    assert contents(first) == contents(second) != contents(other)
    assert not {each.workout_id for each in first} & {each.workout_id for each in second}
    assert orjson.loads(first[0].body)["id"] == first[0].workout_id


def test_that_the_same_places_fail() -> None:
    plan = ComparisonPlan(count=9, failing=2)
    places = []
    for _ in range(2):
        workouts = plan_workouts(plan)
        failing = pick_failing(plan, workouts)
        places.append([each.workout_id in failing for each in workouts])
    assert places[0] == places[1]
    assert sum(places[0]) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("count", 0),
        ("count", 2_001),
        ("threads", 0),
        ("threads", 33),
        ("clients", 0),
        ("failing", -1),
        ("failing", 121),
        ("seed", -1),
        ("work", WorkSpan(0, 11)),
        ("outage", WorkSpan(0, 61)),
        ("kill_s", 61.0),
    ],
)
def test_that_a_value_out_of_bounds_is_named(field: str, value: object) -> None:
    with pytest.raises(SettingError, match=f"--{field.removesuffix('_s')} must be between"):
        ComparisonPlan(**{**asdict(ComparisonPlan()), "work": WorkSpan(0, 1), field: value})


def test_that_it_may_take_longer_than_its_work() -> None:
    plan = ComparisonPlan(count=16, threads=8, clients=4, work=WorkSpan(1, 2))
    assert plan.bound_s > 16 / 4 * 2
