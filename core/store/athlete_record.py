"""Reads what the form needs of one athlete: stored workouts of the day."""

from __future__ import annotations

from sqlalchemy import Connection, select

from core.store.database.schema import athletes, earned_achievements, local_moment, workouts
from core.workouts.on_record import AthleteDay, AthleteRecord, RecordedWeight, RecordedWorkout

MOST_OF_A_DAY = 100

_w = workouts.c


def read_record(connection: Connection, request: AthleteDay) -> AthleteRecord:
    """Newest of the day first, at most a hundred."""
    count = connection.scalar(select(athletes.c.workouts).where(athletes.c.name == request.athlete)) or 0
    codes = select(earned_achievements.c.code).where(earned_achievements.c.athlete == request.athlete).distinct()
    return AthleteRecord(
        request,
        int(count),
        _last_weight(connection, request.athlete),
        _of_day(connection, request),
        frozenset(connection.scalars(codes)),
    )


def _last_weight(connection: Connection, athlete: str) -> RecordedWeight | None:
    weights = select(_w.weight_kg, _w.started_at, _w.utc_offset_min)
    weights = weights.where(_w.athlete == athlete, _w.weight_kg.is_not(None))
    row = connection.execute(weights.order_by(_w.started_at.desc(), _w.id.desc()).limit(1)).one_or_none()
    return None if row is None else RecordedWeight(row.weight_kg, local_moment(row.started_at, row.utc_offset_min))


def _of_day(connection: Connection, request: AthleteDay) -> tuple[RecordedWorkout, ...]:
    found = select(_w.id, _w.sport, _w.started_at, _w.utc_offset_min, _w.duration_min, _w.distance_km)
    found = found.where(_w.athlete == request.athlete, _w.started_at >= request.from_ms, _w.started_at < request.to_ms)
    found = found.order_by(_w.started_at.desc(), _w.id.desc()).limit(MOST_OF_A_DAY)
    return tuple(
        RecordedWorkout(
            row.id,
            request.athlete,
            row.sport,
            local_moment(row.started_at, row.utc_offset_min),
            round(row.duration_min * 60_000),
            round((row.distance_km or 0) * 1_000_000),
        )
        for row in connection.execute(found)
    )
