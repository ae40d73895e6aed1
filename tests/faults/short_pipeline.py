"""The way of a workout with few threads and short pauses: outbox, embedded queue, workers, results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.broker.backoff import Backoff
from core.broker.embedded import EmbeddedBroker
from core.codec.workout_codec import decode
from core.outbox.outbox import Outbox
from core.store.writer import ResultsStore
from tests.faults.watched_pipeline import Watched
from tests.support.outbox_rig import OutboxRig
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions, ReadBody
from worker.consumer.worker_thread import WorkerThread
from worker.outbox import send_thread as sending
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

LOCK_WAIT_S = 0.2


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for between two looks is not what these tests are about."""
    monkeypatch.setattr(sending, "LOOK_S", 0.02)
    monkeypatch.setattr(sending, "KEEP_ALIVE_S", 0.02)


def _backoff() -> Backoff:
    return Backoff(first_s=0.005, max_s=0.05)


class ShortPipeline(Watched):
    """Use `running_short_pipeline`."""

    def __init__(
        self,
        folder: Path,
        *,
        now_ms: Callable[[], int] = now_ms,
        workers: int = 1,
        read_body: ReadBody = decode,
        lease_s: float = 30.0,
    ) -> None:
        self.folder = folder
        self.now_ms = now_ms
        self.read_body = read_body
        self.broker = EmbeddedBroker(folder / "queue.db", now_ms=now_ms, timeout_s=LOCK_WAIT_S, lease_s=lease_s)
        self._links = ConnectionStatus(self.broker.kind, self.broker.location, now_ms=now_ms, on_event=self.hear)
        self.outbox_threads = OutboxRig(
            self.broker, self.outbox, now_ms=now_ms, on_event=self.hear, status=self._links, make_backoff=_backoff
        )
        super().__init__(folder / "results.db", self.outbox_threads.submit)
        self.workers = [
            WorkerThread(
                f"w{number}",
                self._make_loop(f"w{number}"),
                now_ms=now_ms,
                on_event=self.hear,
                status=self._links,
                make_backoff=_backoff,
            )
            for number in range(workers)
        ]

    def outbox(self) -> Outbox:
        return Outbox(self.folder / "outbox.db", now_ms=self.now_ms, timeout_s=LOCK_WAIT_S)

    def start(self) -> None:
        self.outbox_threads.start()
        for worker in self.workers:
            worker.start()

    def stop(self) -> bool:
        for worker in self.workers:
            worker.stop()
        ended = self.outbox_threads.stop()
        return all([worker.join(60) for worker in self.workers]) and ended

    def _make_loop(self, name: str) -> Callable[[Callable[[], None]], WorkerLoop]:
        return lambda on_unresponsive: WorkerLoop(
            self.broker.consumer(name, 100),
            ResultsStore(f"sqlite:///{self.results}", now_ms=self.now_ms, lock_wait_s=LOCK_WAIT_S),
            self.broker.event_publisher(),
            name=name,
            on_event=self.hear,
            options=LoopOptions(
                refused_wait_s=0.05,
                initial_prefetch=100,
                read_body=self.read_body,
                make_backoff=_backoff,
                now_ms=self.now_ms,
            ),
            status=self._links,
            on_unresponsive=on_unresponsive,
        )


@contextmanager
def running_short_pipeline(line: ShortPipeline) -> Iterator[ShortPipeline]:
    line.folder.mkdir(parents=True, exist_ok=True)
    line.start()
    try:
        yield line
    finally:
        ended = line.stop()
    assert ended, "a thread did not end in time"
