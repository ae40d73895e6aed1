"""Mistakes that many messages share: what a wrong value was meant to be, and the corrected body. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

import orjson

from core.broker.ports import HeaderValue
from core.broker.topology import HEADER_SUBMITTED_AT
from core.codec.field_names import is_in_our_unit, other_names
from core.codec.json_reader import parse_object
from core.failures.models import FailedFilter, FailedRow
from core.workouts.sports import default_catalogue

METRES_IN_KM = 1_000.0
DAY_MIN = 1_440.0
WIDEST_BAND_KMH = (0.5, 60.0)
LATEST_MS = 4_000_000_000_000
RENAME = "name"  # instead of a field: names of members are changed, not a value

Value = float | str


class CommonMistake(Enum):
    """The value is the body field that is wrong, or RENAME where it may be any."""

    METRES = "distance"  # metres instead of kilometres
    SECONDS = "duration"  # seconds instead of minutes
    LATE_START = "timestamp"  # later than the message was sent: replaced by the time of sending
    MISNAMED = RENAME  # a known field under another spelling


class SkipReason(Enum):
    """Why no correction is proposed for a message."""

    OTHER = "other"  # it fails for another reason
    UNLIKELY = "unlikely"  # that field is wrong, but not by this mistake
    STILL_WRONG = "still wrong"  # it would fail again, for another field


@dataclass(frozen=True, slots=True)
class FieldCorrection:
    """A new value for one body field of a failed message; with the field RENAME, our names for its members.

    `retries`: as it was when the person looked.
    """

    key: str
    retries: int
    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class ProposedCorrection:
    """A correction that makes its message valid. `old` is the value in the body."""

    row: FailedRow
    old: Value
    change: FieldCorrection


@dataclass(frozen=True, slots=True)
class BulkFixProposal:
    """Proposals for one mistake, from the newest `looked_at` of the list's `total` messages."""

    mistake: CommonMistake
    wanted: FailedFilter
    total: int
    looked_at: int
    proposals: tuple[ProposedCorrection, ...]  # newest first
    left_out: Mapping[SkipReason, tuple[FailedRow, ...]]

    @property
    def changes(self) -> tuple[FieldCorrection, ...]:
        return tuple(proposal.change for proposal in self.proposals)


def metres_as_km(distance_km: float, duration_min: float | None, sport_name: str) -> float | None:
    """Kilometres for a distance given in metres; None where that makes no plausible speed, or without a duration, where
    it may be kilometres."""
    km = distance_km / METRES_IN_KM
    if not duration_min:
        return km if distance_km > default_catalogue().limits(sport_name).distance_km else None
    sport = default_catalogue().find(sport_name)
    least, most = WIDEST_BAND_KMH if sport is None or sport.band_kmh is None else sport.band_kmh
    return km if least * 0.5 <= km / (duration_min / 60) <= most * 1.5 else None


def seconds_as_minutes(duration_min: float) -> float | None:
    """Minutes for a duration given in seconds; None where it is no such number."""
    return duration_min / 60 if DAY_MIN <= duration_min < DAY_MIN * 60 else None


def submitted_at(headers: Mapping[str, HeaderValue]) -> datetime | None:
    """In UTC; None where the message does not have it."""
    at_ms = headers.get(HEADER_SUBMITTED_AT)
    if not isinstance(at_ms, int) or isinstance(at_ms, bool) or not 0 < at_ms < LATEST_MS:
        return None
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def changed_body(body: bytes, field: str, value: Value) -> bytes:
    """As the FieldCorrection says. KeyError where there is nothing to change."""
    return with_our_names(body) if field == RENAME else replace_field(body, field, value)


def renames(body: bytes) -> Mapping[str, str]:
    """Misspelled name -> our name; empty without any. For a body that `parse_object` accepts."""
    names = other_names(parse_object(body)[0])
    return {name: field for field, name in names.items() if is_in_our_unit(name)}


def with_our_names(body: bytes) -> bytes:
    """The body with our names for misspelled members; every other byte stays. KeyError where none is misspelled.

    Where our name is present already with null, that member gets the misspelled name.
    """
    names = renames(body)
    swapped = {**names, **{field: name for name, field in names.items()}}
    return _edited(body, {name: orjson.dumps(new).decode() for name, new in swapped.items()}, {})


def replace_field(body: bytes, name: str, value: Value) -> bytes:
    """A body with another value of one of its members; every other byte stays as it is.

    For a body that `parse_object` accepts. KeyError where it has no such member.
    """
    return _edited(body, {}, {name: orjson.dumps(value).decode()})


def _edited(body: bytes, new_names: Mapping[str, str], new_values: Mapping[str, str]) -> bytes:
    """Both map the name of a member to JSON text. KeyError where there is no such member."""
    text = body.decode()
    parts: list[str] = []
    kept = 0  # up to here, the text is in `parts`
    at = text.index("{") + 1
    while text[at := _skip(text, at)] != "}":
        begin = at
        member, end = _DECODER.raw_decode(text, begin)
        value_at = _skip(text, _skip(text, end) + 1)  # after the colon
        _, value_end = _DECODER.raw_decode(text, value_at)
        for first, last, new in ((begin, end, new_names.get(member)), (value_at, value_end, new_values.get(member))):
            if new is not None:
                parts += (text[kept:first], new)
                kept = last
        at = _skip(text, value_end)
        at += text[at] == ","
    if not parts:
        raise KeyError(*new_names, *new_values)
    return "".join((*parts, text[kept:])).encode()


# Numbers stay texts: they are skipped, and Python refuses to read some of them.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)
_SPACE = re.compile(r"[ \t\r\n]*")


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()
