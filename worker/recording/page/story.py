"""What a page tells of a recording, as values. Times are milliseconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.events import WorkerState
from core.live.flow import FlowCounts
from core.live.ledger import LedgerView
from core.metrics.depth_and_flow import FlowRates, Peak
from core.metrics.latency import LatencyRow, Percentiles

MarkKind = Literal["action", "protection", "problem", "recovery", "worker", "wrong"]


@dataclass(frozen=True, slots=True)
class WorkerFrame:
    """`job`: the place of its text in `Story.jobs`; None while it has none."""

    number: int  # in the order in which they came, from 1
    state: WorkerState
    silent: bool
    rate_per_s: float | None
    job: int | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the screens showed at one moment. `deepest`: the longest queue since the frame before."""

    at_ms: int
    waiting: int
    deepest: int
    running: int
    retrying: int
    failed: int
    oldest_age_s: float | None
    rates: FlowRates
    wait: Percentiles | None  # of the last minute
    run: Percentiles | None
    ledger: LedgerView
    flow: FlowCounts
    unlocked: int  # badges, since the recording began
    missed: int  # outcomes that did not reach the recording
    sources: tuple[int, ...]  # accepted since the recording began, by Producer
    connection: str  # a ConnectionState; empty: not known yet
    workers: tuple[WorkerFrame, ...]
    more_workers: int  # that are not in `workers`


@dataclass(frozen=True, slots=True)
class Mark:
    at_ms: int
    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True)
class Unlocked:
    at_ms: int
    athlete: str
    badge: str


@dataclass(frozen=True, slots=True)
class Story:
    """`step_ms`: between two frames; the last one may come sooner. `latency`: rows of `latency_ms` each."""

    began_ms: int
    ended_ms: int
    step_ms: int
    frames: tuple[Frame, ...]
    latency: tuple[LatencyRow, ...]
    latency_ms: int
    workers: tuple[str, ...]  # names, by their numbers
    jobs: tuple[str, ...]
    marks: tuple[Mark, ...]
    more_marks: int  # that were too many to be kept
    badges: tuple[tuple[str, int], ...]  # name, and how many were unlocked; most first
    newest_badges: tuple[Unlocked, ...]  # oldest first
    peak: Peak | None
    wait: Percentiles | None  # of all that was stored
    run: Percentiles | None
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
