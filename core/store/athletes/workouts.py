"""Reads all workouts of one athlete, and what they earned."""

from __future__ import annotations

from sqlalchemy import Connection, select

from core.achievements.progress import WorkoutEntry, make_entry
from core.achievements.rules import Earned
from core.athletes.weights import Weight
from core.store.athlete_cache import ENTRY_COLUMNS
from core.store.database.schema import earned_achievements, workouts


def read_workouts(connection: Connection, name: str) -> tuple[list[WorkoutEntry], list[Weight]]:
    """In no order; weights of the workouts that carry one."""
    entries: list[WorkoutEntry] = []
    weights: list[Weight] = []
    found = select(workouts.c.weight_kg, *ENTRY_COLUMNS).where(workouts.c.athlete == name)
    for weight_kg, *values in connection.execute(found):
        entry = make_entry(*values)
        entries.append(entry)
        if weight_kg is not None:
            weights.append(Weight(entry.local_ms, weight_kg))
    return entries, weights


def read_earned(connection: Connection, name: str) -> list[Earned]:
    """In no order."""
    c = earned_achievements.c
    found = select(c.code, c.name, c.workout_id, c.earned_at, c.number).where(c.athlete == name)
    return [Earned(*values) for values in connection.execute(found)]
