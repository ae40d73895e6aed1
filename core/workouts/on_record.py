"""What the form needs of one athlete's stored workouts: how many, the last weight, and those of the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from core.workouts.model import Workout


@dataclass(frozen=True, slots=True)
class AthleteDay:
    """Workouts that began in [from_ms, to_ms), milliseconds since the epoch."""

    athlete: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class RecordedWorkout:
    """`started_at` is aware, with the offset of the workout; distances in mm, none as 0."""

    id: str
    athlete: str
    sport: str
    started_at: datetime
    duration_ms: int
    distance_mm: int


@dataclass(frozen=True, slots=True)
class RecordedWeight:
    """Of the workout that began then; aware, with its own offset."""

    kg: float
    at: datetime


@dataclass(frozen=True, slots=True)
class AthleteRecord:
    wanted: AthleteDay
    workouts: int
    weight: RecordedWeight | None = None
    day: tuple[RecordedWorkout, ...] = ()
    earned: frozenset[str] = frozenset()  # codes of achievements


def athlete_day(athlete: str, day: date, zone: tzinfo) -> AthleteDay:
    """All of that local day, which has 23 or 25 hours when the clocks change."""
    first, end = (datetime.combine(at, time(), zone).astimezone(UTC) for at in (day, day + timedelta(days=1)))
    return AthleteDay(athlete, int(first.timestamp() * 1000), int(end.timestamp() * 1000))


def recorded(workout: Workout) -> RecordedWorkout:
    return RecordedWorkout(
        workout.workout_id,
        workout.athlete,
        workout.sport,
        workout.started_at,
        workout.duration_ms,
        workout.distance_mm,
    )


def same_again(workout: Workout, known: Iterable[RecordedWorkout], zone: tzinfo) -> RecordedWorkout | None:
    """A workout of the same athlete with the same sport, seconds and centimetres, and another id: of the same local
    day, or begun before the other one ended (typed again after midnight)."""
    day = workout.started_at.astimezone(zone).date()
    for one in known:
        alike = (one.athlete, one.sport, one.duration_ms // 1_000, one.distance_mm // 10) == (
            workout.athlete,
            workout.sport,
            workout.duration_ms // 1_000,
            workout.distance_mm // 10,
        )
        if not alike or one.id == workout.workout_id:
            continue
        apart = abs(one.started_at.astimezone(UTC) - workout.started_at.astimezone(UTC))
        if apart < timedelta(milliseconds=one.duration_ms) or one.started_at.astimezone(zone).date() == day:
            return one
    return None


def same_start(workout: Workout, known: Iterable[RecordedWorkout]) -> RecordedWorkout | None:
    """A workout of the same athlete that began in the same minute and has another id."""
    minute = int(workout.started_at.timestamp()) // 60
    for one in known:
        same = one.athlete == workout.athlete and int(one.started_at.timestamp()) // 60 == minute
        if same and one.id != workout.workout_id:
            return one
    return None
