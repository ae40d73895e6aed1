"""What a console and the process of its sample load tell each other: one JSON object a line."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from core.workouts.model import Workout
from worker.demo.lines import MAX_LINE_BYTES, MAX_PATH, Lines, read_line
from worker.demo.producers.load import MOST_AT_ONCE, MOST_BURST, Pattern
from worker.demo.producers.spoiled import MOST_SHARE

MOST_REQUESTED_PER_S = 100_000.0
MOST_REPORT_BYTES = 4_000_000  # MOST_AT_ONCE whole workouts are less
MOST_WHOLE = 10  # of a report, whose workouts have a receipt each


class LoadRequest(BaseModel):
    """To the process; what is None stays as it is. The first one has an outbox file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outbox_file: str | None = Field(default=None, min_length=1, max_length=MAX_PATH)
    rate_per_s: float | None = Field(default=None, ge=0, le=MOST_REQUESTED_PER_S)
    share: float | None = Field(default=None, ge=0, le=MOST_SHARE)
    pattern: Pattern | None = None
    paused: bool | None = None
    burst: int | None = Field(default=None, ge=0, le=MOST_BURST)
    is_kept: bool | None = None  # in the outbox; else the console is given it
    is_full: bool | None = None  # the outbox may not grow, as on a full disk


class LoadReport(BaseModel):
    """To the console: what became of some workouts, at `at_ms`.

    Accepted, by the outbox of that name: `whole`, and `brief`, each its id and title. Not accepted, as they are to go
    past the outbox: `spoiled` and `unkept`. `problem`: why none can be accepted just now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_ms: int
    outbox: str = ""
    whole: tuple[Workout, ...] = Field(default=(), max_length=MOST_AT_ONCE)
    brief: tuple[tuple[str, str], ...] = Field(default=(), max_length=MOST_AT_ONCE)
    spoiled: tuple[Workout, ...] = Field(default=(), max_length=MOST_AT_ONCE)
    unkept: tuple[Workout, ...] = Field(default=(), max_length=MOST_AT_ONCE)
    problem: str = ""


def title_of(workout: Workout) -> str:
    return f"{workout.athlete}, {workout.sport}"


def read_load_request(lines: Lines) -> LoadRequest | None:
    """None at the end of the input. SettingError for a line that is none."""
    return read_line(lines, LoadRequest, MAX_LINE_BYTES, "request to a load")


def read_load_report(lines: Lines) -> LoadReport | None:
    """As `read_load_request`."""
    return read_line(lines, LoadReport, MOST_REPORT_BYTES, "report of a load")
