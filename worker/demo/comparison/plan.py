"""What a comparison does: how many workouts, by how many clients, how long the work takes, and what fails. Qt-free."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from core.codec.workout_codec import dumps_workout
from core.config.settings import WorkSpan
from core.errors import SettingError
from core.workouts.samples import sample_athletes
from worker.demo.producers.load import SEED, sample_workouts

USUAL_WORK = WorkSpan(0.5, 2.5)
MOST_WORKOUTS, MOST_THREADS, MOST_WORK_S, MOST_OUTAGE_S = 2_000, 32, 10.0, 60.0
RESTART_S = 3.0  # as a service manager waits before it starts a service again that was killed


def _check(field: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise SettingError(f"--{field} must be between {least:g} and {most:g}, not {value:g}.")


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """The conditions, the same for both sides. SettingError for values out of bounds.

    `count`: workouts of each side. `threads`: how many each side processes at once. `clients`: how many send at once.
    `work`: seconds that a workout takes. `failing`: of how many the processing fails at every try. `outage`: from when
    to when, in seconds since the start, every processing fails; None for no outage. `kill_s`: when, in seconds
    since the start, both services are killed; they are started again after RESTART_S. None: they are not.
    """

    count: int = 120
    threads: int = 8
    clients: int = 8
    work: WorkSpan = USUAL_WORK
    failing: int = 3
    seed: int = SEED
    outage: WorkSpan | None = None
    kill_s: float | None = None

    def __post_init__(self) -> None:
        _check("count", self.count, 1, MOST_WORKOUTS)
        _check("threads", self.threads, 1, MOST_THREADS)
        _check("clients", self.clients, 1, MOST_THREADS)
        _check("failing", self.failing, 0, self.count)
        _check("seed", self.seed, 0, 2**32 - 1)
        _check("work", self.work.max_s, 0, MOST_WORK_S)
        if self.outage is not None:
            _check("outage", self.outage.max_s, 0, MOST_OUTAGE_S)
        if self.kill_s is not None:
            _check("kill", self.kill_s, 0, MOST_OUTAGE_S)

    @property
    def bound_s(self) -> float:
        """When it is given up: twice what the work alone takes at most, and a minute."""
        return 2 * self.work.max_s * -(-self.count // min(self.threads, self.clients)) + 60.0


OUTAGE_PLAN = ComparisonPlan(failing=0, outage=WorkSpan(5, 15))
KILL_PLAN = ComparisonPlan(failing=0, kill_s=5)


class PlannedWorkout(NamedTuple):
    """The body of a request, and the id that is in it."""

    workout_id: str
    body: bytes


def plan_workouts(
    plan: ComparisonPlan, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Sequence[PlannedWorkout]:
    """Equal seeds give equal workouts, under new ids."""
    made = sample_workouts(sample_athletes(), random.Random(plan.seed), now)
    workouts = [next(made) for _ in range(plan.count)]
    return [PlannedWorkout(each.workout_id, dumps_workout(each)) for each in workouts]


def pick_failing(plan: ComparisonPlan, workouts: Sequence[PlannedWorkout]) -> frozenset[str]:
    """Ids of those whose processing fails; the same places of the list for equal seeds."""
    return frozenset(each.workout_id for each in random.Random(plan.seed).sample(workouts, plan.failing))
