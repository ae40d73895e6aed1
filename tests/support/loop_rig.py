"""A worker loop over fakes, in a thread of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from time import monotonic

from core.broker.backoff import Backoff
from core.broker.ports import Message
from core.config.settings import WorkSpan
from core.events import BatchProcessed, OutcomeKind, WorkerHeartbeat, WorkerState
from tests.support.fakes import EventLog, FakeAnnouncer, FakeConsumer, FakeQueue, FakeStore
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

FAST = LoopOptions(drain_idle_s=0.02, shutdown_timeout_s=5.0, initial_prefetch=500)
LONG_WORK = LoopOptions(simulation=Simulation(WorkSpan(600, 600)), shutdown_timeout_s=5.0)


class Ticking:
    """A clock that goes on by a little with each look at it, and stands still while the machine does something else."""

    def __init__(self, step_s: float = 0.002) -> None:
        self._step_s = step_s
        self._now_s = 0.0

    def __call__(self) -> float:
        self._now_s += self._step_s
        return self._now_s


def workout_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def good(number: int) -> Message:
    return Message(json.dumps({"type": "Running", "duration": 45}).encode(), message_id=workout_id(number))


class Rig:
    """Everything one loop needs; the loop may run in the test's own thread (`loop.run()`) or in another (`running`)."""

    def __init__(
        self,
        options: LoopOptions = FAST,
        *,
        make_backoff: Callable[[], Backoff] = lambda: Backoff(first_s=0.01, max_s=0.02),
        monotonic_s: Callable[[], float] = monotonic,
    ) -> None:
        self.queue = FakeQueue()
        self.store = FakeStore()
        self.events = EventLog()
        self.event_publisher = FakeAnnouncer(self.queue)
        self.consumer = FakeConsumer(self.queue, options.prefetch)
        self.link = ConnectionStatus("Embedded queue", "this computer", now_ms=now_ms, on_event=self.events)
        self.loop = WorkerLoop(
            self.consumer,
            self.store,
            self.event_publisher,
            name="west",
            on_event=self.events,
            options=replace(options, make_backoff=make_backoff, monotonic_s=monotonic_s),
            status=self.link,
        )

    def drain(self) -> None:
        """Run here until the queue is empty."""
        self.loop.controls.drain()
        self.loop.run()

    @contextmanager
    def running(self) -> Iterator[Thread]:
        thread = Thread(target=self.loop.run, name="loop")
        thread.start()
        try:
            yield thread
        finally:
            self.loop.controls.stop_now()
            thread.join(60)

    def wait_for_state(self, state: WorkerState, problem: str = "") -> None:
        self.events.wait_for(lambda: self.states() and self.states()[-1] == state and problem in self.problem())

    def states(self) -> list[WorkerState]:
        return [event.state for event in self.events.of(WorkerHeartbeat)]

    def problem(self) -> str:
        return self.events.of(WorkerHeartbeat)[-1].problem

    def kinds(self) -> list[OutcomeKind]:
        return [outcome.kind for event in self.events.of(BatchProcessed) for outcome in event.outcomes]
