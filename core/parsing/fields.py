"""Parses and formats the values of form fields. No Qt."""

from __future__ import annotations

import re
from decimal import Decimal

from core.errors import EntryError
from core.parsing.durations import MAX_ENTRY_CHARACTERS
from core.parsing.text import folded, normalize_typed
from core.parsing.thousands import DISTANCE, Thousands, TwoReadings, two_readings
from core.parsing.units import from_km, to_kg, to_km
from core.workouts.sports import PaceStyle
from core.workouts.validation_errors import quoted

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
_IN_THOUSANDS = ("m", "yd")
_LAPS = re.compile(r"(\d{1,5})\s*[xX×*]\s*(.*)", re.ASCII)
_WEIGHT_UNITS = {
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm", "kilogrammes"), "kg"),
    **dict.fromkeys(("kilogramme", "kilogramo", "kilogramos"), "kg"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "lb"),
}


def parse_number(text: str, thousands: Thousands | None = None) -> float:
    """One number; a single `.` or `,` is the decimal mark, so `1,234` is 1.234. EntryError for anything else.

    With `thousands`, for an amount that comes in thousands, it is 1234, see `core.parsing.thousands`.

    Digits, marks and spaces of other scripts and widths count as the ASCII ones, see `normalize_typed`. Thousands
    separators are refused, since they cannot be distinguished from decimal marks. Zero has no sign.
    """
    typed = normalize_typed(text)
    if thousands is not None and (two := two_readings(typed, thousands)) is not None:
        typed = two.read
    if len(typed) <= MAX_ENTRY_CHARACTERS:
        if _NUMBER.fullmatch(typed):
            return float(typed.replace(",", ".")) + 0.0  # -0.0 + 0.0 is 0.0
        if _LOOKS_GROUPED.fullmatch(typed):
            raise EntryError("Write the number without marks or spaces between thousands, like 1234.5.")
    raise EntryError(f"Type a number such as 5.2, not {quoted(typed)}." if typed else "Type a number.")


def parse_distance_km(text: str, unit: str = "km", *, decimals_only: bool = False) -> float:
    """km from `5.2`, `5,2km`, `3.1 mi`, `400m`, `1500 yd`; without a unit of its own the number is in `unit`.

    `10,000 m` and `1.500 yd` are thousands, `10.125 km` is not; with `decimals_only` none is, for a caller that knows
    the decimal mark of a table. `40x25 m` is forty lengths of a pool of 25 m.
    """
    if (laps := _LAPS.fullmatch(normalize_typed(text))) is not None:
        return _laps_km(int(laps[1]), laps[2], unit, decimals_only=decimals_only)
    number, own_unit = _split_unit(text, _DISTANCE_UNITS, "km, mi, m or yd")
    unit = own_unit or unit
    return to_km(parse_number(number, DISTANCE if unit in _IN_THOUSANDS and not decimals_only else None), unit)


def has_laps(text: str) -> bool:
    """Whether it is typed as laps and the length of one."""
    return _LAPS.fullmatch(normalize_typed(text)) is not None


def _laps_km(laps: int, length: str, unit: str, *, decimals_only: bool) -> float:
    """Exact: three lengths of 33.3 m are 99.9 m."""
    if not length or _LAPS.fullmatch(length):
        raise EntryError(f"Type laps x the length of one, such as {laps}x25.")
    length_km = parse_distance_km(length, unit, decimals_only=decimals_only)
    return float(Decimal(repr(length_km)) * laps)


def distance_readings(text: str, unit: str) -> TwoReadings | None:
    """`10000 m` and `10 m` of `10,000 m`: what was parsed, and what may be meant. None where there is one meaning."""
    try:
        number, own_unit = _split_unit(text, _DISTANCE_UNITS, "km, mi, m or yd")
    except EntryError:
        return None
    unit = own_unit or unit
    two = two_readings(number, DISTANCE) if unit in _IN_THOUSANDS else None
    return None if two is None else TwoReadings(f"{two.read} {unit}", f"{two.other} {unit}")


def distance_unit(word: str) -> str:
    """`m` of `Metros`; a word that is no unit of distance is only folded."""
    return _DISTANCE_UNITS.get(folded(word), folded(word))


def parse_weight_kg(text: str, unit: str = "kg") -> float:
    """kg from `70.5`, `70,5 kg`, `155 lb`; without a unit of its own the number is in `unit`."""
    number, own_unit = _split_unit(text, _WEIGHT_UNITS, "kg or lb")
    return to_kg(parse_number(number), own_unit or unit)


def weight_unit(word: str) -> str:
    """`lb` of `pounds`; EntryError for a word that is no unit of weight."""
    unit = _WEIGHT_UNITS.get(folded(word))
    if unit is None:
        raise EntryError(f"Use kg or lb as the unit, not {quoted(word)}.")
    return unit


def _split_unit(text: str, units: dict[str, str], choices: str) -> tuple[str, str | None]:
    """The number, as text, and its unit."""
    typed = normalize_typed(text)
    found = _WITH_UNIT.fullmatch(typed)
    if found is None:
        return typed, None
    parse_number(found[1])  # refuse what is no number first
    unit = units.get(folded(found[2]))
    if unit is None:
        raise EntryError(f"Use {choices} as the unit, not {quoted(found[2])}.")
    return found[1], unit


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
