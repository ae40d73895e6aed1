"""A session as a recording has it: producers, a queue and workers by the second, with whatever goes wrong meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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
    LedgerSnapshot,
    OutcomeKind,
    PickedUp,
    ProblemRaised,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.recording.records import Record, RecordedAccount, RecordedBatch, RecordedNote, RecordingHeader

T0 = 1_764_500_400_000
PEOPLE = ("Priya Nair", "Jonas Weber", "Mia Chen", "Léa Moreau", "Kofi Mensah", "Tess Novak")
SPORTS = ("Running", "Cycling", "Swimming", "Rowing", "Yoga")
BADGES = (EarnedBadge("5k", "5K Runner"), EarnedBadge("hour", "Hour of Power"), EarnedBadge("streak", "7-Day Streak"))
SOURCES = ("form", "file", "http", "load")
NOTES = {
    20: "Kill a worker",
    45: "Cut the broker",
    70: "Acknowledge before the work: on",
    74: "Kill a worker",
    90: "Acknowledge before the work: off",
}


def header(*, names: bool = False) -> RecordingHeader:
    return RecordingHeader("0.1.0", T0, names=names, demo=True, utc_offset_min=60)


def session(seconds: int, *, per_s: int = 6, people: tuple[str, ...] = PEOPLE) -> Iterator[Record]:
    """Of a demonstration: a killed worker, the broker away from 45 to 53 s, and a workout lost at 76 s."""
    pipeline = SimulatedPipeline(people)
    yield RecordedBatch(T0, (ConnectionChanged(T0, ConnectionState.ONLINE, "Embedded queue", "this computer"),))
    for second in range(seconds):
        if second in NOTES:
            yield RecordedNote(T0 + second * 1_000 + 300, NOTES[second])
        yield RecordedBatch(T0 + second * 1_000 + 400, tuple(pipeline.step(second, per_s)))
        if second == 76:
            yield RecordedAccount(T0 + second * 1_000 + 500, pipeline.number, (f"{people[0]}, Running",), ())


@dataclass
class SimulatedPipeline:
    """Whose durable counts always balance."""

    people: tuple[str, ...]
    number: int = 0
    waiting: int = 0
    retrying: int = 0
    stored: int = 0
    failed: int = 0
    outbox: int = 0
    lines: list[Event] = field(default_factory=list)

    def step(self, second: int, per_s: int) -> list[Event]:
        at_ms = T0 + second * 1_000 + 400
        away = 45 <= second < 53
        arriving = per_s * 3 if 25 <= second < 40 else per_s
        ids = tuple(f"00000000-0000-4000-8000-{self.number + place:012d}" for place in range(arriving))
        events: list[Event] = [
            Accepted(
                at_ms,
                each,
                self._person(place),
                SPORTS[place % 5],
                30.0 + place % 60,
                None,
                source=SOURCES[place % 9 // 3],
            )
            for place, each in enumerate(ids, start=self.number)
        ]
        self.number += arriving
        if second == 45:
            events.append(
                ConnectionChanged(
                    at_ms, ConnectionState.OFFLINE, "Embedded queue", "this computer", "it was cut by the demonstration"
                )
            )
            events.append(
                ProblemRaised(at_ms, "broker", "Could not reach the queue. Workouts are kept and sent later.")
            )
        if second == 53:
            events.append(ConnectionChanged(at_ms, ConnectionState.ONLINE, "Embedded queue", "this computer"))
        if away:
            self.outbox += arriving
        else:
            events.append(Confirmed(at_ms, ids))
            self.waiting += arriving + self.outbox + (self.retrying if second % 4 == 0 else 0)
            self.outbox, self.retrying = 0, 0 if second % 4 == 0 else self.retrying
            for worker, place in self._workers(second):
                events += self._work(second, worker, place, per_s)
            events.append(DepthSampled(at_ms, self.waiting, 2, 2, self.failed, self.retrying, self.waiting / 10))
        if second % 5 == 0 or second in (20, 24, 74):
            events += self._heartbeats(second, away=away)
        ours = self.stored + self.failed + self.waiting + self.retrying + 2 + self.outbox
        events.append(LedgerSnapshot(at_ms, ours, self.outbox, self.stored, self.stored, self.failed, self.failed, 3))
        return events

    def _workers(self, second: int) -> list[tuple[str, int]]:
        names = [("demo-host-1", 0), ("demo-host-2", 1), ("demo-host-3", 2)]
        return names[:1] + (names[1:2] if not 20 <= second < 24 else []) + (names[2:] if second >= 60 else [])

    def _work(self, second: int, worker: str, place: int, per_s: int) -> list[Event]:
        at_ms, taken = T0 + second * 1_000 + 400, min(self.waiting, per_s * 2 // 3 + 1)
        self.waiting -= taken
        outcomes = []
        for each in range(taken):
            number = second * 50 + place * 17 + each
            kind = OutcomeKind.FAILED if number % 61 == 7 else OutcomeKind.STORED
            kind = OutcomeKind.RETRYING if number % 53 == 11 else kind
            self.failed += kind is OutcomeKind.FAILED
            self.retrying += kind is OutcomeKind.RETRYING
            self.stored += kind is OutcomeKind.STORED
            badges = BADGES[number % 3 : number % 3 + 1] if number % 9 == 0 and kind is OutcomeKind.STORED else ()
            waited_ms = 150.0 + 900 * self.waiting / 10 + 31 * (number % 13)
            outcomes.append(
                WorkoutOutcome(
                    f"{number}",
                    self._person(number),
                    SPORTS[number % 5],
                    kind,
                    waited_ms,
                    60.0 + 11 * (number % 17),
                    badges=badges,
                    cause="" if kind is OutcomeKind.STORED else "invalid/distance/range",
                )
            )
        job = self._job(second, place)
        return [BatchProcessed(at_ms, worker, tuple(outcomes)), PickedUp(at_ms, worker, (job.workout_id,), job)]

    def _heartbeats(self, second: int, *, away: bool) -> list[Event]:
        at_ms = T0 + second * 1_000 + 400
        events: list[Event] = []
        for worker, place in self._workers(second):
            state, problem = (WorkerState.ON_HOLD, "the queue cannot be reached") if away else (WorkerState.RUNNING, "")
            info = WorkerInfo("demo-host", place, "0.1.0", 4, second * 4, 1, None if away else self._job(second, place))
            events.append(WorkerHeartbeat(at_ms, worker, state, problem, info))
        if second in (20, 74):
            events.append(WorkerHeartbeat(at_ms, "demo-host-2", WorkerState.STOPPED))
        return events

    def _job(self, second: int, place: int) -> CurrentJob:
        number = second * 50 + place * 17
        return CurrentJob(f"job-{number}", self._person(number), SPORTS[number % 5], 30.0 + number % 60)

    def _person(self, number: int) -> str:
        return self.people[number % len(self.people)]
