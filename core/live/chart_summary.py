"""Summarizes the charts in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

_WORTH_A_WORKER_MS = 250.0
_WAIT_TO_WORK = 3.0
_GROWS_BY = 1.1
_NOTICEABLE_WAITING = 10


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """Input of the sentence; None where nothing is known."""

    online: bool
    waiting: int = 0
    running: int = 0
    consumers: int | None = None
    paused: bool = False  # every worker that could take messages is paused
    in_per_s: float | None = None
    out_per_s: float | None = None
    empty_in_s: float | None = None
    wait_p50_ms: float | None = None
    run_p50_ms: float | None = None


def summarize_charts(facts: ChartFacts) -> str:
    """The most urgent true statement, with what would help."""
    if not facts.online:
        return "Times stop with the connection. Nothing is lost."
    if facts.waiting:
        return _read_standing(facts) or _read_moving(facts)
    if facts.running:
        return "Keeping up."
    if facts.run_p50_ms is None:
        return "p95: 95 of 100 were at least this quick."
    return "Nothing is waiting."


def short_time(seconds: float) -> str:
    """`48 s`, `3 min`, `2 h`: for a sentence."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 5_400:
        return f"{max(1, round(seconds / 60))} min"
    return f"{round(seconds / 3_600)} h"


def _read_standing(facts: ChartFacts) -> str | None:
    waiting = f"{facts.waiting:,} {'is' if facts.waiting == 1 else 'are'} waiting"
    if facts.paused:
        return f"The worker is paused and {waiting}: resume it."
    if facts.consumers == 0 and not facts.running:
        return "No worker is running: start one."
    return None


def _read_moving(facts: ChartFacts) -> str:
    grows = _grows(facts)
    times = _wait_in_runs(facts)
    if times is not None:
        return f"Waiting takes {times:,} times the work: " + (
            "another worker would help." if grows or facts.empty_in_s is None else _shrinking(facts.empty_in_s)
        )
    if grows:
        return f"Backlog grows: {facts.in_per_s:.1f}/s come in, {facts.out_per_s:.1f}/s go out; add a worker."
    if facts.waiting < _NOTICEABLE_WAITING:
        return "Keeping up."
    if facts.empty_in_s is None:
        return f"{facts.waiting:,} are waiting; how long is not known yet."
    return f"{facts.waiting:,} are waiting: the queue is empty in {short_time(facts.empty_in_s)}."


def _shrinking(empty_in_s: float) -> str:
    if empty_in_s > 30:
        return "another worker would help."
    return f"the queue is empty in {short_time(empty_in_s)}."


def _grows(facts: ChartFacts) -> bool:
    if facts.waiting < _NOTICEABLE_WAITING or facts.in_per_s is None or facts.out_per_s is None:
        return False
    return facts.in_per_s > facts.out_per_s * _GROWS_BY


def _wait_in_runs(facts: ChartFacts) -> int | None:
    wait_ms, run_ms = facts.wait_p50_ms, facts.run_p50_ms
    if wait_ms is None or run_ms is None or wait_ms < _WORTH_A_WORKER_MS:
        return None
    times = wait_ms / max(run_ms, 1.0)
    return int(times) if times >= _WAIT_TO_WORK else None
