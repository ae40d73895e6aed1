"""Runs both sides at the same time on this computer, and counts by ids at the end what became of each workout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Barrier, Condition
from time import monotonic
from typing import Protocol

from core.broker.connect import open_broker
from core.broker.ports import Depth
from core.config.settings import DataFolder
from core.errors import PacelineError, SettingError
from core.outbox.outbox import Outbox
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from worker.demo.comparison.clients import AnswerLog, WorkoutClient, make_clients
from worker.demo.comparison.plan import RESTART_S, ComparisonPlan, PlannedWorkout, pick_failing, plan_workouts
from worker.demo.comparison.report import ComparisonReport
from worker.demo.comparison.service_process import ServiceProcess
from worker.demo.comparison.service_request import ServiceRequest, ServiceSide
from worker.runtime.clock import now_ms

REPORT_S = 0.25
JOIN_S = 5.0
IDS_AT_ONCE = 500


class Comparison:
    """`run` is called once; `stop` is for any thread."""

    def __init__(self, plan: ComparisonPlan, folder: Path, on_report: Callable[[ComparisonReport], None]) -> None:
        """Its files go into `folder`. SettingError, StoreError."""
        self._plan, self._on_report = plan, on_report
        self._changed = Condition()
        self._stopping = False
        self._workouts = plan_workouts(plan)
        self._ids = [each.workout_id for each in self._workouts]
        failing = pick_failing(plan, self._workouts)
        self._places = [DataFolder(folder / side.value) for side in ServiceSide]
        for place in self._places:
            place.create()
            _make_results(place)
        self._services = self._inline, self._queued = [
            ServiceProcess(_request(plan, side, place, failing))
            for side, place in zip(ServiceSide, self._places, strict=True)
        ]
        self._logs = AnswerLog(), AnswerLog()
        self._start = Barrier(2 * plan.clients, action=self._begin)
        self._began_s: float | None = None
        self._clients: Sequence[WorkoutClient] = ()
        self._counts = SideCounts(*self._places)
        self._kept_at_kill = 0

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._start.abort()

    def run(self) -> ComparisonReport | None:
        """Blocks. The last report; None when it was stopped. SettingError when a side did not start, or for too long.

        Also StoreError and BrokerError.
        """
        with self._counts:
            try:
                for service in self._services:
                    service.start()
                self._clients = self._make_clients(self._workouts)
                for client in self._clients:
                    client.start()
                self._wait_for_end()
                self._queued.stop()
                return None if self._stopping else self._count()
            finally:
                self._end()

    def _make_clients(self, workouts: Sequence[PlannedWorkout]) -> Sequence[WorkoutClient]:
        return [
            client
            for service, log in zip(self._services, self._logs, strict=True)
            for client in make_clients(self._plan.clients, service.address, workouts, self._start, log)
        ]

    def _begin(self) -> None:
        """In the thread of the client that comes last."""
        self._began_s = monotonic()
        for service in self._services:
            service.begin()

    @property
    def _elapsed_s(self) -> float:
        """Since both sides began; 0 before."""
        return 0.0 if self._began_s is None else monotonic() - self._began_s

    def _wait_for_end(self) -> None:
        until_s = monotonic() + self._plan.bound_s
        kill_s = self._plan.kill_s
        restart_s: float | None = None
        while not self._is_over():
            if monotonic() > until_s:
                raise SettingError(f"The comparison did not end within {self._plan.bound_s:g} s.")
            if kill_s is not None and self._began_s is not None and self._elapsed_s >= kill_s:
                kill_s, restart_s = None, self._elapsed_s + RESTART_S
                self._kill()
            if restart_s is not None and self._elapsed_s >= restart_s:
                restart_s = None
                for service in self._services:
                    service.start_again(self._elapsed_s)
            self._on_report(self._progress())
            with self._changed:
                if self._changed.wait_for(lambda: self._stopping, REPORT_S):
                    return
        if self._start.broken and not self._stopping:
            raise SettingError("The comparison could not reach one of its own services.")

    def _kill(self) -> None:
        for service in self._services:
            service.kill()
        pending, depth = self._counts.waiting()
        self._kept_at_kill = pending + depth.ready + (depth.running or 0) + depth.retrying

    def _is_over(self) -> bool:
        """All requests are answered, and the queue works on none; what waits to be tried again may take minutes."""
        if not all(client.join(0) for client in self._clients):
            return False
        pending, depth = self._counts.waiting()
        return not (pending or depth.ready or depth.running)

    def _progress(self) -> ComparisonReport:
        """While it runs: what failed within a request, or got no answer, is lost; what failed in the queue is kept."""
        inline, queued = self._logs
        failed_inline, failed_queued = (len(each.failed) for each in self._services)
        stored_inline, stored_queued = (len(each) for each in self._counts.stored(self._ids))
        return ComparisonReport(
            elapsed_s=self._elapsed_s,
            inline=inline.report(stored=stored_inline, lost=failed_inline + inline.unanswered, kept=0),
            queued=queued.report(stored=stored_queued, lost=0, kept=failed_queued + self._kept_at_kill),
        )

    def _count(self) -> ComparisonReport:
        """After the queue has stopped, so that nothing moves."""
        elapsed_s = self._elapsed_s
        ids = frozenset(self._ids)
        inline_stored, queued_stored = self._counts.stored(self._ids)
        pending, depth = self._counts.waiting()
        still_there = pending + depth.ready + (depth.running or 0) + depth.retrying + depth.failed
        queued_lost = max(0, len(ids - queued_stored) - still_there)
        queued_kept = len(self._queued.failed) + self._kept_at_kill - queued_lost
        inline, queued = self._logs
        return ComparisonReport(
            ended=True,
            elapsed_s=elapsed_s,
            inline=inline.report(
                stored=len(inline_stored),
                lost=len(ids - inline_stored),
                kept=len(self._inline.failed & inline_stored),
            ),
            queued=queued.report(stored=len(queued_stored), lost=queued_lost, kept=max(0, queued_kept)),
        )

    def _end(self) -> None:
        """Everything that `run` started has ended afterwards, or is bound to end with the process."""
        self._start.abort()
        for client in self._clients:
            client.stop()
        for service in self._services:
            service.stop()
        for client in self._clients:
            client.join(JOIN_S)


class _Openable(Protocol):
    def open(self) -> None: ...

    def close(self) -> None: ...


class SideCounts:
    """Reads the files of both sides, in one thread, as a context."""

    def __init__(self, inline: DataFolder, queued: DataFolder) -> None:
        self._readers = [ResultsReader(place.results_url, now_ms=now_ms) for place in (inline, queued)]
        self._outbox = Outbox(queued.outbox_file, now_ms=now_ms)
        self._inspector = open_broker(queued.queue_url).inspector()
        self._opened = ExitStack()

    def __enter__(self) -> SideCounts:
        """StoreError, BrokerError."""
        with ExitStack() as opened:
            parts: tuple[_Openable, ...] = (*self._readers, self._outbox, self._inspector)
            for each in parts:
                each.open()
                opened.enter_context(closing(each))
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def stored(self, ids: Sequence[str]) -> tuple[frozenset[str], ...]:
        """Those of the ids that the results of each side have. StoreError."""
        parts = [ids[first : first + IDS_AT_ONCE] for first in range(0, len(ids), IDS_AT_ONCE)]
        return tuple(
            frozenset().union(*(reader.known_workouts(part, ()).ids for part in parts)) for reader in self._readers
        )

    def waiting(self) -> tuple[int, Depth]:
        """Workouts in the outbox, then those in the queue, in this order, as they move. StoreError, BrokerError."""
        pending = self._outbox.counts().pending
        return pending, self._inspector.depth()


def _make_results(place: DataFolder) -> None:
    """Else they could not be read before the first workout is stored."""
    store = ResultsStore(place.results_url, now_ms=now_ms)
    store.open()
    store.close()


def _request(plan: ComparisonPlan, side: ServiceSide, place: DataFolder, failing: frozenset[str]) -> ServiceRequest:
    return ServiceRequest(
        side=side,
        folder=str(place.path),
        threads=plan.threads,
        work=plan.work.text(),
        seed=plan.seed,
        failing=tuple(sorted(failing)),
        outage=None if plan.outage is None else plan.outage.text(),
    )


def problem_of(error: PacelineError | OSError) -> str:
    """A sentence for the console."""
    return str(error) if isinstance(error, PacelineError) else f"The comparison failed: {error.strerror or error}."
