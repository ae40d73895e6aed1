"""Runs both sides at the same time on this computer, and counts by ids at the end what became of each workout."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Barrier, Condition
from time import monotonic

from core.config.settings import DataFolder
from core.errors import PacelineError, SettingError
from core.store.reader import ResultsReader
from worker.consumer.simulated_work import Simulation
from worker.demo.comparison.clients import AnswerLog, WorkoutClient, make_clients
from worker.demo.comparison.faults import ProcessingFaults
from worker.demo.comparison.inline_service import InlineService
from worker.demo.comparison.plan import ComparisonPlan, pick_failing, plan_workouts
from worker.demo.comparison.queued_service import QueuedService
from worker.demo.comparison.report import ComparisonReport
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
        workouts = plan_workouts(plan)
        self._ids = [each.workout_id for each in workouts]
        failing = pick_failing(plan, workouts)
        self._faults = [ProcessingFaults(failing, plan.outage) for _ in range(2)]
        inline_folder, queue_folder = DataFolder(folder / "inline"), DataFolder(folder / "queued")
        inline_folder.create()
        queue_folder.create()
        self._inline_url = inline_folder.results_url
        # A stream of the same durations for each side.
        works = [Simulation(plan.work, random.Random(plan.seed).uniform) for _ in range(2)]
        self._queued = QueuedService(queue_folder.path, plan.threads, works[1], self._faults[1])
        self._inline = InlineService(self._inline_url, plan.threads, works[0], self._faults[0])
        self._logs = AnswerLog(), AnswerLog()
        self._start = Barrier(2 * plan.clients, action=self._begin)
        self._began_s = monotonic()
        self._clients: Sequence[WorkoutClient] = [
            client
            for address, log in zip((self._inline.address, self._queued.address), self._logs, strict=True)
            for client in make_clients(plan.clients, address, workouts, self._start, log)
        ]

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._start.abort()

    def run(self) -> ComparisonReport | None:
        """Blocks. The last report; None when it was stopped. SettingError when a side did not start, or for too long.

        Also StoreError and BrokerError.
        """
        try:
            self._inline.start()
            self._queued.start()
            for client in self._clients:
                client.start()
            self._wait_for_end()
            self._queued.stop()
            return None if self._stopping else self._count()
        finally:
            self._end()

    def _begin(self) -> None:
        """In the thread of the client that comes last."""
        self._began_s = monotonic()
        for faults in self._faults:
            faults.begin()

    def _wait_for_end(self) -> None:
        until_s = monotonic() + self._plan.bound_s
        while not self._is_over():
            if monotonic() > until_s:
                raise SettingError(f"The comparison did not end within {self._plan.bound_s:g} s.")
            self._on_report(self._progress())
            with self._changed:
                if self._changed.wait_for(lambda: self._stopping, REPORT_S):
                    return
        if self._start.broken and not self._stopping:
            raise SettingError("The comparison could not reach one of its own services.")

    def _is_over(self) -> bool:
        """All requests are answered, and the queue works on none; what waits to be tried again may take minutes."""
        if not all(client.join(0) for client in self._clients):
            return False
        pending, depth = self._queued.waiting()
        return not (pending or depth.ready or depth.running)

    def _progress(self) -> ComparisonReport:
        """While it runs: what failed within a request is lost, what failed in the queue is kept."""
        inline, queued = self._logs
        failed_inline, failed_queued = (len(each.failed) for each in self._faults)
        return ComparisonReport(
            elapsed_s=monotonic() - self._began_s,
            inline=inline.report(stored=len(inline.accepted()), lost=failed_inline, kept=0),
            queued=queued.report(stored=self._queued.stored, lost=0, kept=failed_queued),
        )

    def _count(self) -> ComparisonReport:
        """After the queue has stopped, so that nothing moves."""
        elapsed_s = monotonic() - self._began_s
        ids = frozenset(self._ids)
        inline_stored = _stored(self._inline_url, self._ids)
        queued_stored = _stored(self._queued.database_url, self._ids)
        pending, depth = self._queued.waiting()
        still_there = pending + depth.ready + (depth.running or 0) + depth.retrying + depth.failed
        queued_lost = max(0, len(ids - queued_stored) - still_there)
        inline_failed, queued_failed = (each.failed for each in self._faults)
        inline, queued = self._logs
        return ComparisonReport(
            ended=True,
            elapsed_s=elapsed_s,
            inline=inline.report(
                stored=len(inline_stored), lost=len(ids - inline_stored), kept=len(inline_failed & inline_stored)
            ),
            queued=queued.report(
                stored=len(queued_stored), lost=queued_lost, kept=max(0, len(queued_failed) - queued_lost)
            ),
        )

    def _end(self) -> None:
        """Everything that `run` started has ended afterwards, or is bound to end with the process."""
        self._start.abort()
        for client in self._clients:
            client.stop()
        self._inline.stop()
        self._queued.stop()
        self._queued.close()
        for client in self._clients:
            client.join(JOIN_S)


def _stored(database_url: str, ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids that the results have."""
    reader = ResultsReader(database_url, now_ms=now_ms)
    reader.open()
    with closing(reader):
        parts = [ids[first : first + IDS_AT_ONCE] for first in range(0, len(ids), IDS_AT_ONCE)]
        return frozenset().union(*(reader.known_workouts(part, ()).ids for part in parts))


def problem_of(error: PacelineError | OSError) -> str:
    """A sentence for the console."""
    return str(error) if isinstance(error, PacelineError) else f"The comparison failed: {error.strerror or error}."
