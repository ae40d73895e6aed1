"""A fleet as a console may see it: five minutes of work, one worker of this console, one elsewhere, one gone silent."""

from __future__ import annotations

from core.events import (
    Accepted,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    CurrentJob,
    DepthSampled,
    EarnedBadge,
    Event,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.live.console_state import ConsoleState
from core.store.models import StoredDetails, WeekChange

T0 = 1_700_000_000_000
OWN, ELSEWHERE, GONE = "here-7-1", "track-pc-4182", "old-laptop-977"
BEN = "7f3a20d4-c91e-4000-8000-000000000001"
SPORTS = ("Running", "Cycling", "Swimming", "Running")
PEOPLE = ("Priya Nair", "Jonas Weber", "Mia Chen", "Léa Moreau", "Cy Tan")
STORY = StoredDetails(
    BEN,
    "Ben Okafor",
    "Running",
    45.0,
    5.2,
    382.5,
    True,
    1,
    T0 + 299_000,
    T0 + 299_439,
    T0 + 299_527,
    OWN,
    (EarnedBadge("5k-runner", "5K Runner"),),
    WeekChange(2025, 50, 23.2, 28.4, 1_912.0, 2_294.5, 14, 11),
)


class Clock:
    def __init__(self) -> None:
        self.ms = T0

    def __call__(self) -> int:
        return self.ms


def outcome(number: int, kind: OutcomeKind = OutcomeKind.STORED, workout_id: str = "") -> WorkoutOutcome:
    failed = kind is OutcomeKind.FAILED
    return WorkoutOutcome(
        workout_id or f"00000000-0000-4000-8000-{number:012d}",
        PEOPLE[number % 5],
        SPORTS[number % 4],
        kind,
        200.0 + 37 * (number % 23),
        40.0 + 9 * (number % 31),
        badges=(EarnedBadge("h", "Hour of Power"),) if number % 7 == 0 and not failed else (),
        reason="distance: 120 km is over 100 km for a swim" if failed else "",
        duration_min=30.0 + number % 60,
        distance_km=None if number % 5 == 4 else 3.0 + number % 40,
    )


def fleet_events(second: int) -> list[Event]:
    """What is told in this second of the five minutes; all at `T0 + second`."""
    at_ms = T0 + second * 1_000
    events: list[Event] = [DepthSampled(at_ms, 20 + second % 9, 3, 3, 0, 0, 1.0 + (second % 40) / 10)]
    if second == 0:
        events.insert(0, ConnectionChanged(at_ms, ConnectionState.ONLINE, "RabbitMQ", "localhost:5672"))
    for number, (name, host, pid) in enumerate(
        ((OWN, "here", 7), (ELSEWHERE, "track-pc", 4182), (GONE, "old-laptop", 977))
    ):
        if name == GONE and second > 226:
            continue
        job = CurrentJob("j", PEOPLE[(second + number) % 5], SPORTS[(second + number) % 4], 45.0)
        if second % 5 == 0:
            card = WorkerInfo(host, pid, "0.1.0", (4, 8, 8)[number], second * 10, 1, job)
            events.append(WorkerHeartbeat(at_ms, name, WorkerState.RUNNING, "", card))
        kinds = [OutcomeKind.FAILED if second % 97 == 40 and place == 0 else OutcomeKind.STORED for place in range(10)]
        done = tuple(outcome(second * 30 + number * 10 + place, kind) for place, kind in enumerate(kinds))
        events += [BatchProcessed(at_ms, name, done), PickedUp(at_ms, name, ("j",), job)]
    return events


def bens_events() -> list[Event]:
    """Sent from here just before the end, and stored."""
    start_ms = T0 + 299_000
    done = outcome(1, workout_id=BEN)
    return [
        Accepted(start_ms, BEN, "Ben Okafor", "Running", 45.0, 5.2),
        Confirmed(start_ms + 17, (BEN,)),
        PickedUp(start_ms + 439, OWN, (BEN,)),
        BatchProcessed(start_ms + 527, OWN, (done,)),
    ]


def play(state: ConsoleState, clock: Clock, seconds: int = 300) -> list[Event]:
    """Fold it all into a state; returns the events, for whoever else wants them."""
    told: list[Event] = []
    for second in range(seconds):
        clock.ms = T0 + second * 1_000
        events = fleet_events(second)
        state.apply_all(events)
        told += events
    return told
