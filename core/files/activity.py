"""A recorded activity of a file, and the body of its workout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from uuid import UUID, uuid5

import orjson

from core.errors import FieldProblem, InvalidWorkoutError, ProblemKind
from core.files.found_row import ATHLETE, FoundRow
from core.files.options import ReadingOptions
from core.files.track import Track
from core.parsing.local_time import with_fixed_offset
from core.workouts.sports import default_catalogue

MAX_ACTIVITIES = 200  # of one file
ON_FOOT = ("Running", "Walking", "Hiking")
ONE_LEG_BELOW_RPM = 130.0  # a cadence on foot below it counts one leg; the body has steps of both

# Constant: ids of activities are derived in this namespace.
_ACTIVITY_SPACE = UUID("6f0c8f6e-3d0b-5b8e-9a53-6f2d1c7be004")


@dataclass(frozen=True, slots=True)
class Activity:
    """Totals of the file itself; None where it has none, then those of the track are taken.

    `started_at` aware; with an offset other than UTC it is the file's own local time. `sport` as the file has it.
    """

    track: Track
    sport: str = ""
    started_at: datetime | None = None
    duration_s: float | None = None
    distance_m: float | None = None
    ascent_m: float | None = None
    heart_rate_bpm: float | None = None
    max_heart_rate_bpm: float | None = None
    power_w: float | None = None
    cadence_rpm: float | None = None
    title: str = ""


def found_activity(number: int, activity: Activity, digest: bytes, options: ReadingOptions) -> FoundRow:
    """The row of an activity, the `number`th of its file. Known again by the content of the file, its number and its
    athlete."""
    try:
        body = orjson.dumps(_body(activity, options))
    except InvalidWorkoutError as error:
        return FoundRow(number, problem=str(error))
    own_id = uuid5(_ACTIVITY_SPACE, f"{digest.hex()} {number} {options.athlete}")
    return FoundRow(number, body, own_id=own_id)


def computed(activity: Activity) -> tuple[str, ...]:
    """What is not in the file as a total, and so is worked out from its points; names for the user."""
    track = activity.track
    said = {
        "duration": activity.duration_s is None and track.time_s > 0,
        "distance": activity.distance_m is None and track.has_distance,
        "ascent": activity.ascent_m is None and track.has_height,
        "heart rate": activity.heart_rate_bpm is None and track.heart_rate.value is not None,
        "power": activity.power_w is None and track.power.value is not None,
        "cadence": activity.cadence_rpm is None and track.cadence.value is not None,
    }
    return tuple(name for name, is_computed in said.items() if is_computed)


def _body(activity: Activity, options: ReadingOptions) -> Mapping[str, Any]:
    """InvalidWorkoutError for what neither the file nor the options say."""
    track = activity.track
    sport = canonical_sport(options.sport or activity.sport)
    started_at = activity.started_at or track.first
    duration_s = activity.duration_s or track.time_s
    problems = [
        *([] if sport else [_missing("type", "the file does not say the sport; give one for the file")]),
        *([] if started_at else [_missing("timestamp", "the file has no times")]),
        *([] if duration_s else [_missing("duration", "the file has no times")]),
    ]
    if problems or started_at is None:
        raise InvalidWorkoutError(tuple(problems))
    cadence = _either(activity.cadence_rpm, track.cadence.value)
    if cadence is not None and sport in ON_FOOT and cadence < ONE_LEG_BELOW_RPM:
        cadence *= 2
    average, highest = _heart_rates(activity)
    distance_m = _either(activity.distance_m, track.distance_m if track.has_distance else None)
    ascent_m = activity.ascent_m if activity.ascent_m is not None else track.ascent_m if track.has_height else None
    fields = {
        "type": sport,
        "timestamp": _local(started_at, options.zone or options.system_zone).isoformat(),
        "duration": _rounded(duration_s / 60, 4),
        "distance": _rounded(None if distance_m is None else distance_m / 1000, 4),
        "elevationGain": _rounded(ascent_m, 0),
        "avgHeartRate": _rounded(average, 0),
        "maxHeartRate": _rounded(highest, 0),
        "avgPower": _rounded(_either(activity.power_w, track.power.value), 0),
        "cadence": _rounded(cadence, 0),
        "title": activity.title or None,
        ATHLETE: options.athlete or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def canonical_sport(text: str) -> str:
    """`running`, `lap_swimming`, `Biking` as the catalogue has it, else in words as they are; empty for none."""
    words = " ".join(text.replace("_", " ").split())
    if not words or words.isdigit():
        return ""
    found = default_catalogue().find(words)
    return found.name if found is not None else words[:1].upper() + words[1:]


def _heart_rates(activity: Activity) -> tuple[float | None, float | None]:
    """Average and highest; the highest is not given where it is below the average, which no heart has."""
    average = _either(activity.heart_rate_bpm, activity.track.heart_rate.value)
    highest = _either(activity.max_heart_rate_bpm, activity.track.heart_rate.highest)
    if average is not None and highest is not None and round(highest) < round(average):
        return average, None
    return average, highest


def _local(started_at: datetime, zone: tzinfo) -> datetime:
    """In the offset of the file, if it has another than UTC; else in that of `zone`, by which days and weeks count."""
    if started_at.utcoffset():
        return started_at
    return with_fixed_offset(started_at.astimezone(UTC), zone) if 1 < started_at.year < 9999 else started_at


def _either(own: float | None, worked_out: float | None) -> float | None:
    """None for zero: that a device writes where it has no sensor."""
    return (own if own is not None and math.isfinite(own) else worked_out) or None


def _rounded(value: float | None, decimals: int) -> float | int | None:
    if value is None:
        return None
    rounded = round(float(value), decimals)
    return int(rounded) if rounded.is_integer() else rounded


def _missing(field: str, problem: str) -> FieldProblem:
    return FieldProblem(field, problem, ProblemKind.MISSING)
