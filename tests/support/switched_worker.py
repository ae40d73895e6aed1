"""A worker with protections taken off, in the test's own thread, on an embedded queue of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic

from core.broker.connect import open_broker
from core.broker.ports import Depth, Message, PublishStatus
from core.codec.workout_codec import DecodedMessage, decode
from core.events import BatchProcessed, OutcomeKind
from tests.support.fakes import EventLog
from tests.support.invariants import Account, read_account
from tests.support.waiting import wait_until
from worker.consumer.options import LoopOptions
from worker.demo.memory_queue import MemoryQueue
from worker.demo.protections import Protections, ProtectionSwitch
from worker.demo.switched_broker import SwitchedBroker
from worker.demo.switched_loop import make_switched_loop

BOUND_S = 10.0


class Killed(BaseException):
    """As of the process, in the middle of a job: no handler of the worker's takes it for an error of its own."""


class SwitchedWorker:
    """Takes one message at a time."""

    def __init__(self, folder: Path, protections: Protections) -> None:
        self.switch = ProtectionSwitch(protections)
        self.events = EventLog()
        self._results = folder / "results.db"
        self.broker = open_broker(f"sqlite:///{folder / 'queue.db'}")
        self._memory = MemoryQueue(self.broker, self.switch)
        self._front = SwitchedBroker(self.broker, self.switch, self._memory)

    @contextmanager
    def queue_in_memory(self) -> Iterator[MemoryQueue]:
        """Its thread passes on what is published meanwhile, where the queue is not persistent."""
        self._memory.start()
        try:
            yield self._memory
        finally:
            self._memory.stop()
            assert self._memory.join(BOUND_S)

    def publish(self, messages: Sequence[Message]) -> None:
        publisher = self._front.publisher()
        publisher.open()
        with closing(publisher):
            assert all(result.verdict is PublishStatus.CONFIRMED for result in publisher.publish(messages))

    def process(self, *, killed_at: str = "") -> None:
        """Until the queue is empty, or until it is killed in the job with that workout."""

        def read_body(message: Message, *, now_ms: int) -> DecodedMessage:
            if message.message_id == killed_at:
                raise Killed
            return decode(message, now_ms=now_ms)

        options = LoopOptions(prefetch=1, batch=1, drain_idle_s=0.02, read_body=read_body)
        loop = make_switched_loop(
            self.broker, f"sqlite:///{self._results}", "W", options, self.switch, on_event=self.events
        )
        loop.controls.drain()
        with suppress(Killed):
            loop.run()

    def process_all(self, count: int) -> None:
        """Until so many are stored, though they come slowly."""
        until_s = monotonic() + BOUND_S
        while self.outcomes().count(OutcomeKind.STORED) < count:
            assert monotonic() < until_s
            self.process()

    def wait_for_ready(self, count: int) -> None:
        """At the broker itself."""
        wait_until(lambda: self.depth().ready >= count, BOUND_S)

    def account(self) -> Account:
        return read_account(self._results)

    def depth(self) -> Depth:
        inspector = self.broker.inspector()
        inspector.open()
        with closing(inspector):
            return inspector.depth()

    def outcomes(self) -> list[OutcomeKind]:
        return [outcome.kind for event in self.events.of(BatchProcessed) for outcome in event.outcomes]
