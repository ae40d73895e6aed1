"""All threads of a host program that work with one connection: made, started and ended together, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import Any, TypeVar

from core.broker.connect import label_in_words, open_broker
from core.broker.ports import Broker
from core.broker.unusable import UnusableBroker
from core.config.settings import DEFAULT_PREFETCH, parse_work_span
from core.errors import StoreError
from core.events import BatchProcessed, Event, ProblemRaised
from core.outbox.destination import Destination, destination_of
from core.outbox.outbox import Note, Outbox
from core.store.failure_actions import FailureActions
from core.store.models import MessageSnapshot
from core.store.reader import ResultsReader
from worker.consumer.factory import local_database_files, next_worker_name, worker_names
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation
from worker.failed.failed_service import FailedMessageService, current_user
from worker.failed.failed_thread import FailedThread
from worker.host.hosted_worker import USUAL_PARTS, HostedWorker, PipelineParts, WorkerOrder
from worker.monitoring.monitor_thread import MonitorThread
from worker.monitoring.reader_thread import ReaderThread
from worker.outbox.outbox_writer import OutboxWriter
from worker.outbox.restore import RestoredConsole, fields_to_repair, restore_console, sent_copy
from worker.outbox.send_thread import OutboxSender
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.damaged_files import quarantine_damaged
from worker.runtime.query import Posted, Query, Reply
from worker.runtime.shutdown import FINAL_WAIT_S, Joinable

MOST_WORKERS = 16  # threads of one program share one interpreter, processes one computer: more add nothing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """`work`: simulated seconds a workout as `MIN:MAX`, empty for none. `read_only`: nothing is sent or processed.

    `problem`: why the address of the broker is not to be used; what is submitted is accepted, and kept.
    """

    broker_url: str
    database_url: str
    outbox_file: Path
    prefetch: int = DEFAULT_PREFETCH
    work: str = ""
    workers: int = 1
    read_only: bool = False
    problem: str = ""


class Pipeline:
    """Every method is for any thread and returns at once, but `start` (looks at files) and `stop` (waits).

    `post` is called in its threads; the other callbacks go with a Reply. The writer is the program's: `start` starts
    it, unless it runs already, and gives it the destination; `stop` leaves it running. It calls `notice` through the
    program.
    """

    def __init__(
        self,
        options: PipelineOptions,
        writer: OutboxWriter,
        *,
        post: Callable[[Posted], None],
        on_restored: Callable[[RestoredConsole | None], None],
        parts: PipelineParts = USUAL_PARTS,
    ) -> None:
        """SettingError for an address that cannot be right. Opens nothing yet.

        `on_restored` gets what the outbox still knows, once after each start and before what is accepted after it; None
        where that could not be read.
        """
        self._options, self._post, self._on_restored = options, post, on_restored
        self._make_hosted_worker = parts.make_worker
        wrapped = parts.wrap_broker(_broker_of(options, parts.route))
        self._broker, self._extra_threads = wrapped.broker, wrapped.threads
        broker = self._broker
        self._worker_url = options.broker_url if options.problem else parts.route(options.broker_url)
        self._simulation = _simulation(options.work)
        self._prefetch = options.prefetch
        self._destination: Destination | None = None
        if not options.problem:
            self._destination = destination_of(options.broker_url, options.database_url, options.outbox_file.parent)
        self._status = status = ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=post)
        names = () if options.read_only else worker_names(options.workers)
        self._workers = [self._make_worker(name) for name in names]
        self._monitor = MonitorThread(
            broker,
            ResultsReader(options.database_url, now_ms=now_ms),
            self._outbox(),
            is_own=lambda instance: any(worker.is_own(instance) for worker in self._workers),
            now_ms=now_ms,
            on_event=post,
            status=status,
        )
        self._reader = ReaderThread(ResultsReader(options.database_url, now_ms=now_ms), post=post)
        self.failed: FailedThread | None = None  # acts on the failed list; None for a read-only one
        self._writer: OutboxWriter | None = None
        self._sender: OutboxSender | None = None
        if not options.read_only:
            self._writer = writer
            self._sender = OutboxSender(
                self._outbox(),
                broker.publisher(),
                now_ms=now_ms,
                on_event=post,
                status=status,
                writing=writer.writing,
            )
            status.on_reconnect(self._sender.retry_now)
            self.failed = FailedThread(self._failed_desk(), post=post)

    @property
    def worker_names(self) -> tuple[str, ...]:
        return tuple(worker.name for worker in self._workers)

    def start(self) -> None:
        """Set damaged files aside, then start every thread. SettingError when a file cannot be what it must be."""
        for sentence in self._mend_files():
            self._post(ProblemRaised(now_ms(), "notice", sentence))
        self._status.set_connecting()
        if self._writer is not None:
            self._writer.set_destination(self._destination)
            self._writer.use(self._restore)
            self._writer.start()
        if self._sender is not None:
            self._sender.start()
        for extra in self._extra_threads:
            extra.start()
        self.each_worker(lambda worker: worker.start())
        if self.failed is not None:
            self.failed.start()
        self._monitor.start()
        self._reader.start()

    def stop(self, timeout_s: float = 9.0) -> bool:
        """Finish or give back what is in flight, end. Whether all ended in time."""
        until_s = monotonic() + timeout_s
        patience = Timer(timeout_s - FINAL_WAIT_S, self._broker.abort)
        patience.start()
        try:
            return self._stop(until_s)
        finally:
            patience.cancel()

    def stop_now(self) -> None:
        """Workers give back what is not being stored this moment."""
        self.each_worker(lambda worker: worker.stop_now())

    def notice(self) -> None:
        """There is something new in the outbox: send it, and count the ledger again."""
        if self._sender is not None:
            self._sender.wake()
        self._monitor.request_count()

    def ask(self, query: Query[Any]) -> None:
        self._reader.ask(query)

    def save_draft(self, text: str, on_saved: Callable[[str], None], of: Note = "form") -> None:
        """Empty: there is none any more. `on_saved` gets the text once it is on disk."""
        if self._writer is not None:
            self._writer.use(lambda outbox: self._keep_draft(outbox, text, on_saved, of))

    def find_fields(self, workout_id: str, on_found: Callable[[dict[str, object]], None]) -> None:
        """The body fields of a workout sent from here; no reply of a read-only pipeline."""
        self._ask_outbox(lambda outbox: fields_to_repair(outbox, workout_id), on_found)

    def find_sent(self, workout_id: str, on_found: Callable[[MessageSnapshot | None], None]) -> None:
        """The message of a workout sent from here; no reply of a read-only pipeline."""
        self._ask_outbox(lambda outbox: sent_copy(outbox, workout_id), on_found)

    def retry_now(self) -> None:
        """Do not wait for the next try to reach the broker."""
        if self._sender is not None:
            self._sender.retry_now()
        self._monitor.retry_now()
        self.each_worker(lambda worker: worker.retry_now())

    def worker(self, name: str) -> HostedWorker:
        """One of `worker_names`; KeyError for another."""
        found = next((worker for worker in self._workers if worker.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def add_worker(self) -> None:
        """One more, started at once; there is none where this pipeline is read-only, or has its most."""
        if self._options.read_only or len(self._workers) >= MOST_WORKERS:
            return
        worker = self._make_worker(next_worker_name(self.worker_names))
        self._workers = [*self._workers, worker]
        worker.start()

    def each_worker(self, act: Callable[[HostedWorker], None]) -> None:
        for worker in self._workers:
            act(worker)

    def set_worker(self, prefetch: int, work: str) -> None:
        """SettingError for a span that is none."""
        simulation = _simulation(work)
        self._prefetch, self._simulation = prefetch, simulation
        for worker in self._workers:
            worker.set_prefetch(prefetch)
            worker.set_simulation(simulation)

    def _stop(self, until_s: float) -> bool:
        self.each_worker(lambda worker: worker.stop())
        first: list[Joinable] = [*self._workers]
        if self._sender is not None:
            self._sender.stop()
            first.append(self._sender)
        for extra in self._extra_threads:
            extra.stop()
            first.append(extra)
        for each in first:
            each.join(max(0.1, until_s - monotonic()))
        last = [thread for thread in (self._monitor, self._reader, self.failed) if thread is not None]
        for thread in last:
            thread.stop()
        return all([each.join(max(0.5, until_s - monotonic())) for each in (*first, *last)])

    def _make_worker(self, name: str) -> HostedWorker:
        options = self._options
        return self._make_hosted_worker(
            WorkerOrder(
                name,
                self._broker,
                self._worker_url,
                options.database_url,
                lambda: LoopOptions(prefetch=self._prefetch, simulation=self._simulation),
                self._on_own_event,
                self._status,
                options.problem,
            )
        )

    def _failed_desk(self) -> FailedMessageService:
        url = self._options.database_url
        marks = FailureActions(url, by=current_user(), now_ms=now_ms)
        return FailedMessageService(self._broker, ResultsReader(url, now_ms=now_ms), marks, now_ms=now_ms)

    def _outbox(self) -> Outbox:
        return Outbox(self._options.outbox_file, now_ms=now_ms, destination=self._destination)

    def _on_own_event(self, event: Event) -> None:
        self._post(event)
        if isinstance(event, BatchProcessed):
            self._monitor.request_count()

    def _mend_files(self) -> list[str]:
        files = local_database_files(
            "" if self._options.problem else self._options.broker_url, self._options.database_url
        )
        files.append(("outbox", self._options.outbox_file))
        return quarantine_damaged(files, own_folder=self._options.outbox_file.parent)

    def _ask_outbox(self, run: Callable[[Outbox], T], on_result: Callable[[T], None]) -> None:
        if self._writer is not None:
            self._writer.use(lambda outbox: self._post(Reply(run(outbox), on_result)))

    def _restore(self, outbox: Outbox) -> None:
        restored = None
        try:
            restored = restore_console(outbox, now_ms=now_ms())
        finally:  # an error is the writer's to log
            self._post(Reply(restored, self._on_restored))

    def _keep_draft(self, outbox: Outbox, text: str, on_saved: Callable[[str], None], of: Note) -> None:
        try:
            if text:
                outbox.save_draft(text, of)
            else:
                outbox.clear_draft(of)
        except StoreError:
            return  # accepting workouts reports what is wrong with the disk
        self._post(Reply(text, on_saved))


def _broker_of(options: PipelineOptions, route: Callable[[str], str]) -> Broker:
    if not options.problem:
        return open_broker(route(options.broker_url))
    label = label_in_words(options.broker_url)
    return UnusableBroker(label.kind, label.location, options.problem)


def _simulation(work: str) -> Simulation | None:
    return Simulation(parse_work_span(work)) if work else None
