"""What a console and its processes tell each other on their standard streams: one JSON object a line."""

from __future__ import annotations

from typing import Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import SettingError
from core.workouts.validation_errors import quoted

MAX_LINE_BYTES = 16_384  # of a request
MAX_PATH = 4_096

LineT = TypeVar("LineT", bound=BaseModel)


class Lines(Protocol):
    """The part of a binary file that `read_line` uses."""

    def readline(self, size: int, /) -> bytes: ...


def line_of(value: BaseModel) -> bytes:
    return value.model_dump_json(exclude_none=True).encode() + b"\n"


def read_line(lines: Lines, kind: type[LineT], most_bytes: int, what: str) -> LineT | None:
    """The next one; None at the end of the input. SettingError for a line that is none; `what` names it there."""
    line = lines.readline(most_bytes)
    if not line.endswith(b"\n"):
        return None  # the writer has ended, perhaps within a line
    return parse_line(line, kind, f"This is no {what}")


def parse_line(line: bytes, kind: type[LineT], problem: str) -> LineT:
    """SettingError for a line that is none: the `problem`, with a piece of the line."""
    try:
        return kind.model_validate_json(line)
    except ValidationError:
        text = quoted(line[:MAX_PATH].decode(errors="replace"))
        raise SettingError(f"{problem}: {text}.") from None
