"""What a console tells a worker process on its standard input: one JSON object a line."""

from __future__ import annotations

from enum import Enum

from pydantic import BaseModel, ConfigDict, Field

from core.config.settings import MAX_PREFETCH, MAX_URL, MAX_WORKER_NAME, parse_work_span
from worker.consumer.simulated_work import Simulation
from worker.demo.lines import MAX_LINE_BYTES, MAX_PATH, Lines, line_of, read_line
from worker.demo.protections import Protections


class WorkerAct(Enum):
    """The imperatives of a worker without an argument."""

    PAUSE = "pause"
    RESUME = "resume"
    DRAIN = "drain"
    RETRY = "retry"
    STOP = "stop"
    STOP_NOW = "stop now"


class WorkerPlace(BaseModel):
    """Where a worker works. On standard input since an address may hold a password, and arguments are for all to read.

    `problem`: why the address of the broker is not to be used. `log_folder`: empty for no log.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=MAX_WORKER_NAME)
    broker_url: str = Field(max_length=MAX_URL)
    database_url: str = Field(max_length=MAX_URL)
    problem: str = Field(default="", max_length=MAX_PATH)
    log_folder: str = Field(default="", max_length=MAX_PATH)


class WorkerRequest(BaseModel):
    """One line; what is None stays as it is. The first one has a place. `work`: `MIN:MAX`, empty for none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: WorkerPlace | None = None
    prefetch: int | None = Field(default=None, ge=1, le=MAX_PREFETCH)
    work: str | None = Field(default=None, max_length=64)
    protections: Protections | None = None
    act: WorkerAct | None = None

    @property
    def line(self) -> bytes:
        return line_of(self)


def read_request(lines: Lines) -> WorkerRequest | None:
    """The next one; None at the end of the input. SettingError for a line that is none."""
    return read_line(lines, WorkerRequest, MAX_LINE_BYTES, "request to a worker")


def simulation_of(work: str) -> Simulation | None:
    """SettingError for a span that is none."""
    return Simulation(parse_work_span(work)) if work else None


def work_of(simulation: Simulation | None) -> str:
    return "" if simulation is None else simulation.span.text()
