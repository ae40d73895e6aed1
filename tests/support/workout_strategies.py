"""Hypothesis strategies for workouts and for the JSON that may come with them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from core.codec.field_names import field_like
from core.workouts.model import BODY_FIELDS, SET_ATTRIBUTE_BY_BODY_FIELD, Workout, WorkoutSet
from core.workouts.names import canonical_name
from core.workouts.sports import default_catalogue

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=70)
_NAMES = _TEXT.map(canonical_name).filter(lambda name: 0 < len(name) <= 20)
_SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
JSON_VALUES = st.recursive(
    _SCALARS | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _unknown_fields(taken: frozenset[str]) -> st.SearchStrategy[dict[str, Any]]:
    text = st.text(st.characters(codec="utf-8"), max_size=12)
    # What spells a field of ours in another way is refused.
    names = text.filter(lambda name: name not in taken and field_like(name) is None)
    return st.dictionaries(names, JSON_VALUES, max_size=3)


def _numbers(low: float, high: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.floats(low, high)


_SETS = st.builds(
    lambda known, unknown: WorkoutSet.model_validate({**unknown, **known}, by_alias=True, by_name=False),
    st.fixed_dictionaries(
        {
            "reps": st.none() | st.integers(0, 9999),
            "weight": _numbers(0, 9999),
            "seconds": _numbers(0, 9999),
            "meters": _numbers(0, 9999),
        }
    ),
    _unknown_fields(frozenset(SET_ATTRIBUTE_BY_BODY_FIELD)),
)
# In quarters of an hour, as zones are: Nepal +05:45, Chatham Islands +12:45.
OFFSETS_MIN = st.just(0) | st.integers(-48, 56).map(lambda quarters: quarters * 15)
_ZONES = OFFSETS_MIN.map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2025, 12, 31), timezones=_ZONES)


def _within_reach(fields: dict[str, Any]) -> dict[str, Any]:
    """No further than the fastest come in that time."""
    most_km = default_catalogue().limits(fields["sport"]).speed_kmh * fields["duration_min"] / 60
    distance_km = fields["distance_km"]
    return {**fields, "distance_km": None if distance_km is None else min(distance_km, most_km)}


WORKOUTS: st.SearchStrategy[Workout] = st.fixed_dictionaries(
    {
        "id": st.uuids(),
        "revision": st.integers(1, 1_000_000),
        "athlete": _NAMES,
        "sport": _NAMES | st.sampled_from(["run", "Swimming", "mtb", "Parkour"]),
        "started_at": _MOMENTS,
        "duration_min": st.floats(1 / 60, 1440, exclude_max=True),
        "distance_km": _numbers(0, 100),
        "elevation_gain_m": _numbers(0, 20_000),
        "avg_heart_rate_bpm": _numbers(30, 140),
        "max_heart_rate_bpm": _numbers(140, 250),
        "avg_power_w": _numbers(0, 2000),
        "cadence_rpm": _numbers(0, 300),
        "rpe": _numbers(0, 10),
        "weight_kg": _numbers(20, 400),
        "title": st.none() | _TEXT,
        "notes": st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=100),
        "sets": st.lists(_SETS, max_size=3).map(tuple),
        "extra": _unknown_fields(BODY_FIELDS),
    }
).map(lambda fields: Workout.model_validate(_within_reach(fields)))
