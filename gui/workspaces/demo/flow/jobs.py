"""Which job of a worker is shown: between two batches it has none, for moments too short to be read. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.events import WorkerState
from core.live.workers import LiveWorker

HELD_MS = 600
_AT_WORK = (WorkerState.RUNNING, WorkerState.DRAINING)


class ShownJobs:
    """Belongs to one thread. A worker at work is shown with its last job for a while after it ended."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, LiveWorker]] = {}

    def of(self, views: Sequence[LiveWorker], now_ms: int) -> list[LiveWorker]:
        shown = [self._shown(view, now_ms) for view in views]
        names = {view.name for view in views}
        self._last = {name: last for name, last in self._last.items() if name in names}
        return shown

    def _shown(self, view: LiveWorker, now_ms: int) -> LiveWorker:
        if view.job is not None:
            self._last[view.name] = (now_ms, view)
            return view
        at_ms, last = self._last.get(view.name, (0, view))
        if view.state not in _AT_WORK or not 0 <= now_ms - at_ms < HELD_MS:
            return view
        return replace(view, job=last.job, job_for_ms=last.job_for_ms, in_flight=last.in_flight)
