"""What a person types into a form, and how values are shown there. No Qt."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from core.durations import MAX_ENTRY_CHARACTERS, format_duration, parse_duration_min
from core.errors import EntryError
from core.parsing.text import folded, normalize_typed
from core.problems import quoted
from core.sports import PaceStyle
from core.units import from_kg, from_km, plain_number, to_kg, to_km

__all__ = [
    "EntryError",
    "format_distance",
    "format_duration",
    "format_pace",
    "format_speed",
    "format_weight",
    "from_kg",
    "from_km",
    "parse_distance_km",
    "parse_duration_min",
    "parse_number",
    "parse_start",
    "parse_weight_kg",
    "plain_number",
    "to_kg",
    "to_km",
]

_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
_LOOKS_GROUPED = re.compile(r"[+-]?\d[\d.,' ]*", re.ASCII)
_WITH_UNIT = re.compile(r"(.*?[\d.,])\s*([^\W\d_]+)\.?")
# English, German, French and Spanish, without accents.
_DISTANCE_UNITS = {
    **dict.fromkeys(("km", "k", "kms", "kilometer", "kilometers", "kilometern", "kilometre", "kilometres"), "km"),
    **dict.fromkeys(("kilometro", "kilometros"), "km"),
    **dict.fromkeys(("mi", "mile", "miles", "meile", "meilen", "milles", "milla", "millas"), "mi"),
    **dict.fromkeys(("m", "mtr", "meter", "meters", "metern", "metre", "metres", "metro", "metros"), "m"),
    **dict.fromkeys(("yd", "yds", "yard", "yards"), "yd"),
}
_WEIGHT_UNITS = {
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm", "kilogrammes"), "kg"),
    **dict.fromkeys(("kilogramme", "kilogramo", "kilogramos"), "kg"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "lb"),
}
_DAY_TIME = re.compile(r"(?:(today|yesterday)[\s,]+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?", re.ASCII)
_START_HINT = "type now, 18:24, yesterday 7:30 or 2025-12-10 10:00"


def parse_number(text: str) -> float:
    """One number; a single `.` or `,` is the decimal mark, so `1,234` is 1.234. EntryError for anything else.

    Digits, marks and spaces of other scripts and widths count as the ASCII ones, see `normalize_typed`. Marks
    between thousands are refused, since they cannot be told from decimal marks. Zero has no sign.
    """
    typed = normalize_typed(text)
    if len(typed) <= MAX_ENTRY_CHARACTERS:
        if _NUMBER.fullmatch(typed):
            return float(typed.replace(",", ".")) + 0.0  # -0.0 + 0.0 is 0.0
        if _LOOKS_GROUPED.fullmatch(typed):
            raise EntryError("Write the number without marks or spaces between thousands, like 1234.5.")
    raise EntryError(f"{quoted(typed)} is no number." if typed else "Type a number.")


def parse_distance_km(text: str, unit: str = "km") -> float:
    """km from `5.2`, `5,2km`, `3.1 mi`, `400m`, `1500 yd`; without a unit of its own the number is in `unit`."""
    number, own_unit = _split_unit(text, _DISTANCE_UNITS, "km, mi, m or yd")
    return to_km(number, own_unit or unit)


def parse_weight_kg(text: str, unit: str = "kg") -> float:
    """kg from `70.5`, `70,5 kg`, `155 lb`; without a unit of its own the number is in `unit`."""
    number, own_unit = _split_unit(text, _WEIGHT_UNITS, "kg or lb")
    return to_kg(number, own_unit or unit)


def _split_unit(text: str, units: dict[str, str], choices: str) -> tuple[float, str | None]:
    typed = normalize_typed(text)
    found = _WITH_UNIT.fullmatch(typed)
    if found is None:
        return parse_number(typed), None
    number, unit = parse_number(found[1]), units.get(folded(found[2]))
    if unit is None:
        raise EntryError(f"{quoted(found[2])} is no unit here; use {choices}.")
    return number, unit


def format_distance(distance_km: float, unit: str = "km", *, decimals: int | None = None) -> str:
    """`5.2 km`. Without `decimals` every digit is kept, and it parses back to exactly the same distance."""
    return f"{_figure(from_km(distance_km, unit), decimals)} {unit}"


def format_weight(weight_kg: float, unit: str = "kg", *, decimals: int | None = None) -> str:
    """`70.5 kg`; exact without `decimals`, as format_distance."""
    return f"{_figure(from_kg(weight_kg, unit), decimals)} {unit}"


def _figure(value: float, decimals: int | None) -> str:
    return plain_number(value if decimals is None else round(value, decimals))


def format_pace(duration_min: float, distance_km: float | None, style: PaceStyle | None, unit: str = "km") -> str:
    """`8:39 /km`, `6.9 km/h`, `2:05 /100 m`, `2:00 /500 m`; empty without a distance or a style.

    `unit` is what distances are typed in: mi and yd give `/mi`, `mph` and `/100 yd`. Rowing is always per 500 m.
    """
    if not distance_km or style is None:
        return ""
    imperial = unit in ("mi", "yd")
    if style == "speed":
        return format_speed(duration_min, distance_km, "mi" if imperial else "km")
    if style == "per_500m":
        label, length_km = "/500 m", 0.5
    elif style == "per_100m":
        label, length_km = ("/100 yd", to_km(100, "yd")) if imperial else ("/100 m", 0.1)
    else:
        label, length_km = ("/mi", to_km(1, "mi")) if imperial else ("/km", 1.0)
    minutes, seconds = divmod(round(duration_min * 60 * length_km / distance_km), 60)
    return f"{minutes}:{seconds:02} {label}"


def format_speed(duration_min: float, distance_km: float, unit: str = "km") -> str:
    """`6.9 km/h`, or `4.3 mph` for mi."""
    speed = from_km(distance_km, unit) / duration_min * 60
    return f"{speed:.1f} {'mph' if unit == 'mi' else 'km/h'}"


def parse_start(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """A moment in UTC from `now` (or nothing), `18:24`, `yesterday 7:30`, `2025-12-10 10:00`, or ISO with a zone.

    `now` is aware; times without a zone are in `zone`. One that clocks show twice is the first; one that they
    skip is refused. Bounds are left to the workout. EntryError when it cannot be understood.
    """
    typed = text.strip().lower()
    if typed in ("", "now"):
        return now.astimezone(UTC)
    found = _DAY_TIME.fullmatch(typed)
    if found is not None:
        day = now.astimezone(zone).date() - timedelta(days=1 if found[1] == "yesterday" else 0)
        return _at(day, _time_of_day(found[2], found[3], found[4], found[5]), zone)
    try:
        moment = datetime.fromisoformat(typed.upper())
    except ValueError:
        raise EntryError(f"{quoted(text.strip())} is no start; {_START_HINT}.") from None
    if ":" not in typed and "T" not in typed.upper():
        raise EntryError("Add the time, like 2025-12-10 10:00.")
    if moment.tzinfo is None:
        return _at(moment.date(), moment.time(), zone)
    return _in_utc(moment)


def _time_of_day(hour_text: str, minute_text: str, second_text: str | None, half: str | None) -> time:
    hour = int(hour_text)
    if half is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half is not None:
        raise EntryError("With am or pm, hours go from 1 to 12.")
    try:
        return time(hour, int(minute_text), int(second_text or 0))
    except ValueError:
        raise EntryError("A time goes from 0:00 to 23:59.") from None


def _at(day: date, time_of_day: time, zone: tzinfo) -> datetime:
    local = datetime.combine(day, time_of_day, tzinfo=zone)
    moment = _in_utc(local)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise EntryError("The clocks skipped that time on that day; type another.")
    return moment


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise EntryError("That is too far away in time.") from None
