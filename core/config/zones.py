"""Time zones by the names that people and systems use."""

from __future__ import annotations

import re
import struct
from datetime import UTC, timedelta, timezone, tzinfo
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from core.errors import SettingError
from core.workouts.validation_errors import quoted

MAX_NAME_CHARACTERS = 128
# Errors of reading a zone: no such name, no such file, a damaged header, damaged data.
NO_ZONE = (LookupError, OSError, ValueError, struct.error)
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(?:(\d{1,2})(?::([0-5]\d))?|(\d{2})([0-5]\d))", re.ASCII | re.IGNORECASE)
_LEAST, _MOST = timedelta(hours=-12), timedelta(hours=14)  # of any zone in use
_NAME_AND_SUMMER_NAME = re.compile(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)[+-]?[0-9:]+(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)")
# What the C library assumes for a zone that has a summer time and no rule for it.
_RULE_OF_POSIX = ",M3.2.0,M11.1.0"


def named_zone(name: str) -> tzinfo:
    """`Europe/Berlin`, `UTC`, `+02:00`, `UTC+2` or POSIX rules such as `CET-1CEST,M3.5.0,M10.5.0/3`; else SettingError.

    `UTC+2` is east of Greenwich, as people write it. In the variable TZ it is west, as POSIX has it.
    """
    trimmed = name.strip()
    offset = _OFFSET.fullmatch(trimmed)
    zone = _of_offset(offset) if offset is not None else _by_name(trimmed)
    if zone is None or Path(trimmed).is_absolute():
        raise SettingError(f"Type a time zone such as Europe/Berlin or +02:00, not {quoted(name)}.")
    return zone


def zone_of_environment(value: str) -> tzinfo | None:
    """The zone of the variable TZ: a name, a file, POSIX rules; UTC where it is empty. None for anything else."""
    name = value.removeprefix(":")
    if not name:
        return UTC
    return zone_of_file(name) if Path(name).is_absolute() else _by_name(name)


def zone_of_file(path: str) -> tzinfo | None:
    """The rules of a compiled zone file (TZif); None where there is none."""
    try:
        with Path(path).open("rb") as file:
            return ZoneInfo.from_file(file, key=path)
    except NO_ZONE:
        return None


def _of_offset(found: re.Match[str]) -> tzinfo | None:
    hours, minutes = found[2] or found[4], found[3] or found[5] or 0
    length = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if found[1] == "-" else 1)
    return timezone(length) if _LEAST <= length <= _MOST else None


def _by_name(name: str) -> tzinfo | None:
    if not name or len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        return None
    try:
        return ZoneInfo(name)
    except NO_ZONE:
        return _by_rules(name)


def _by_rules(rules: str) -> tzinfo | None:
    """From a POSIX TZ string, which stands at the end of every zone file: the file is built around it (RFC 8536)."""
    if _NAME_AND_SUMMER_NAME.fullmatch(rules):
        rules += _RULE_OF_POSIX
    part = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    try:
        return ZoneInfo.from_file(BytesIO(part + part + b"\n" + rules.encode("ascii") + b"\n"), key=rules)
    except ValueError:
        return None
