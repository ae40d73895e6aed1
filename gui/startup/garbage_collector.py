"""Runs Python's garbage collection in the main thread only.

Python collects in the thread that happens to allocate. When that is a worker thread and the garbage holds a
QGraphicsScene (each chart is one), Qt is torn down beside its own event loop and the process dies. So automatic
collection is off in a console, and a timer in the main thread collects instead.

Measured with the console full after a million events (2 cores, Python 3.11): a full collection of everything takes
75 ms, five frames. So the objects of the start are excluded once (`gc.freeze`, no pause), and a full collection of the
rest takes 2 ms. A young one takes 4 ms in the median at 10,000 events a second.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Slot

from gui.startup.garbage import CollectionSchedule, collect_due

TICK_MS = 100
SETTLE_S = 5.0  # from the start until every workspace is built


class GarbageCollector(QObject):
    """Main thread. Turns automatic collection off for the rest of the process, and collects on a timer.

    It stays off after `stop`: threads may still be ending while Qt's objects are deleted.
    """

    def __init__(self, parent: QObject | None = None, *, clock_s: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        gc.disable()
        self._clock_s = clock_s
        self._settled_at_s = clock_s() + SETTLE_S
        self._schedule: CollectionSchedule | None = None  # None until SETTLE_S after the start
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_due)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        if self._schedule is not None:
            gc.unfreeze()

    @Slot()
    def _on_due(self) -> None:
        if self._schedule is not None:
            collect_due(self._schedule, self._clock_s)
        elif self._clock_s() >= self._settled_at_s:
            gc.freeze()
            self._schedule = CollectionSchedule(self._clock_s())
