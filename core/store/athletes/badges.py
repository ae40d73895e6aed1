"""Which badges workouts earned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from core.events import EarnedBadge
from core.store.database.schema import earned_achievements, workouts
from core.workouts.model import ANONYMOUS

_e = earned_achievements.c


def read_badges(
    connection: Connection, workout_ids: Sequence[str], places: Mapping[str, int]
) -> dict[str, tuple[EarnedBadge, ...]]:
    """By workout, each once. `places`: of the codes of all achievements in the order in which badges are listed."""
    # By athlete too, since the table is sorted by it.
    earners = select(workouts.c.athlete).where(workouts.c.id.in_(workout_ids))
    badge = select(_e.workout_id, _e.code, _e.name)
    named = badge.where(_e.athlete.in_(earners), _e.of_workout == "", _e.workout_id.in_(workout_ids))
    alone = badge.where(_e.athlete == ANONYMOUS, _e.of_workout.in_(workout_ids))
    badges: dict[str, dict[str, EarnedBadge]] = {}
    for workout_id, code, name in connection.execute(named.union_all(alone).order_by("workout_id", "code")):
        badges.setdefault(workout_id, {})[code] = EarnedBadge(code, name)
    return {
        workout_id: tuple(sorted(by_code.values(), key=lambda badge: places.get(badge.code, len(places))))
        for workout_id, by_code in badges.items()
    }
