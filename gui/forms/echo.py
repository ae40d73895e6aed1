"""What was read of a text, in words that cannot be mistaken: beside its field before it is sent. Qt-free."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo

from core.errors import EntryError
from core.parsing.durations import is_ambiguous_clock, other_duration_min, parse_duration_min, spoken_duration
from core.parsing.fields import distance_readings, has_laps, parse_distance_km
from core.parsing.sets import parse_sets
from core.parsing.sets_text import SetTotals, set_totals
from core.parsing.start import parse_start
from core.parsing.text import normalize_typed
from core.parsing.thousands import ELEVATION, POWER, two_readings
from core.parsing.units import distance_at_most
from core.workouts.plausibility import FieldWarning
from core.workouts.sports import default_catalogue
from gui.forms.formatting import DistanceUnit, Units, duration_text

DAY_MIN = 1_440
AMOUNTS = {"elevationGain": (ELEVATION, "m"), "avgPower": (POWER, "W")}  # those that come in thousands
_ENDS_WITH_UNIT = re.compile(r".*\d[.,]?\s*[^\W\d_]+\.?")


def duration_echo(text: str) -> str:
    """`= 5 h 30 min`; empty where it is no duration of less than a day."""
    try:
        minutes = parse_duration_min(text)
    except EntryError:
        return ""
    return f"= {spoken_duration(minutes)}" if 0 < minutes < DAY_MIN else ""


def distance_echo(text: str, unit: DistanceUnit) -> str:
    """`= 4.98 km` of `3.1 mi`, `= 1500 m` of `1,500`, `= 1,000 m` of `40x25`; empty of a plain number: the field
    shows its unit."""
    if (two := distance_readings(text, unit)) is not None and unit in ("m", "yd"):
        return f"= {two.read}"  # without a mark that could be mistaken again
    if not (has_laps(text) or _ENDS_WITH_UNIT.fullmatch(normalize_typed(text))):
        return ""
    try:
        distance_km = parse_distance_km(text, unit)
    except EntryError:
        return ""
    return f"= {distance_at_most(distance_km, unit, 2 if unit in ('km', 'mi') else 0)}"


def sets_echo(text: str) -> str:
    """`= 3 sets, 30 reps`; empty where nothing was typed, and where it cannot be read."""
    try:
        totals = set_totals(parse_sets(text)) if text.strip() else None
    except EntryError:
        return ""
    return "" if totals is None else f"= {sets_words(totals)}"


def sets_words(totals: SetTotals) -> str:
    """`3 sets, 30 reps`."""
    sets = f"{totals.sets:,} set{'' if totals.sets == 1 else 's'}"
    return sets if not totals.reps else f"{sets}, {totals.reps:,} rep{'' if totals.reps == 1 else 's'}"


def amount_echo(name: str, text: str) -> str:
    """`= 1200 m` of `1,200` of ascent; empty of a number that has one meaning."""
    two = two_readings(normalize_typed(text), AMOUNTS[name][0])
    return "" if two is None else f"= {two.read} {AMOUNTS[name][1]}"


def start_echo(text: str, *, now: datetime, zone: tzinfo) -> str:
    """`= Mon 23 Nov 2026 18:00` of `mon 18:00`; empty where nothing was typed, and where it cannot be read."""
    if not text.strip():
        return ""
    try:
        start = parse_start(text, now=now, zone=zone)
    except EntryError:
        return ""
    return f"= {start:%a} {start.day} {start:%b %Y %H:%M}"


def settled_duration(text: str) -> str:
    """`45` as `45:00`; what is no duration, or could be another one, as it was typed."""
    if other_duration_min(text) is not None:
        return text
    try:
        return duration_text(parse_duration_min(text))
    except EntryError:
        return text


def duration_unit(text: str) -> str:
    """`h` or `min`: of its first number, where it stands as it will stay."""
    if not text or ":" not in text or text != settled_duration(text):
        return ""
    return "h" if text.count(":") > 1 or is_ambiguous_clock(text) else "min"


def reading_doubts(texts: Mapping[str, str], units: Units) -> list[FieldWarning]:
    """Of the texts of a form: those that mean something else for many, each with what to type for that."""
    unit = units.distance_for(default_catalogue().find(texts.get("type", "")))
    found = [_duration_doubt(texts.get("duration", "")), _distance_doubt(texts.get("distance", ""), unit)]
    found += [_amount_doubt(name, texts.get(name, "")) for name in AMOUNTS]
    return [doubt for doubt in found if doubt is not None]


def _duration_doubt(text: str) -> FieldWarning | None:
    """`5:30` is five hours and a half here, and five minutes and a half for many; `2,700 s` may be 45 minutes."""
    other = other_duration_min(text)
    if other is None:
        return None
    try:
        read = parse_duration_min(text)
    except EntryError:
        return None
    return _doubt("duration", text, spoken_duration(read), spoken_duration(other), duration_text(other))


def _distance_doubt(text: str, unit: DistanceUnit) -> FieldWarning | None:
    """`10,000 m` is ten kilometres here; where the mark is one before decimals, it is ten metres."""
    two = distance_readings(text, unit)
    return None if two is None else _doubt("distance", text, two.read, two.other, two.other)


def _amount_doubt(name: str, text: str) -> FieldWarning | None:
    amount, unit = AMOUNTS[name]
    two = two_readings(normalize_typed(text), amount)
    if two is None:
        return None
    return _doubt(name, text, f"{two.read} {unit}", f"{two.other} {unit}", two.other)


def _doubt(name: str, text: str, read: str, other: str, suggestion: str) -> FieldWarning:
    words = f"{normalize_typed(text)} is read as {read}; for {other} type {suggestion}"
    return FieldWarning(name, words, suggestion)
