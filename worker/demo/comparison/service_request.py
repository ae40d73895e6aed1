"""What the process of a comparison tells each of its two service processes, and what it hears, a line of JSON each."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from core.config.settings import WorkSpan, parse_work_span
from worker.demo.comparison.plan import MOST_THREADS, MOST_WORKOUTS
from worker.demo.lines import MAX_PATH, Lines, line_of, parse_line

MAX_LINE_BYTES = 262_144  # with the ids of all workouts
MAX_PORT, MAX_ID, MAX_SPAN = 65_535, 64, 64
MOST_BEGUN_S = 3_600.0
BEGIN = b"begin\n"

_PROBLEM = "A service of the comparison said something that was not understood"


class ServiceSide(Enum):
    INLINE = "inline"
    QUEUED = "queued"


class ServiceRequest(BaseModel):
    """The first line. `port`: 0 for any. `failing`: ids. `begun_s`: how long ago it began; None: BEGIN follows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    side: ServiceSide
    folder: str = Field(min_length=1, max_length=MAX_PATH)
    threads: int = Field(ge=1, le=MOST_THREADS)
    work: str = Field(max_length=MAX_SPAN)
    seed: int = Field(ge=0, le=2**32 - 1)
    failing: tuple[str, ...] = Field(max_length=MOST_WORKOUTS)
    outage: str | None = Field(default=None, max_length=MAX_SPAN)
    port: int = Field(default=0, ge=0, le=MAX_PORT)
    begun_s: FiniteFloat | None = Field(default=None, ge=0, le=MOST_BEGUN_S)

    @property
    def line(self) -> bytes:
        return line_of(self)

    @property
    def place(self) -> Path:
        return Path(self.folder)

    @property
    def work_span(self) -> WorkSpan:
        """SettingError for a text that is none."""
        return parse_work_span(self.work)

    @property
    def outage_span(self) -> WorkSpan | None:
        """SettingError for a text that is none."""
        return None if self.outage is None else parse_work_span(self.outage)


class ServiceNews(BaseModel):
    """A line of the service: it listens on this port, or the processing of this workout failed once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: int | None = Field(default=None, ge=1, le=MAX_PORT)
    failed: str | None = Field(default=None, max_length=MAX_ID)

    @property
    def line(self) -> bytes:
        return line_of(self)


def read_service_request(lines: Lines) -> ServiceRequest:
    """SettingError for a line that is none, and for an input that has ended."""
    return parse_line(lines.readline(MAX_LINE_BYTES), ServiceRequest, _PROBLEM)


def read_service_news(line: bytes) -> ServiceNews:
    """SettingError for a line that is none."""
    return parse_line(line, ServiceNews, _PROBLEM)
