"""What was read of a text, in words that cannot be mistaken: beside its field before it is sent. Qt-free."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from core.doubts import FieldWarning
from core.durations import is_ambiguous_clock, parse_duration_min, spoken_duration
from core.entry import EntryError, distance_at_most, parse_distance_km, parse_start
from core.parsing.text import normalize_typed
from gui.console.values import DistanceUnit, duration_text

DAY_MIN = 1_440
_ENDS_WITH_UNIT = re.compile(r".*\d[.,]?\s*[^\W\d_]+\.?")


def duration_echo(text: str) -> str:
    """`= 5 h 30 min`; empty where it is no duration of less than a day."""
    try:
        minutes = parse_duration_min(text)
    except EntryError:
        return ""
    return f"= {spoken_duration(minutes)}" if 0 < minutes < DAY_MIN else ""


def distance_echo(text: str, unit: DistanceUnit) -> str:
    """`= 4.98 km` of `3.1 mi`; empty where no unit was typed: the field shows its own."""
    if not _ENDS_WITH_UNIT.fullmatch(normalize_typed(text)):
        return ""
    try:
        distance_km = parse_distance_km(text, unit)
    except EntryError:
        return ""
    return f"= {distance_at_most(distance_km, unit, 2 if unit in ('km', 'mi') else 0)}"


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
    if is_ambiguous_clock(text):
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


def clock_doubt(text: str) -> FieldWarning | None:
    """`5:30` is five hours and a half here, and five minutes and a half for many."""
    if not is_ambiguous_clock(text):
        return None
    typed = normalize_typed(text)
    try:
        read, other = parse_duration_min(typed), parse_duration_min(f"0:{typed}")
    except EntryError:
        return None
    words = f"{typed} is read as {spoken_duration(read)}; for {spoken_duration(other)} type {duration_text(other)}"
    return FieldWarning("duration", words, duration_text(other))
