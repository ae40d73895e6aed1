"""A demonstration in full flow: workers that work, one that failed, some that wait, as events of 40 seconds."""

from __future__ import annotations

from collections.abc import Sequence

from core.events import (
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    CurrentJob,
    DepthSampled,
    EarnedBadge,
    Event,
    LedgerSnapshot,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)

T0 = 1_700_000_000_000
SECONDS = 40
MOST_IN_BATCH = 50
PRODUCERS = {"Form": 12, "File": 98, "HTTP": 500, "Load": 0, "Direct": 3, "Others": 4}
JOBS = (("Nina Novak", "Rowing", 30.0), ("Kofi Mensah", "Running", 45.0), ("Léa Moreau", "Cross-country skiing", 90.0))


class Clock:
    def __init__(self) -> None:
        self.ms = T0

    def __call__(self) -> int:
        return self.ms


def worker_names(number: int) -> list[str]:
    return [f"here-7-{place}" for place in range(number)]


def outcome(number: int, kind: OutcomeKind = OutcomeKind.STORED) -> WorkoutOutcome:
    badges = (EarnedBadge("5k", "5K Runner"),) if number % 7 == 0 and kind is OutcomeKind.STORED else ()
    cause = "database" if kind is OutcomeKind.RETRYING else ""
    return WorkoutOutcome(
        f"w{number}", JOBS[number % 3][0], "Running", kind, 100.0, 1_000.0, badges=badges, cause=cause
    )


def flow_events(second: int, workers: Sequence[str], times: int = 1) -> list[Event]:
    """What happens in this second of the forty; `times`: as many workouts, though no batch is that large."""
    at_ms, number, batch = T0 + second * 1_000, len(workers), min(times, MOST_IN_BATCH)
    events: list[Event] = []
    if second == 0:
        events.append(ConnectionChanged(at_ms, ConnectionState.ONLINE, "Embedded queue", "this computer"))
    for place, name in enumerate(workers):
        job = CurrentJob(f"job-{second // 2}-{place}", *JOBS[(second // 2 + place) % 3])
        if second % 5 == 0:
            info = WorkerInfo("here", 7 + place, "0.1.0", 1, second * batch, batch, job)
            events.append(WorkerHeartbeat(at_ms, name, WorkerState.RUNNING, "", info))
        if (second + place) % 2 == 0:
            kind = {10: OutcomeKind.RETRYING, 20: OutcomeKind.FAILED}.get(second, OutcomeKind.STORED)
            done = tuple(outcome(second + each, kind) for each in range(batch))
            events += [BatchProcessed(at_ms, name, done), PickedUp(at_ms, name, ("job",) * batch, job)]
    events.append(Confirmed(at_ms, ("new",) * 2 * batch))
    stored = (532 + second) * times
    waiting = (72 - second) * times
    accepted = stored + 3 * times + waiting + 1 + number * times
    events.append(LedgerSnapshot(at_ms, accepted, 0, stored, stored, 3 * times, 3 * times, 5))
    events.append(DepthSampled(at_ms, waiting, number * times, number, 3, 1, 28.0))
    return events
