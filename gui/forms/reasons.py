"""The reason of a failure as screens say it: whole, in the user's units, or in a few words. Qt-free."""

from __future__ import annotations

from core.errors import BrokenLimit, ProblemKind
from core.failures.causes import INVALID, cause_of
from core.failures.reasons import DISTANCE, WorkoutFacts, distance_problems
from core.workouts.distance_limits import KMH
from gui.forms.formatting import Units, in_units, limit_text, speed_text

_TOO_FAR = f"{INVALID}/{DISTANCE}/{ProblemKind.RANGE.name.lower()}"


def reason_in_units(reason: str, facts: WorkoutFacts, units: Units) -> str:
    """The stored reason, with a broken limit of the distance in the unit in which that distance is shown."""
    for problem in distance_problems(facts):
        shown = in_units(problem, facts.sport, units)
        reason = reason.replace(f"{DISTANCE}: {problem.problem}", f"{DISTANCE}: {shown.problem}")
    return reason


def short_reason(code: str, facts: WorkoutFacts, units: Units) -> str:
    """A few words for a cell: `Over 100,000 m`, `Faster than 75 km/h`, or the title of the cause.

    `code`: as in a FailureCode; empty for a failure that a worker of an older version announced, of which nothing
    short is known.
    """
    if code == _TOO_FAR:
        limit = next((problem.limit for problem in distance_problems(facts)), None)
        if limit is not None:
            return _beyond(limit, facts, units)
    return cause_of(code).title if code else ""


def _beyond(limit: BrokenLimit, facts: WorkoutFacts, units: Units) -> str:
    if limit.unit == KMH:
        return f"Faster than {speed_text(limit.high, units)}"
    if limit.low is not None and (facts.distance_km or 0.0) < limit.low:
        return "Distance below 0"
    return f"Over {limit_text(limit.high, facts.sport, units)}"
