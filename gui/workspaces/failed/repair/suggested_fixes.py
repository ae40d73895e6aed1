"""Suggests the value that was probably meant by an invalid one, as a one-click fix. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.codec.field_names import is_in_our_unit, other_names
from core.codec.json_reader import parse_object
from core.errors import EntryError, UndecodableBodyError
from core.failures.corrections import metres_as_km, seconds_as_minutes, submitted_at
from core.failures.models import FailedMessage
from core.parsing.durations import parse_duration_min
from core.parsing.fields import parse_distance_km
from core.parsing.local_time import with_fixed_offset
from core.parsing.start import format_start, parse_start
from core.parsing.units import at_most
from core.workouts.sports import default_catalogue
from gui.forms.form_parser import Texts, texts_of
from gui.forms.formatting import Units, distance_number, distance_text, duration_text
from gui.forms.starts import foreign_offset


@dataclass(frozen=True, slots=True)
class Fix:
    """`text` replaces the field's text; empty removes the value."""

    text: str
    button: str
    because: str


def fix_for(name: str, texts: Texts, one: FailedMessage, *, units: Units, zone: tzinfo) -> Fix | None:
    if not texts.get(name, "").strip() and (moved := _from_other_name(name, one, units, zone)) is not None:
        return moved
    if name == "distance":
        return _metres(texts, units)
    if name == "duration":
        return _seconds(texts)
    if name == "timestamp":
        return _when_sent(texts.get("timestamp", ""), one, zone)
    return None


def _from_other_name(name: str, one: FailedMessage, units: Units, zone: tzinfo) -> Fix | None:
    """The value found under another spelling of the field's name."""
    try:
        fields = parse_object(one.message.body)[0]
    except UndecodableBodyError:
        return None
    other = other_names(fields).get(name)
    if other is None or not is_in_our_unit(other):
        return None
    text = texts_of({"type": fields.get("type", ""), name: fields[other]}, units=units, zone=zone, exact=False).get(
        name, ""
    )
    return Fix(text, f"Use {other}", f"It is there as {other}") if text else None


def _metres(texts: Texts, units: Units) -> Fix | None:
    """A distance in metres instead of kilometres, if the speed is then plausible."""
    sport_name = texts.get("type", "")
    unit = units.distance_for(default_catalogue().find(sport_name))
    try:
        wrong_km = parse_distance_km(texts.get("distance", ""), unit)
    except EntryError:
        return None
    km = metres_as_km(wrong_km, _duration_min(texts), sport_name)
    right = "" if km is None else distance_text(km, sport_name, units)
    if km is None or right.startswith(("0 ", "0.0 ")):  # 34 m in one minute are shown as 0.0 km
        return None
    # Not "5,200 m is 5.2 km": of a swim both would be in metres.
    because = f"Read as {at_most(wrong_km, 0)} km, probably meant as metres"
    return Fix(distance_number(km, unit, exact=False), f"Use {right}", because)


def _seconds(texts: Texts) -> Fix | None:
    """A duration in seconds instead of minutes."""
    seconds = _duration_min(texts)
    minutes = None if seconds is None else seconds_as_minutes(seconds)
    if minutes is None:
        return None
    right = duration_text(minutes)
    return Fix(right, f"Use {right}", f"{seconds:,.0f} seconds are {right}")


def _when_sent(text: str, one: FailedMessage, zone: tzinfo) -> Fix | None:
    """The time of submission as start, with the UTC offset of the invalid start if it has one."""
    sent = submitted_at(one.message.headers)
    if sent is None:
        return None
    at = with_fixed_offset(sent, _zone_of(text, sent, zone))
    because = f"It was sent on {at.day} {at:%b %Y} at {at:%H:%M}{foreign_offset(at, zone)}"
    return Fix(format_start(at, zone=zone), "Use that", because)


def _zone_of(text: str, now: datetime, zone: tzinfo) -> tzinfo:
    try:
        start = parse_start(text, now=now, zone=zone)
    except EntryError:
        return zone
    return start.tzinfo if start.tzinfo is not None and foreign_offset(start, zone) else zone


def _duration_min(texts: Texts) -> float | None:
    try:
        return parse_duration_min(texts.get("duration", ""))
    except EntryError:
        return None
