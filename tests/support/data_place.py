"""A data folder with its queue and results, worked on by a pipeline of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.config.settings import Settings, load_settings
from core.events import OutboxSampled, WorkerHeartbeat, WorkerState
from core.live.ledger import LedgerView
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from tests.support.fakes import EventLog
from tests.support.keychains import NoKeychain
from tests.support.whole_pipeline import WholePipeline
from worker.cli.ledger import wait_for_balance
from worker.host.pipeline import PipelineOptions
from worker.runtime.clock import now_ms


class Place:
    """A data folder, with the queue and the results that it is used with."""

    def __init__(self, folder: Path, broker: str = "", database: str = "") -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.settings: Settings = load_settings(
            broker=broker or None, database=database or None, data_dir=folder, keychain=NoKeychain()
        )

    @property
    def outbox_file(self) -> Path:
        return self.settings.folder.outbox_file

    @contextmanager
    def running(self, workers: int, work: str = "") -> Iterator[tuple[WholePipeline, EventLog]]:
        events = EventLog()
        options = PipelineOptions(
            self.settings.broker_url, self.settings.database_url, self.outbox_file, workers=workers, work=work
        )
        pipeline = WholePipeline(options, on_event=events)
        pipeline.start()
        try:
            yield pipeline, events
        finally:
            assert pipeline.stop()

    def send(self, some: list[Workout]) -> None:
        """Accepted here, confirmed by the queue, consumed by no worker."""
        with self.running(0) as (pipeline, events):
            before = self.confirmed()
            pipeline.submit(some)
            events.wait_for(lambda: self.confirmed() == before + len(some))

    def confirmed(self) -> int:
        outbox = Outbox(self.outbox_file, now_ms=now_ms)
        outbox.open()
        with closing(outbox):
            counts = outbox.counts()
        return counts.accepted - counts.pending

    def process(self) -> None:
        """Until the queue is empty."""
        with self.running(1) as (pipeline, events):
            events.wait_for(lambda: [event.pending for event in events.of(OutboxSampled)][-1:] == [0])
            pipeline.pipeline.each_worker(lambda worker: worker.drain())
            events.wait_for(lambda: [event.state for event in events.of(WorkerHeartbeat)][-1:] == [WorkerState.STOPPED])

    def ledger(self) -> LedgerView:
        return wait_for_balance(self.settings)
