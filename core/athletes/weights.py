"""Body weight day by day, from the workouts that carry one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from core.athletes.weeks import day_of


class Weight(NamedTuple):
    """Body weight as a workout of that local time carried it."""

    local_ms: int
    kg: float


class DayWeight(NamedTuple):
    day: date
    kg: float


def daily_weights(weights: Iterable[Weight]) -> tuple[DayWeight, ...]:
    """The last one of each day, oldest first. `weights` must be sorted."""
    days = {day_of(weight.local_ms): weight.kg for weight in weights}
    return tuple(DayWeight(day, kg) for day, kg in days.items())
