"""A broker with results, a worker on request and a desk for its failed list."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path

from core.achievements.athlete_history import Totals
from core.broker.ports import Message
from core.failures.models import FailedFilter
from core.store.failure_actions import FailureActions
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.broker_rigs import Rig, until
from tests.support.fakes import EventLog
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions
from worker.failed.failed_service import FailedMessageService
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

BAD = b'{"type": "swim", "duration": 40, "distance": 120, "userId": "Cy Tan", "pool": "north"}'
GOOD = b'{"type": "swim", "duration": 40, "distance": 1.2, "userId": "Cy Tan", "pool": "north"}'
ALL = FailedFilter()


class Works:
    """A broker, its results, a worker on request and a desk."""

    def __init__(self, rig: Rig, path: Path) -> None:
        self.rig = rig
        self.url = f"sqlite:///{path}"
        self.reader = ResultsReader(self.url, now_ms=now_ms)
        self._desks = ExitStack()
        self.desk = self.another_desk()
        self.reader.open()
        self.failed = self.reader.failed

    def another_desk(self) -> FailedMessageService:
        """Of another program."""
        reader = ResultsReader(self.url, now_ms=now_ms)
        marks = FailureActions(self.url, by="coach", now_ms=now_ms)
        desk = FailedMessageService(self.rig.another_broker(), reader, marks, now_ms=now_ms)
        desk.open()
        self._desks.callback(desk.close)
        return desk

    def totals_of(self, athlete: str) -> Totals:
        return self.reader.athletes.page(athlete, date(2025, 6, 2)).totals["all"].sums

    def drain(self) -> None:
        """A worker that ends when the queue is empty."""
        events = EventLog()
        link = ConnectionStatus("broker", "here", now_ms=now_ms, on_event=events)
        loop = WorkerLoop(
            self.rig.broker.consumer("w1", 100),
            ResultsStore(self.url, now_ms=now_ms),
            self.rig.broker.event_publisher(),
            name="w1",
            on_event=events,
            options=LoopOptions(drain_idle_s=0.1),
            status=link,
        )
        loop.controls.drain()
        loop.run()

    def fail(self, *messages: Message) -> None:
        self.rig.publisher().publish(messages)
        self.drain()

    def queue_failed(self, count: int) -> None:
        inspector = self.rig.inspector()
        until(lambda: inspector.depth().failed == count)

    def close(self) -> None:
        self._desks.close()
        self.reader.close()


def bad(number: int = 0) -> Message:
    return Message(BAD.replace(b"north", b"north %d" % number), f"00000000-0000-4000-8000-{number:012d}")
