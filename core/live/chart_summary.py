"""Summarizes the charts in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

_WORTH_A_WORKER_MS = 250.0
_WAIT_TO_WORK = 3.0
_GROWS_BY = 1.1
_NOTICEABLE_WAITING = 10
_COMING_SHARE = 0.1  # of the rate out; less does not matter to when the queue is empty
_SOON_S = 30.0


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """Input of the sentence; None where nothing is known."""

    online: bool
    waiting: int = 0
    running: int = 0
    consumers: int | None = None
    paused: bool = False  # every worker that could take messages is paused
    in_per_s: float | None = None
    empty_in_s: float | None = None
    pace_per_s: float | None = None  # the rate out that `empty_in_s` is made of
    wait_p50_ms: float | None = None
    run_p50_ms: float | None = None
    known: bool = True  # the queue was read at least once


def summarize_charts(facts: ChartFacts) -> str:
    """The most urgent true statement, with what would help."""
    if not facts.online:
        return "Times stop with the connection. Nothing is lost."
    if not facts.known:
        return "The queue is not read yet: connecting."
    if facts.waiting:
        return _read_standing(facts) or _read_moving(facts)
    if facts.running:
        return "Keeping up."
    if facts.run_p50_ms is None:
        return "p95: 95 of 100 were at least this quick."
    return "Nothing is waiting."


def short_time(seconds: float) -> str:
    """`48 s`, `3 min`, `2 h`: of an estimate, everywhere; `0 s` only if nothing is left."""
    if seconds < 60:
        return f"{round(seconds) or int(seconds > 0)} s"
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
    times = _wait_in_runs(facts)
    if facts.waiting < _NOTICEABLE_WAITING:
        return f"Waiting takes {times:,} times the work: another worker would help." if times else "Keeping up."
    in_per_s, waiting = facts.in_per_s or 0.0, f"{facts.waiting:,} are waiting"
    if facts.pace_per_s is None:
        return f"{waiting}; measuring how fast they are done."
    if in_per_s > facts.pace_per_s * _GROWS_BY:
        return f"Backlog grows: {in_per_s:.1f}/s come in, {facts.pace_per_s:.1f}/s go out; add a worker."
    if facts.empty_in_s is None:
        return f"{waiting}; {in_per_s:.1f}/s come in, {facts.pace_per_s:.1f}/s go out."
    more = ""
    if in_per_s > facts.pace_per_s * _COMING_SHARE:
        more = f", as {in_per_s:.1f}/s come in"
    elif times and facts.empty_in_s > _SOON_S:
        more = "; add a worker"
    return f"{waiting}: empty in {short_time(facts.empty_in_s)}{more}."


def _wait_in_runs(facts: ChartFacts) -> int | None:
    wait_ms, run_ms = facts.wait_p50_ms, facts.run_p50_ms
    if wait_ms is None or run_ms is None or wait_ms < _WORTH_A_WORKER_MS:
        return None
    times = wait_ms / max(run_ms, 1.0)
    return int(times) if times >= _WAIT_TO_WORK else None
