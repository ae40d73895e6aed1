"""Which workouts of an import are stored already, by their ids or by athlete and start."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.store.database.schema import workouts

Start = tuple[str, int]  # athlete, and milliseconds since the epoch


@dataclass(frozen=True, slots=True)
class KnownWorkouts:
    ids: frozenset[str] = frozenset()
    starts: frozenset[Start] = frozenset()


def read_known(connection: Connection, ids: Collection[str], starts: Collection[Start]) -> KnownWorkouts:
    """Of some hundred workouts at most. A workout of the same athlete with exactly the same start counts as known."""
    by_id = select(workouts.c.id).where(workouts.c.id.in_(ids))
    moments = {moment for _athlete, moment in starts}
    by_start = select(workouts.c.athlete, workouts.c.started_at).where(workouts.c.started_at.in_(moments))
    found = {(row.athlete, int(row.started_at)) for row in connection.execute(by_start)}
    return KnownWorkouts(frozenset(map(str, connection.scalars(by_id))), frozenset(found.intersection(starts)))
