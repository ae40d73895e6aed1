"""What other programs write where nothing was measured, or count unlike a body: taken out or put right."""

from __future__ import annotations

from typing import Any

from core.files.activity import ON_FOOT, ONE_LEG_BELOW_RPM, canonical_sport
from core.parsing.column_names import Export
from core.workouts.limits import BOUNDS

MEASURED = ("avgHeartRate", "maxHeartRate", "avgPower", "cadence")
LONGEST_SWIM = 20.0  # km or miles: what a watch counts above it is metres or yards
SMALL_UNITS_IN_LARGE = {"km": 1000, "mi": 1760}  # metres in a kilometre, yards in a mile


def put_right(fields: dict[str, Any], export: Export, distance_unit: str | None) -> tuple[str, ...]:
    """Changes `fields`; notes of what was left out although it was written.

    A zero stands for no sensor. A measurement outside its bounds, and a highest heart rate below the average, are
    noise of a sensor: they cost themselves, not the workout. `distance_unit`: what `fields` was read in.
    """
    notes = []
    for name in MEASURED:
        value = fields.get(name)
        if value is None:
            continue
        bounds = BOUNDS[name]
        if not bounds.low <= value <= bounds.high or not value:
            del fields[name]
            notes += [f"{name}: {value:g} was left out, since it {bounds.sentence()}"] if value else []
    if fields.get("maxHeartRate", 0) < fields.get("avgHeartRate", 0) and "maxHeartRate" in fields:
        notes.append(f"maxHeartRate: {fields.pop('maxHeartRate'):g} was left out, since it is below the average")
    sport = canonical_sport(str(fields.get("type", "")))
    if export.one_leg_cadence and sport in ON_FOOT and fields.get("cadence", ONE_LEG_BELOW_RPM) < ONE_LEG_BELOW_RPM:
        fields["cadence"] *= 2
    if export.swims_in_small_units and sport == "Swimming" and "distance" in fields:
        fields["distance"] = _swum_km(fields["distance"], distance_unit or "km")
    return tuple(notes)


def _swum_km(distance_km: float, unit: str) -> float:
    """Of a number that is metres in a table of kilometres, and yards in one of miles."""
    ratio = SMALL_UNITS_IN_LARGE.get(unit)
    limit_km = LONGEST_SWIM * (1.609344 if unit == "mi" else 1.0)
    return distance_km if ratio is None or distance_km < limit_km else float(f"{distance_km / ratio:.15g}")
