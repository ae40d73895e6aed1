"""Moments as ISO 8601 text in UTC, as it is stored and exported."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
# Three times are written for each workout; looking the parts up takes half as long as formatting them.
_SIXTY = tuple(f"{number:02}" for number in range(60))
_THOUSAND = tuple(f".{number:03}Z" for number in range(1000))


def utc_text(at_ms: int) -> str:
    """`2025-12-10T10:00:00.000Z`: sorts as the time does."""
    seconds, milliseconds = divmod(at_ms, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{_hour_text(hour)}{_SIXTY[minute]}:{_SIXTY[second]}{_THOUSAND[milliseconds]}"


def utc_seconds_text(at_ms: int) -> str:
    """`2025-12-10T10:00:00Z`, cut."""
    return f"{utc_text(at_ms)[:-5]}Z"


@lru_cache(maxsize=16384)
def _hour_text(hour: int) -> str:
    days, rest = divmod(hour, 24)
    return f"{date.fromordinal(_EPOCH_ORDINAL + days).isoformat()}T{rest:02}:"
