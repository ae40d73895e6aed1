"""Durations as people type and read them."""

from __future__ import annotations

import re
from decimal import Decimal

from core.errors import EntryError
from core.problems import quoted

MAX_ENTRY_CHARACTERS = 40

_CLOCK = re.compile(r"(\d+)(?::(\d{1,2}))?:(\d{1,2}(?:\.\d+)?)", re.ASCII)
_NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
_PLAIN = re.compile(_NUMBER, re.ASCII)
_SPOKEN = re.compile(
    rf"(?:{_NUMBER}\s*(?:h|hrs?|hours?))?\s*(?:{_NUMBER}\s*(?:m|mins?|minutes?))?\s*(?:{_NUMBER}\s*(?:s|secs?|seconds?))?",
    re.ASCII,
)
_BARE_END = re.compile(r"(h|hrs?|hours?|m|mins?|minutes?)\s*\d+\Z", re.ASCII)
_LAST_HOUR_BEFORE_MM_SS = 9
_MOST_DECIMALS = 20


def parse_duration_min(text: str) -> float:
    """Minutes from `45`, `45m`, `1:05`, `1:05:30`, `1h5`, `1h5m30s`, `90s`, `1.5h`; `.` and `,` are decimal marks.

    Two numbers with a colon are h:mm while the first is 9 or less (`1:05` is 65 minutes, `0:40` is 40), and mm:ss
    from 10 on (`45:00` is 45 minutes). Three are always h:mm:ss. A number after `h` is minutes, after `m` seconds.
    Only the last part may have decimals, and a clock's only where it is seconds. EntryError for anything else.
    """
    typed = text.strip().lower().replace(",", ".")
    if not typed:
        raise EntryError("Type a duration, like 45, 1:05 or 1h5.")
    if len(typed) <= MAX_ENTRY_CHARACTERS:
        if clock := _CLOCK.fullmatch(typed):
            return _clock_min(*clock.groups())
        if plain := _PLAIN.fullmatch(typed):
            return float(plain[1])
        if spoken := _SPOKEN.fullmatch(_with_last_unit(typed)):
            return _spoken_min(*spoken.groups())
    raise EntryError(f"{quoted(text.strip())} is no duration; type 45, 1:05, 1:05:30 or 1h5.")


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


def _clock_min(first: str, middle: str | None, last: str) -> float:
    if Decimal(last) >= 60 or (middle is not None and int(middle) >= 60):
        raise EntryError("After a colon, minutes and seconds go up to 59.")
    if middle is not None:
        return _minutes(Decimal(first), Decimal(middle), Decimal(last))
    if int(first) > _LAST_HOUR_BEFORE_MM_SS:
        return _minutes(Decimal(0), Decimal(first), Decimal(last))
    if "." in last:
        raise EntryError("Hours and minutes with a colon have no decimals; add the seconds, like 1:05:30.")
    return _minutes(Decimal(first), Decimal(last), Decimal(0))


def _with_last_unit(typed: str) -> str:
    """`1h5` as `1h5m`, `5m30` as `5m30s`."""
    bare = _BARE_END.search(typed)
    if bare is None:
        return typed
    return typed + ("m" if bare[1].startswith("h") else "s")


def _spoken_min(hours: str | None, minutes: str | None, seconds: str | None) -> float:
    given = [part for part in (hours, minutes, seconds) if part is not None]
    if any("." in part for part in given[:-1]):
        raise EntryError("Only the last part of a duration may have decimals, like 1.5h or 1h5.5m.")
    return _minutes(Decimal(hours or 0), Decimal(minutes or 0), Decimal(seconds or 0))


def _minutes(hours: Decimal, minutes: Decimal, seconds: Decimal) -> float:
    # In decimals, so that the nearest float comes out whatever the parts are.
    return float((hours * 3600 + minutes * 60 + seconds) / 60)
