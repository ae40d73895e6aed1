"""How screens write numbers: in the user's units, with as many places as make sense, cut and never rounded up. Qt-free.

A rounded figure would reach marks that were not reached (4.996 km as 5.0 km, beside no badge).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeGuard

from core.errors import FieldProblem
from core.parsing.durations import format_duration
from core.parsing.thousands import unmistakable
from core.parsing.units import at_most, distance_at_most, from_kg, from_km, rounded_up
from core.parsing.units import plain_number as exact_number
from core.workouts.distance_limits import KM, KMH
from core.workouts.sports import Sport, default_catalogue

DistanceUnit = Literal["km", "mi", "m", "yd"]
NOTHING = "–"
LONG_WEIGHT = 7  # characters


@dataclass(frozen=True, slots=True)
class Units:
    """What the user reads and types; a workout always has km and kg."""

    distance: Literal["km", "mi"] = "km"
    weight: Literal["kg", "lb"] = "kg"

    def distance_for(self, sport: Sport | None) -> DistanceUnit:
        """The unit a distance of this sport is typed in: pools and ergometers count in metres, pools also in yards."""
        if sport is None or sport.distance_unit != "m":
            return self.distance
        return "yd" if self.distance == "mi" and sport.pace_style == "per_100m" else "m"


def duration_text(duration_min: object) -> str:
    """`45:00`, `1:30:00`; what is no duration as it is."""
    return format_duration(float(duration_min)) if _is_number(duration_min) and duration_min >= 0 else str(duration_min)


def whole_seconds_text(duration_min: float) -> str:
    """`58:10`: a column has no room for fractions of seconds."""
    return duration_text(float(at_most(duration_min * 60, 0).replace(",", "")) / 60)


def energy_number(kcal: float, decimals: int = 1) -> str:
    """`382.5`, `1,234.5`."""
    return at_most(kcal, decimals, real_decimals=3)


def distance_text(distance_km: float | None, sport_name: str, units: Units) -> str:
    """`5.2 km`; of a sport that counts in metres `1,500 m`; `–` without a distance.

    From a thousand on without decimals, which is what most wrong distances are.
    """
    if distance_km is None:
        return NOTHING
    unit = units.distance_for(default_catalogue().find(sport_name))
    whole = unit in ("m", "yd") or abs(from_km(distance_km, unit)) >= 1_000
    return distance_at_most(distance_km, unit, 0 if whole else 1)


def distance_number(distance_km: object, unit: DistanceUnit, *, exact: bool = True) -> str:
    """As it would be typed: no unit, no thousands mark; exact when read again, or at most 2 cm more."""
    if not _is_number(distance_km):
        return str(distance_km)
    distance = from_km(float(distance_km), unit)
    number = exact_number(distance if exact else rounded_up(distance, unit))
    return unmistakable(number) if unit in ("m", "yd") else number


def in_units(problem: FieldProblem, sport_name: str, units: Units) -> FieldProblem:
    """A broken bound of distance, speed or body weight in the unit that its field is typed in, without the value."""
    limit = problem.limit
    if limit is None:
        return problem
    sport = default_catalogue().canonical(sport_name)
    if problem.field == "distance" and limit.unit == KMH and units.distance == "mi":
        speed, most = speed_text(limit.value or 0.0, units), speed_text(limit.high, units)
        return replace(problem, problem=f"comes to {speed} with this duration; for {sport} at most {most} is possible")
    if problem.field == "distance" and limit.unit == KM and units.distance_for(default_catalogue().find(sport)) != KM:
        high = limit_text(limit.high, sport, units)
        sentence = (
            f"must be at most {high} for {sport}" if limit.low is None else f"must be from {limit.low:g} to {high}"
        )
        return replace(problem, problem=sentence)
    if problem.field == "weightKg" and limit.low is not None and units.weight == "lb":
        low, most = math.ceil(from_kg(limit.low, "lb")), f"{math.floor(from_kg(limit.high, 'lb')):,}"
        return replace(problem, problem=f"must be from {low} to {most} lb")
    return problem


def limit_text(distance_km: float, sport_name: str, units: Units) -> str:
    """`1,000 km`, `621.3 mi`; of a sport that counts in metres `100,000 m`."""
    unit = units.distance_for(default_catalogue().find(sport_name))
    return distance_at_most(distance_km, unit, 1 if unit == "mi" else 0)


def speed_text(speed_kmh: float, units: Units) -> str:
    """`75 km/h`, `46.6 mph`."""
    if units.distance == "mi":
        return f"{at_most(from_km(speed_kmh, 'mi'), 1)} mph"
    return f"{speed_kmh:,g} km/h"


def weight_number(weight_kg: object, unit: Literal["kg", "lb"]) -> str:
    return exact_number(from_kg(float(weight_kg), unit)) if _is_number(weight_kg) else str(weight_kg)


def weight_text(weight_kg: float, unit: Literal["kg", "lb"]) -> str:
    """As a person would type it: what was converted from the other unit has one decimal."""
    exact = weight_number(weight_kg, unit)
    return exact if len(exact) < LONG_WEIGHT else exact_number(round(from_kg(weight_kg, unit), 1))


def amount_number(value: object) -> str:
    """Of an amount that comes in thousands, as it would be typed."""
    return unmistakable(exact_number(value)) if _is_number(value) else str(value)


def plain_number(value: object) -> str:
    return exact_number(value) if _is_number(value) else str(value)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
