"""Passes events from other threads to the Qt main thread, and delivers replies there; nothing else may."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from core.events import BatchProcessed, Event, EventsLost
from worker.runtime.query import Posted, Reply

DRAIN_INTERVAL_MS = 50
MAX_BUFFERED = 20_000


class Bridge(QObject):
    """Main thread. Other threads `post`; `events_arrived` delivers in batches, at most 20 a second.

    The first event after a pause is delivered at once, so that a receipt appears right after the key press. Replies go
    to who asked, before the events of their batch; one whose receiver has been deleted is ignored.
    """

    events_arrived = Signal(object)  # list[Event], in the order they were posted
    _woken = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        max_buffered: int = MAX_BUFFERED,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(parent)
        self._buffer: deque[Posted] = deque()
        self._max_buffered = max_buffered
        self._lock = threading.Lock()
        self._wake_pending = False
        self._closed = False
        self._clock_s = clock_s
        self._drained_at_s = float("-inf")
        self._missed: EventsLost | None = None
        self.dropped = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)
        # Queued also from the main thread: a direct call would run the drain inside `post`, with its lock held.
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def post(self, event: Posted) -> None:
        """From any thread; never blocks. When the buffer is full, the oldest event is dropped and counted.

        Dropped outcomes are reported with the next drain. A Reply is never dropped.
        """
        with self._lock:
            if self._closed:
                return
            if len(self._buffer) >= self._max_buffered:
                self._make_room()
            self._buffer.append(event)
            if self._wake_pending:
                return
            self._wake_pending = True
            # Inside the lock, so that `close` cannot delete this object between the check and the emit.
            self._woken.emit()

    def _make_room(self) -> None:
        # Replies are few, and a screen waits for each of them.
        oldest = next((place for place, each in enumerate(self._buffer) if not isinstance(each, Reply)), None)
        if oldest is not None:
            self._count_missed(self._buffer[oldest])
            del self._buffer[oldest]

    def _count_missed(self, dropped: Posted) -> None:
        self.dropped += 1
        if isinstance(dropped, BatchProcessed):
            before = 0 if self._missed is None else self._missed.outcomes
            self._missed = EventsLost(dropped.at_ms, before + len(dropped.outcomes))

    def close(self) -> None:
        """Deliver what is buffered; later posts are ignored."""
        with self._lock:
            self._closed = True  # first, so that nothing is posted after the last drain
        self._drain()
        self._timer.stop()

    @Slot()
    def _on_woken(self) -> None:
        since_ms = (self._clock_s() - self._drained_at_s) * 1000
        if since_ms >= DRAIN_INTERVAL_MS:
            self._drain()
        else:
            self._timer.start(max(1, int(DRAIN_INTERVAL_MS - since_ms)))

    @Slot()
    def _on_timeout(self) -> None:
        self._drain()

    def _drain(self) -> None:
        with self._lock:
            posted = list(self._buffer)
            self._buffer.clear()
            events: list[Event] = [] if self._missed is None else [self._missed]
            self._missed = None
            self._wake_pending = False
        self._drained_at_s = self._clock_s()
        for each in posted:
            if isinstance(each, Reply):
                _deliver(each)
            else:
                events.append(each)
        if events:
            self.events_arrived.emit(events)


def _deliver(reply: Reply[Any]) -> None:
    receiver = reply.on_result
    while isinstance(receiver, partial):
        receiver = receiver.func
    asked_by = getattr(receiver, "__self__", None)
    if isinstance(asked_by, QObject) and not isValid(asked_by):
        return
    try:
        reply.deliver()
    except Exception:  # noqa: BLE001 - reported as any error of a slot, without costing the replies and events after it
        sys.excepthook(*sys.exc_info())
