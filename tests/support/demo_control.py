"""A pipeline that an experiment can disturb, played in one thread: what it does becomes events."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from core.broker.ports import Message
from core.events import (
    Accepted,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    CurrentJob,
    DepthSampled,
    Event,
    OutboxSampled,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.live.console_state import ConsoleState
from core.workouts.model import Workout
from core.workouts.samples import sample_athletes
from worker.demo.engine import DemoWorkerView
from worker.demo.experiments.runner import ExperimentRunner
from worker.demo.producers.load import sample_workouts
from worker.demo.producers.spoiled import spoil

STEP_MS = 100
FULL = "The disk of outbox.db is full."


class PlayedPipeline:
    """Implements DemoControl. Workers take one message each and need `job_ms` for it; `play` lets time pass.

    Faults to plant: `loses` (a killed worker's job is gone), `counts_twice`, `drops_refused`.
    """

    def __init__(self, workers: int = 2, job_ms: int = 1_000) -> None:
        self.now_ms = 1_000_000
        self.state = ConsoleState(lambda: self.now_ms)
        self.runner = ExperimentRunner(self)
        self.job_ms = job_ms
        self.names = [f"w{number}" for number in range(1, workers + 1)]
        self.dead: dict[str, int] = {}  # until when
        self.paused = self.away = self.full = False
        self.queue: list[str] = []
        self.kept: list[str] = []  # in the outbox
        self.jobs: dict[str, tuple[str, int]] = {}  # by worker: the workout, and when it is done
        self.bad: set[str] = set()
        self.known: dict[str, Workout] = {}
        self.done: set[str] = set()
        self.loses = self.counts_twice = self.refuses_for_good = self.forgets_kept = False
        self.impossible: dict[str, str] = {}
        self.forgets = 0  # messages, when it is cut
        self.crashed = False
        self.losses: dict[str, str] = {}
        self.settled_ms = 0
        self.drops_failed = self.keeps_nothing = False
        self._made = sample_workouts(sample_athletes(), random.Random(4), lambda: datetime(2026, 3, 1, tzinfo=UTC))
        self._events: list[Event] = [ConnectionChanged(self.now_ms, ConnectionState.ONLINE, "Embedded queue", "here")]
        for name in self.names:
            self._beat(name)
        self._flush()

    # --- DemoControl

    def why_not(self, key: str) -> str:
        return self.impossible.get(key, "")

    def workers(self) -> Sequence[DemoWorkerView]:
        return [DemoWorkerView(name, None if name in self.dead else 7) for name in self.names]

    def short(self, worker: str) -> str:
        return worker.upper()

    def is_settled(self, now_ms: int) -> bool:
        return now_ms >= self.settled_ms

    def kill(self, worker: str) -> None:
        self.dead[worker] = self.now_ms + 3_000
        job = self.jobs.pop(worker, None)
        if job is not None and not self.loses:
            self.queue.insert(0, job[0])
        elif job is not None:
            self.losses[job[0]] = "Ana, Running"

    def add_worker(self) -> None:
        self.names.append(f"w{len(self.names) + 1}")
        self._beat(self.names[-1])

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def submit(self, count: int) -> Sequence[str]:
        return [self._accept(next(self._made)) for _ in range(count)]

    def publish(self, messages: Sequence[Message]) -> None:
        self.queue += [message.message_id or "" for message in messages]

    def spoiled(self, count: int) -> Sequence[Message]:
        messages = [spoil(next(self._made), number, submitted_at_ms=self.now_ms) for number in range(count)]
        self.bad.update(message.message_id or "" for message in messages)
        return messages

    def stored(self, count: int) -> Sequence[Workout]:
        return [workout for workout_id, workout in self.known.items() if workout_id in self.done][:count]

    def lost(self) -> Mapping[str, str]:
        return self.losses

    def has_end(self, workout_id: str) -> bool:
        return workout_id in self.done and workout_id not in self.losses

    def cut(self) -> int:
        self.away = True
        self._events.append(ConnectionChanged(self.now_ms, ConnectionState.OFFLINE, "Embedded queue", "here", "away"))
        return self.forgets

    @property
    def is_cut(self) -> bool:
        return self.away

    def restore(self) -> None:
        if self.away:
            self.away = False
            self._events.append(ConnectionChanged(self.now_ms, ConnectionState.ONLINE, "Embedded queue", "here"))
            kept, self.kept = self.kept, []
            if not self.forgets_kept:
                self.queue += kept
                self._events.append(Confirmed(self.now_ms, tuple(kept)))

    def fill_outbox(self) -> None:
        self.full = True

    def free_outbox(self) -> None:
        self.full = self.refuses_for_good and self.full

    def probe(self, count: int, on_replies: Callable[[Sequence[str]], None]) -> None:
        on_replies([FULL if self.full and number >= count // 2 else "" for number in range(count)])

    def crash(self) -> None:
        self.crashed = True

    def on_events(self, events: Sequence[Event]) -> None:
        """For who else listens."""

    # --- time

    def run(self, key: str, for_ms: int = 70_000) -> None:
        """The experiment, until it has a observation."""
        assert self.runner.run(key, self.state, self.now_ms)
        until_ms = self.now_ms + for_ms
        while self.runner.running and self.now_ms < until_ms:
            self.play()

    def play(self, ms: int = STEP_MS) -> None:
        for _ in range(ms // STEP_MS):
            self.now_ms += STEP_MS
            for worker in [name for name, until_ms in self.dead.items() if until_ms <= self.now_ms]:
                del self.dead[worker]
            if not self.away:
                for _ in self._free():
                    pass
            self._sample()
            self._flush()
            self.runner.tick(self.state, self.now_ms)

    def _free(self) -> Iterator[str]:
        """Ends jobs that are done, and begins others."""
        for name in self.names:
            job = self.jobs.get(name)
            if job is not None and job[1] <= self.now_ms:
                del self.jobs[name]
                self._end(name, job[0])
            if name not in self.jobs and name not in self.dead and not self.paused and self.queue:
                workout_id = self.queue.pop(0)
                self.jobs[name] = workout_id, self.now_ms + self.job_ms
                current = CurrentJob(workout_id, "Ana", "Running", 45.0)
                self._events.append(PickedUp(self.now_ms, name, (workout_id,), current))
                yield name

    def _end(self, worker: str, workout_id: str) -> None:
        kind = OutcomeKind.STORED
        if workout_id in self.bad:
            kind = OutcomeKind.FAILED
            if self.drops_failed:
                self.losses[workout_id] = ""
        elif workout_id in self.done and not self.counts_twice:
            kind = OutcomeKind.DUPLICATE
        self.done.add(workout_id)
        outcome = WorkoutOutcome(workout_id, "Ana", "Running", kind, 10.0, 10.0)
        self._events.append(BatchProcessed(self.now_ms, worker, (outcome,)))

    def _accept(self, workout: Workout) -> str:
        self.known[workout.workout_id] = workout
        if self.away and self.keeps_nothing:
            self.losses[workout.workout_id] = "Ana, Running"
        else:
            (self.kept if self.away else self.queue).append(workout.workout_id)
        self._events.append(Accepted(self.now_ms, workout.workout_id, workout.athlete, workout.sport, 45.0, None))
        return workout.workout_id

    def _beat(self, name: str) -> None:
        self._events.append(WorkerHeartbeat(self.now_ms, name, WorkerState.RUNNING, info=WorkerInfo(pid=7)))

    def _sample(self) -> None:
        self._events.append(OutboxSampled(self.now_ms, len(self.kept)))
        if not self.away:
            ready, running = len(self.queue), len(self.jobs)
            self._events.append(DepthSampled(self.now_ms, ready, running, len(self.names), 0, 0, None))

    def _flush(self) -> None:
        events, self._events = self._events, []
        self.state.apply_all(events)
        self.runner.take(events)
        self.on_events(events)
