"""The side with a queue: the program's own HTTP service, outbox, embedded queue and workers, in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from core.broker.connect import open_broker
from core.config.settings import DataFolder
from core.events import Event
from core.outbox.destination import destination_of
from core.outbox.outbox import Outbox
from core.store.reader import ResultsReader
from worker.consumer.factory import make_loop
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation
from worker.consumer.worker_thread import WorkerThread
from worker.demo.comparison.faults import ProcessingFaults
from worker.http_api.endpoint import IngestEndpoint, ListenAddress
from worker.http_api.metrics import IngestMetrics
from worker.monitoring.reader_thread import ReaderThread
from worker.outbox.outbox_writer import OutboxWriter
from worker.outbox.send_thread import OutboxSender
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.query import Reply
from worker.runtime.shutdown import join_or_abort

LOOPBACK = "127.0.0.1"
GAP_S = 0.02  # as of `paceline-ingest`
STOP_S = 8.0


class QueuedService:
    """Started once, then stopped. Made and used in one thread."""

    def __init__(
        self, folder: Path, threads: int, simulation: Simulation, faults: ProcessingFaults, *, port: int = 0
    ) -> None:
        """`threads`: how many workers. `port`: 0 for any. SettingError where it is in use."""
        place = DataFolder(folder)
        self._database_url, self._simulation, self._faults = place.results_url, simulation, faults
        self._broker = broker = open_broker(place.queue_url)
        self._metrics = IngestMetrics()
        self._status = ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=self._metrics.on_event)
        self._writer = OutboxWriter(
            Outbox(place.outbox_file, now_ms=now_ms),
            now_ms=now_ms,
            on_event=self._metrics.on_event,
            on_accepted=lambda: self._sender.wake(),
        )
        self._sender = OutboxSender(
            Outbox(
                place.outbox_file,
                now_ms=now_ms,
                destination=destination_of(place.queue_url, place.results_url, folder),
            ),
            broker.publisher(),
            now_ms=now_ms,
            on_event=self._metrics.on_event,
            status=self._status,
            writing=self._writer.writing,
            gap_s=GAP_S,
        )
        self._reader = ReaderThread(ResultsReader(place.results_url, now_ms=now_ms), post=Reply.deliver)
        self._endpoint = IngestEndpoint(
            ListenAddress(LOOPBACK, port, None), self._writer, self._metrics, self._reader.ask
        )
        self._workers = [self._make_worker(f"W{number}") for number in range(1, threads + 1)]

    @property
    def address(self) -> tuple[str, int]:
        found = urlsplit(self._endpoint.address)
        return LOOPBACK, found.port or 0

    def start(self) -> None:
        for part in (self._sender, self._writer, self._reader, self._endpoint):
            part.start()
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """What is being processed goes back to the queue; nothing moves afterwards."""
        self._endpoint.stop_now()
        for worker in self._workers:
            worker.stop_now()
        self._endpoint.join(STOP_S)
        self._reader.stop()
        self._writer.end(STOP_S)
        for worker in self._workers:
            worker.join(STOP_S)
        self._sender.stop()
        join_or_abort(self._broker.abort, self._sender, STOP_S)
        self._reader.join(STOP_S)

    def _make_worker(self, name: str) -> WorkerThread:
        def loop(_hung: object) -> WorkerLoop:
            options = LoopOptions(simulation=self._simulation, read_body=self._faults.read_body)
            return make_loop(
                self._broker, self._database_url, name, options, on_event=self._on_event, status=self._status
            )

        return WorkerThread(name, loop, now_ms=now_ms, on_event=self._on_event, status=self._status)

    def _on_event(self, _event: Event) -> None:
        """What came of the workouts is counted in the results."""
