"""What is known of a failure beside the sentence that is stored: the limit that its distance broke, from its facts.

The stored sentence has the units of the message body and stays as it is, so that exports and searches find it. Screens
say it in the units of their user.
"""

from __future__ import annotations

from typing import Protocol

from core.errors import BoundError, FieldProblem
from core.workouts.distance_limits import check_distance
from core.workouts.limits import DISTANCE_KM, DURATION_MIN
from core.workouts.sports import default_catalogue
from core.workouts.validation_errors import bounds_problem

DISTANCE = "distance"


class WorkoutFacts(Protocol):
    """What a message says of a workout, as far as it could be read."""

    @property
    def sport(self) -> str: ...
    @property
    def duration_min(self) -> float | None: ...
    @property
    def distance_km(self) -> float | None: ...


def distance_problems(facts: WorkoutFacts) -> tuple[FieldProblem, ...]:
    """The problem that the model has with this distance, in its own words; empty: none.

    Two where the words depend on whether the body had 5200 or 5200.0, which is not known here: the longer ones first.
    """
    distance_km = facts.distance_km
    if not distance_km:
        return ()
    if not DISTANCE_KM.low <= distance_km <= DISTANCE_KM.high:
        values = (distance_km, int(distance_km)) if distance_km.is_integer() else (distance_km,)
        return tuple(bounds_problem(DISTANCE, value) for value in values)
    try:
        check_distance(distance_km, default_catalogue().canonical(facts.sport), _possible_min(facts.duration_min))
    except BoundError as error:
        return (FieldProblem(DISTANCE, str(error), error.kind, error.limit),)
    return ()


def _possible_min(duration_min: float | None) -> float | None:
    """A speed is computed from a duration within its bounds alone."""
    if duration_min is None or not DURATION_MIN.low <= duration_min < DURATION_MIN.high:
        return None
    return duration_min
