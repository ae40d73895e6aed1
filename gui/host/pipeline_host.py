"""Holds the outbox writer and the pipeline for the window: the writer for its life, a pipeline for each connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from core.config.settings import Settings
from core.errors import SettingError, WrongFileError
from core.events import Event, Producer
from core.workouts.model import Workout
from worker.runtime.query import Posted, Query

if TYPE_CHECKING:
    from core.outbox.changes import Change
    from worker.failed.failed_thread import FailedThread
    from worker.host.hosted_worker import PipelineParts
    from worker.host.pipeline import Pipeline
    from worker.outbox.outbox_writer import OutboxWriter
    from worker.outbox.restore import RestoredConsole

Act = Callable[["Pipeline"], None]

LAST_ACCEPT_S = 8.0  # a file that is locked is waited for
STOP_S = 9.0  # of all, where the broker does not answer
LEAST_STOP_S = 4.0  # of the pipeline, where accepting took long


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """`work`: simulated seconds a workout, `MIN:MAX`; empty for none."""

    prefetch: int
    work: str
    workers: int = 1


class PipelineHost:
    """Every method is for any thread and returns at once, but `open`, `change_broker` and `stop`, which wait.

    The pipeline's modules are loaded by `open`: they take longer than the window. What is submitted before that waits
    in the writer, which then accepts until `stop`, whether or not a connection is open.
    """

    def __init__(
        self,
        settings: Settings,
        worker: WorkerSettings,
        *,
        read_only: bool,
        post: Callable[[Posted], None],
        on_restored: Callable[[RestoredConsole | None], None],
        now_ms: Callable[[], int],
        complete: Callable[[Settings], Settings] = lambda settings: settings,
        make_parts: Callable[[], PipelineParts] | None = None,
        check_change: Callable[[str, str], None] = lambda _broker_url, _database_url: None,
    ) -> None:
        """`on_restored` is called in the main thread, as every callback of a query.

        `complete` finds the passwords that the addresses want, and may wait for them; called by `open`. `make_parts` is
        called for each pipeline that is to have other parts than usual. `check_change` raises SettingError for
        addresses of broker and database that a person may not change to.
        """
        self.settings = settings  # in use; `problem`, why the saved addresses are not, is known after `open`
        self.worker = worker
        self._read_only, self._post = read_only, post
        self._on_restored, self._now_ms = on_restored, now_ms
        self._complete, self._make_parts, self._check_change = complete, make_parts, check_change
        self._lock = Lock()
        self._changing = Lock()  # one at a time opens, changes or ends the pipeline
        self._writer: OutboxWriter | None = None
        self._pipeline: Pipeline | None = None
        self._leaving: Pipeline | None = None  # is being stopped
        self._stopped = False

    @property
    def writer(self) -> OutboxWriter:
        """Accepts workouts, also of HTTP. It runs from the first `open` on, or from its own `start`."""
        with self._lock:
            if self._writer is None:
                from core.outbox.outbox import Outbox
                from worker.outbox.outbox_writer import OutboxWriter

                self._writer = OutboxWriter(
                    Outbox(self.settings.folder.outbox_file, now_ms=self._now_ms),
                    now_ms=self._now_ms,
                    on_event=self._post,
                    on_accepted=lambda: self.do(lambda pipeline: pipeline.notice()),
                )
            return self._writer

    @property
    def worker_names(self) -> tuple[str, ...]:
        pipeline = self._pipeline
        return () if pipeline is None else pipeline.worker_names

    @property
    def is_open(self) -> bool:
        return self._pipeline is not None

    def open(self) -> None:
        """Load, make and start everything; SettingError for what cannot be opened.

        With addresses that cannot be used it opens offline: what is submitted is accepted, and kept; see `problem`.
        """
        with self._changing:
            if self._pipeline is None:
                self.settings = self._complete(self.settings)
            try:
                self._open()
            except SettingError as error:
                wrong = error.holds if isinstance(error, WrongFileError) else ""
                if self.settings.problem or self.settings.database_given or wrong == "outbox":
                    raise
                if wrong == "results":
                    self.settings = replace(self.settings, database_problem=str(error))
                else:
                    self.settings = replace(self.settings, broker_problem=str(error))
                self._open()

    def _open(self) -> None:
        from worker.host.hosted_worker import USUAL_PARTS
        from worker.host.pipeline import Pipeline, PipelineOptions

        options = PipelineOptions(
            broker_url=self.settings.broker_url,
            # Of a wrong address nothing can be shown; while it is offline nothing is stored either.
            database_url=self.settings.folder.results_url
            if self.settings.database_problem
            else self.settings.database_url,
            outbox_file=self.settings.folder.outbox_file,
            prefetch=self.worker.prefetch,
            work=self.worker.work,
            workers=self.worker.workers,
            read_only=self._read_only,
            problem=self.settings.problem,
        )
        parts = USUAL_PARTS if self._make_parts is None else self._make_parts()
        pipeline = Pipeline(options, self.writer, post=self._post, on_restored=self._on_restored, parts=parts)
        if self._stopped or self._pipeline is not None:
            return
        self._pipeline = pipeline  # before it starts: what it restores leads to a question to it
        try:
            pipeline.start()
        except BaseException:
            self._pipeline = None
            raise
        pipeline.notice()  # what was accepted while it started

    def change_broker(self, url: str, database_url: str = "") -> None:
        """What the outbox keeps goes to the new one. With a SettingError, the old one is used on.

        `database_url`: likewise the results, unless it is empty.
        """
        from core.broker.connect import open_broker
        from core.store.database.connect import database_at

        self._check_change(url, database_url)
        open_broker(url)
        with self._changing:
            before = self.settings
            changed = replace(before, broker_url=url, broker_problem="")
            if database_url:
                changed = replace(changed, database_url=database_url, database_problem="")
            if not changed.database_problem:
                database_at(changed.database_url)
            self._end()
            self.settings = changed
            try:
                self._open()
            except Exception:
                self.settings = before
                with suppress(SettingError):  # the one before may be as unusable
                    self._open()
                raise

    def stop(self) -> bool:
        """Accept what was submitted, report what could not be, end everything. Whether all ended in time."""
        self._stopped = True
        with self._changing:
            until_s = monotonic() + STOP_S
            self.do(lambda pipeline: pipeline.each_worker(lambda worker: worker.stop()))
            ended = self._read_only or self.writer.end(LAST_ACCEPT_S)
            return self._end(max(LEAST_STOP_S, until_s - monotonic())) and ended

    def stop_now(self) -> None:
        """Workers give back what is not being stored this moment, also while it ends already."""
        if (pipeline := self._pipeline or self._leaving) is not None:
            pipeline.stop_now()

    def _end(self, timeout_s: float = STOP_S) -> bool:
        self._leaving, self._pipeline = self._pipeline, None
        ended = self._leaving is None or self._leaving.stop(timeout_s)
        self._leaving = None
        return ended

    def submit(self, workouts: Sequence[Workout], source: str = Producer.FORM) -> None:
        """ProblemRaised for a workout that is refused. After `stop`, and in a read-only console, nothing."""
        if not self._read_only:
            self.writer.submit(workouts, source)

    def send(self, change: Change) -> None:
        """As `submit`, a correction or deletion too."""
        if not self._read_only:
            self.writer.send([change])

    def report_accepted(self, events: Sequence[Event]) -> None:
        """Another program accepted workouts into this outbox: pass on its events, and send what there is."""
        for event in events:
            self._post(event)
        self.do(lambda pipeline: pipeline.notice())

    def do(self, act: Act) -> None:
        """With the pipeline, if there is one just now."""
        if (pipeline := self._pipeline) is not None:
            act(pipeline)

    def ask(self, query: Query[Any]) -> None:
        """Without a pipeline, there is no reply; a screen asks again when its `opened` is called."""
        self.do(lambda pipeline: pipeline.ask(query))

    def act_on_failed(self, act: Callable[[FailedThread], None]) -> None:
        """On the failed list, unless this console is read-only."""
        if (pipeline := self._pipeline) is not None and pipeline.failed is not None:
            act(pipeline.failed)

    def set_worker(self, worker: WorkerSettings) -> None:
        self.worker = worker
        self.do(lambda pipeline: pipeline.set_worker(worker.prefetch, worker.work))
