"""Reads all workouts of one athlete."""

from __future__ import annotations

from sqlalchemy import Connection, select

from core.achievements.progress import WorkoutEntry, make_entry
from core.athletes.page import Weight
from core.store.athlete_cache import ENTRY_COLUMNS
from core.store.database.schema import workouts


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
