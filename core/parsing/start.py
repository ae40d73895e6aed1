"""Parses when a workout began, as people type it, paste it and export it: for form, grid and file alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone, tzinfo

from core.errors import EntryError
from core.parsing.days import read_day
from core.parsing.local_time import local_moment, need_in_range, offsets_at, with_fixed_offset
from core.parsing.text import normalize_typed
from core.workouts.validation_errors import quoted

MAX_START_CHARACTERS = 80
MAX_OFFSET = timedelta(hours=14)  # of any zone in use
_EXAMPLES = "now, 18:24, yesterday 7:30, mon 18:00 or 2025-12-10 10:00"
HINT = f"type {_EXAMPLES}"

_ISO = re.compile(r"\d{4}-?(?:\d\d-?\d\d|w\d\d(?:-?\d)?)(?:t| (?=\d\d:))\d\d.*", re.ASCII)
_ISO_T = re.compile(r"(?<=\d)t(?=\d)", re.ASCII)
_TIME_WITH_DOT = re.compile(r"(?<=\.\d{4}) (\d{1,2})\.(\d{2})\Z", re.ASCII)  # after a date with dots
_TIME = re.compile(
    r"(?<![\w.:,/-])"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?:\s?(?:uhr|h)\b)?"
    r"|(?P<h_hour>\d{1,2})\s?h(?:\s?(?P<h_minute>\d{2}))?(?![\w:])"
    r"|(?P<uhr_hour>\d{1,2})(?:\.(?P<uhr_minute>\d{2}))?(?:\s?uhr\b|(?=\s?[ap]\.?\s?m\b)))"
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?"
    r"(?:\s?(?P<zone>z|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?|utc|gmt)(?:\s\([^()]*\))?)?(?![\w:+-])",
    re.ASCII,
)
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", re.ASCII)
_DECORATION = frozenset({"at", "on", "um", "am", "den", "der", "à", "le", "a", "las", "el", "de", "del", "of", "the"})
_ZONES = ("cet", "mez", "wet", "eet", "bst", "ist", "jst", "est", "cst", "mst", "pst", "aest")
_ZONES_IN_SUMMER = ("cest", "mesz", "west", "eest", "edt", "cdt", "mdt", "pdt", "aedt")
_ZONE_NAMES = frozenset(_ZONES + _ZONES_IN_SUMMER)  # several of them belong to more than one zone
_PUNCTUATION = ",;()[]|·•-'\""


@dataclass(frozen=True, slots=True)
class _Start:
    moment: datetime
    note: str = ""


def parse_start(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """The moment, in the fixed offset that it has in `zone`, or in the one that the text names.

    `now` is aware; empty text, or `now`, is that. A time that clocks show twice is the first of the two, which
    `start_note` mentions. Limits are checked by the workout. EntryError where it cannot be parsed, could be two dates,
    or is a time that the clocks skipped.
    """
    return _read(text, now, zone).moment


def start_note(text: str, *, now: datetime, zone: tzinfo) -> str:
    """A note about a start before it is sent; empty where it is unambiguous, and where it is refused."""
    try:
        return _read(text, now, zone).note
    except EntryError:
        return ""


def format_start(moment: datetime, *, zone: tzinfo) -> str:
    """`2025-12-10 10:00:00`, followed by ` -08:00` where `zone` would give it another offset.

    parse_start returns the same second in the same offset.
    """
    wall = moment.replace(tzinfo=None, microsecond=0)
    first, second = offsets_at(wall, zone)
    if first == moment.utcoffset() and second <= first:
        return f"{wall}"
    return f"{wall} {_offset_text(moment)}"


def _offset_text(moment: datetime) -> str:
    """`+01:00`."""
    return moment.isoformat()[len(moment.replace(tzinfo=None).isoformat()) :]


def _read(text: str, now: datetime, zone: tzinfo) -> _Start:
    typed = normalize_typed(text)
    if typed.lower() in ("", "now"):
        return _Start(with_fixed_offset(now, zone))
    if len(typed) > MAX_START_CHARACTERS:
        raise EntryError(f"A start has at most {MAX_START_CHARACTERS} characters; {HINT}.")
    iso = _iso(typed.lower())
    if iso is None:
        return _read_words(typed, now, zone)
    offset = iso.utcoffset()
    return _in_zone(iso, zone) if offset is None else _in_offset(iso, offset)


def _iso(typed: str) -> datetime | None:
    if not _ISO.fullmatch(typed):
        return None
    try:
        return datetime.fromisoformat(typed.upper())
    except ValueError:
        return None


def _read_words(typed: str, now: datetime, zone: tzinfo) -> _Start:
    spaced = _TIME_WITH_DOT.sub(r" \1:\2", _ISO_T.sub(" ", typed.lower()))
    there = with_fixed_offset(now, zone).replace(tzinfo=None)
    times = list(_TIME.finditer(spaced))
    if len(times) > 1:
        raise EntryError(f"{quoted(typed)} has more than one time; {HINT}.")
    found = times[0] if times else None
    at = time() if found is None else _time_of_day(found)
    words = _words(spaced if found is None else f"{spaced[: found.start()]} {spaced[found.end() :]}")
    day = read_day(words, now=there, at=at) if words or found else None
    if day is None:
        raise EntryError(_not_understood(typed, words))
    if found is None:
        raise EntryError(f"Add the time, like {' '.join(words)} 18:30.")
    wall = datetime.combine(day, at)
    if found["zone"] is None:
        return _in_zone(wall, zone)
    if not words:  # `10:00-11:00` is a span of time rather than a time zone
        raise EntryError("Give the date with a time zone, like 2025-12-10 10:00 +02:00.")
    return _in_offset(wall, _offset(found["zone"]))


def _not_understood(typed: str, words: Sequence[str]) -> str:
    for word in words:
        if word in _ZONE_NAMES:
            return f"Write {word.upper()} as its offset, like 2025-12-10 10:00 +02:00."
    return f"Type a start such as {_EXAMPLES}, not {quoted(typed)}."


def _words(text: str) -> Sequence[str]:
    stripped = (word.strip(_PUNCTUATION) for word in text.replace(",", " ").split())
    return [word for word in stripped if word and word not in _DECORATION]


def _time_of_day(found: re.Match[str]) -> time:
    hour, minute = (int(found[name] or found[f"h_{name}"] or found[f"uhr_{name}"] or 0) for name in ("hour", "minute"))
    half = found["half"]
    if half is not None and not 1 <= hour <= 12:
        raise EntryError("With am or pm, hours go from 1 to 12.")
    if half is not None:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, int(found["second"] or 0), int((found["fraction"] or "0").ljust(6, "0")[:6]))
    except ValueError:
        raise EntryError("A time goes from 0:00 to 23:59.") from None


def _in_zone(wall: datetime, zone: tzinfo) -> _Start:
    local = local_moment(wall, zone)
    if not local.repeated:
        return _Start(local.moment)
    again = wall.replace(tzinfo=timezone(offsets_at(wall, zone)[1]))
    second = f"{wall.isoformat(' ', 'seconds' if wall.second else 'minutes')} {_offset_text(again)}"
    note = f"{wall:%H:%M} comes twice that day; the first one is taken. For the second, type {second}."
    return _Start(local.moment, note)


def _in_offset(wall: datetime, offset: timedelta) -> _Start:
    if abs(offset) > MAX_OFFSET:
        raise EntryError("A time zone is from -14:00 to +14:00.")
    moment = wall.replace(tzinfo=timezone(offset))
    need_in_range(moment)
    return _Start(moment)


def _offset(text: str) -> timedelta:
    found = _OFFSET.fullmatch(text)
    if found is None:  # `z`, `utc`
        return timedelta()
    return timedelta(hours=int(found[2]), minutes=int(found[3] or 0)) * (-1 if found[1] == "-" else 1)
