"""What a worker says of itself: where it runs, which version it is, and what it has in hand."""

from __future__ import annotations

import os
import socket

from core.events import BatchProcessed, CurrentJob, PickedUp, WorkerInfo
from core.version import VERSION


class WorkerInfoTracker:
    """Of the loop's thread."""

    def __init__(self) -> None:
        self._host, self._pid = socket.gethostname(), os.getpid()
        self._done = self._in_hand = 0
        self._job: CurrentJob | None = None

    def took(self, picked_up: PickedUp) -> None:
        self._in_hand, self._job = len(picked_up.workout_ids), picked_up.job

    def finished(self, processed: BatchProcessed) -> None:
        self._done += len(processed.outcomes)
        self._in_hand, self._job = 0, None

    def read(self, prefetch: int) -> WorkerInfo:
        return WorkerInfo(self._host, self._pid, VERSION, prefetch, self._done, self._in_hand, self._job)
