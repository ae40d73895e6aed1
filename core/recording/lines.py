"""A recording as lines of JSON: a header, then a record a line, then the end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args

import orjson
from pydantic import TypeAdapter, ValidationError

from core.errors import PacelineError
from core.events import Event
from core.recording.records import Record, RecordedAccount, RecordedBatch, RecordedNote, RecordingHeader

FORMAT, VERSION = "paceline-recording", 1
MAX_LINE_BYTES = 16 * 1024 * 1024
MAX_TEXT = 4_096  # characters
MAX_NUMBER = 4_102_444_800_000  # as milliseconds: the year 2100
_TIME = re.compile(rb'"(?:at|end|began)_ms":(\d{1,13})\b')
_TIME_WITHIN = 200  # bytes: it stands first
_DEEPEST = 8  # lists and objects within each other

_EVENTS = {kind.__name__: kind for kind in get_args(Event)}
_READERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in _EVENTS.items()}
_HEADER = TypeAdapter(RecordingHeader)
_ACCOUNT, _NOTE = TypeAdapter(RecordedAccount), TypeAdapter(RecordedNote)


class RecordingError(PacelineError):
    """A file that is no recording, or cannot be read."""


def header_line(header: RecordingHeader) -> bytes:
    return orjson.dumps({"format": FORMAT, "version": VERSION, "header": header}) + b"\n"


def record_line(record: Record) -> bytes:
    if isinstance(record, RecordedBatch):
        row: Mapping[str, object] = {
            "at_ms": record.at_ms,
            "events": [[type(event).__name__, event] for event in record.events],
        }
    elif isinstance(record, RecordedAccount):
        row = {"account": record}
    else:
        row = {"note": record}
    try:
        return orjson.dumps(row) + b"\n"
    except TypeError:
        # A lone surrogate in outside text; it is for display, so a question mark will do.
        return orjson.dumps(_scrubbed(row)) + b"\n"


def _scrubbed(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _scrubbed(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _scrubbed(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrubbed(each) for each in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def end_line(at_ms: int, dropped: int) -> bytes:
    """`dropped`: events that there was no time to write."""
    return orjson.dumps({"end_ms": at_ms, "dropped": dropped}) + b"\n"


def read_header(line: bytes) -> RecordingHeader:
    """RecordingError for another format, and for a version that this program does not know."""
    try:
        found = orjson.loads(line)
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise RecordingError("It is not a recording of Paceline.")
        if found.get("version") != VERSION:
            raise RecordingError("It was made by a newer version of Paceline.")
        _check(found)
        return _HEADER.validate_python(found.get("header"))
    except (ValueError, ValidationError):
        raise RecordingError("It is not a recording of Paceline.") from None


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line after the first one. `record`: None for the end, and for a line that could not be read."""

    record: Record | None = None
    end_ms: int | None = None  # of the last line
    dropped: int = 0
    skipped: int = 0  # events of this line that could not be read


def time_in(line: bytes) -> int | None:
    """Of a record or of the end, without reading the line; None for another one."""
    found = _TIME.search(line, 0, _TIME_WITHIN)
    return None if found is None else min(int(found[1]), MAX_NUMBER)


def read_line(line: bytes) -> ReadLine:
    """Never raises: what cannot be read is skipped and counted."""
    try:
        row = orjson.loads(line)
        _check(row)
        if "events" in row:
            return _read_batch(row)
        if "account" in row:
            return ReadLine(_ACCOUNT.validate_python(row["account"]))
        if "note" in row:
            return ReadLine(_NOTE.validate_python(row["note"]))
        return ReadLine(end_ms=_whole(row["end_ms"]), dropped=_whole(row["dropped"]))
    except (ValueError, TypeError, KeyError, ValidationError):
        return ReadLine(skipped=1)


def _read_batch(row: Mapping[str, Any]) -> ReadLine:
    events: list[Event] = []
    skipped = 0
    for name, values in row["events"]:
        reader = _READERS.get(name)
        try:
            if reader is None:
                raise ValueError(name)
            events.append(reader.validate_python(values))
        except (ValueError, ValidationError):
            skipped += 1
    return ReadLine(RecordedBatch(_whole(row["at_ms"]), tuple(events)), skipped=skipped)


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a count or a time")
    return value


def _check(value: object, depth: int = 0) -> None:
    """ValueError for what no program writes: numbers and texts that are too large, and too much within each other."""
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise ValueError("a text is too long")
    elif isinstance(value, (int, float)):
        if abs(value) > MAX_NUMBER:
            raise ValueError("a number is out of range")
    elif isinstance(value, (list, dict)):
        if depth >= _DEEPEST:
            raise ValueError("too deep")
        parts: Sequence[object] = value if isinstance(value, list) else list(value.values())
        for each in parts:
            _check(each, depth + 1)
