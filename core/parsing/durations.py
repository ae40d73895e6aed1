"""Parses durations as people type them and as exports write them, and formats them."""

from __future__ import annotations

import re
from decimal import ROUND_FLOOR, Decimal

from core.errors import EntryError
from core.parsing.text import normalize_typed
from core.workouts.validation_errors import quoted

WANTED = "Type a duration such as 45 or 1:05:30"
MAX_ENTRY_CHARACTERS = 40

_NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
# English, German, French and Spanish, singular and plural; longer words first.
_HOURS = r"(?:hours?|hrs?|stunden?|stdn?|heures?|horas?|h)"
_MINUTES = r"(?:minutes?|minuten|minutos?|mins?|mn|m|')"
_SECONDS = r"(?:seconds?|secs?|sekunden?|sek|secondes?|segundos?|seg|s|\")"
_BETWEEN = r"(?!\.\d)\.?\s*(?:and|und|et|y)?\s*"  # the dot of an abbreviation, not one before decimals

_CLOCK = re.compile(rf"(\d+)(?::(\d{{1,2}}))?:(\d{{1,2}}(?:\.\d+)?)(?:\s*({_HOURS}|{_MINUTES})\.?)?", re.ASCII)
_PLAIN = re.compile(_NUMBER, re.ASCII)
_SPOKEN = re.compile(
    rf"(?:{_NUMBER}\s*{_HOURS}{_BETWEEN})?(?:{_NUMBER}\s*{_MINUTES}{_BETWEEN})?(?:{_NUMBER}\s*{_SECONDS}\.?)?",
    re.ASCII,
)
_ISO = re.compile(rf"p(?:(\d+)d)?(?:t(?=[\d.])(?:{_NUMBER}h)?(?:{_NUMBER}m)?(?:{_NUMBER}s)?)?", re.ASCII)
_GROUPED = re.compile(rf"([1-9]\d{{0,2}})\.(\d{{3}})(\s*(?:{_MINUTES}|{_SECONDS})?\.?)", re.ASCII)
_BARE_END = re.compile(rf"(?:{_HOURS}|{_MINUTES})\.?\s*\d{{1,2}}\Z", re.ASCII)  # `1'000` is a thousand
_LAST_HOUR_BEFORE_MM_SS = 9
_FIRST_HOUR_TO_ASK = 3
_MOST_DECIMALS = 20
_DAY_MIN = 1440


def parse_duration_min(text: str) -> float:
    """Minutes from `45`, `45m`, `1:05`, `1:05:30`, `1h5`, `1h5m30s`, `90s`, `1.5h`; `.` and `,` are decimal marks.

    Two numbers with a colon are h:mm while the first is 9 or less (`1:05` is 65 minutes, `0:40` is 40), and mm:ss
    from 10 on (`45:00` is 45 minutes); a unit behind them decides (`12:30 h`, `5:30 min`). Three are always h:mm:ss.
    A number of up to two figures after `h` is minutes, after `m` seconds. Exports' own forms too: `45'30"`, `PT1H5M`
    (ISO 8601), `1 Std. 5 Min.`. Only the last part may have decimals, and a clock's only where it is seconds.
    EntryError otherwise.
    """
    typed = _as_typed(text)
    if not typed:
        raise EntryError(f"{WANTED}.")
    if len(typed) <= MAX_ENTRY_CHARACTERS:
        if clock := _CLOCK.fullmatch(typed):
            return _clock_min(*clock.groups())
        if _PLAIN.fullmatch(typed):
            return float(typed)
        if len(typed) > 1 and (iso := _ISO.fullmatch(typed)):
            return _parts_min(*iso.groups())
        if spoken := _SPOKEN.fullmatch(_with_last_unit(typed)):
            return _parts_min(None, *spoken.groups())
    raise EntryError(f"{WANTED}, not {quoted(normalize_typed(text))}.")


def is_ambiguous_clock(text: str) -> bool:
    """Whether `text` is two numbers parsed as hours and minutes (`5:30`) that may as well be minutes and seconds.

    From 3 hours up: few workouts are as long, and many are as short. With a unit it is not ambiguous.
    """
    typed = _as_typed(text)
    clock = _CLOCK.fullmatch(typed) if len(typed) <= MAX_ENTRY_CHARACTERS else None
    if clock is None or clock[2] is not None or clock[4] is not None:
        return False
    return _FIRST_HOUR_TO_ASK <= int(clock[1]) <= _LAST_HOUR_BEFORE_MM_SS


def other_duration_min(text: str) -> float | None:
    """Another meaning than the one `parse_duration_min` returns: 5.5 of `5:30`, 45 of `2,700 s`, 1200 of `1.200`.

    Minutes; None where there is no second meaning, or one of a day or more.
    """
    typed = _as_typed(text)
    if is_ambiguous_clock(typed):
        typed = f"0:{typed}"
    elif grouped := _GROUPED.fullmatch(typed):
        typed = f"{grouped[1]}{grouped[2]}{grouped[3]}"
    else:
        return None
    try:
        minutes = parse_duration_min(typed)
    except EntryError:
        return None
    return minutes if minutes < _DAY_MIN else None


def spoken_duration(duration_min: float) -> str:
    """`5 h 30 min`, `45 min 7.5 s`, `20 s`: cannot be misread. Cut to tenths of a second."""
    # To a microsecond first: a third of a minute is 20 s and not 19.9.
    exact_s = round(Decimal(duration_min) * 60, 6).quantize(Decimal("0.1"), ROUND_FLOOR)
    hours, rest_s = divmod(exact_s, 3600)
    minutes, seconds = divmod(rest_s, 60)
    parts = [f"{hours:.0f} h"] if hours else []
    parts += [f"{minutes:.0f} min"] if minutes else []
    if seconds or not parts:
        parts.append(f"{seconds:.{0 if seconds == int(seconds) else 1}f} s")
    return " ".join(parts)


def format_duration(duration_min: float) -> str:
    """`45:00`, `1:05:30`; under ten minutes `0:05:00`, since `5:00` would be five hours.

    Parses back to exactly the same number of minutes, from a millionth of a minute on.
    """
    exact_s = Decimal(duration_min) * 60
    decimals = 0
    while decimals < _MOST_DECIMALS and float(round(exact_s, decimals) / 60) != duration_min:
        decimals += 1
    hours, rest_s = divmod(round(exact_s, decimals), 3600)
    minutes, seconds = divmod(rest_s, 60)
    seconds_text = f"{seconds:0{decimals + 3 if decimals else 2}.{decimals}f}"
    if hours == 0 and minutes > _LAST_HOUR_BEFORE_MM_SS:
        return f"{minutes:.0f}:{seconds_text}"
    return f"{hours:.0f}:{minutes:02.0f}:{seconds_text}"


def _as_typed(text: str) -> str:
    return normalize_typed(text).lower().replace(",", ".").replace("''", '"')


def _clock_min(first: str, middle: str | None, last: str, unit: str | None) -> float:
    if Decimal(last) >= 60 or (middle is not None and int(middle) >= 60):
        raise EntryError("After a colon, minutes and seconds go up to 59.")
    if middle is not None:
        return _minutes(Decimal(first), Decimal(middle), Decimal(last))
    in_hours = int(first) <= _LAST_HOUR_BEFORE_MM_SS if unit is None else re.match(_HOURS, unit) is not None
    if not in_hours:
        return _minutes(Decimal(0), Decimal(first), Decimal(last))
    if "." in last:
        raise EntryError("Hours and minutes with a colon have no decimals; add the seconds, like 1:05:30.")
    return _minutes(Decimal(first), Decimal(last), Decimal(0))


def _with_last_unit(typed: str) -> str:
    """`1h5` as `1h5m`, `5m30` as `5m30s`."""
    bare = _BARE_END.search(typed)
    if bare is None:
        return typed
    return typed + ("m" if re.match(_HOURS, bare[0]) else "s")


def _parts_min(days: str | None, hours: str | None, minutes: str | None, seconds: str | None) -> float:
    given = [part for part in (hours, minutes, seconds) if part is not None]
    if any("." in part for part in given[:-1]):
        raise EntryError("Only the last part of a duration may have decimals, like 1.5h or 1h5.5m.")
    return _minutes(Decimal(hours or 0) + 24 * int(days or 0), Decimal(minutes or 0), Decimal(seconds or 0))


def _minutes(hours: Decimal, minutes: Decimal, seconds: Decimal) -> float:
    # In decimals, so that the nearest float is returned whatever the parts are.
    return float((hours * 3600 + minutes * 60 + seconds) / 60)
