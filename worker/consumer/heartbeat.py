"""A worker's heartbeat: its state, where it runs and what it has in flight, on each change and every few seconds."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import replace

from core.events import BatchProcessed, Event, PickedUp, WorkerHeartbeat, WorkerInfo, WorkerState
from core.logs import get_log
from core.version import VERSION
from worker.consumer.event_publisher import BestEffortEventPublisher
from worker.consumer.options import LoopOptions

_log = get_log(__name__)


class Heartbeat:
    """Of the loop's thread, in which `on_event` is called with each event of this worker."""

    def __init__(
        self,
        worker: str,
        publisher: BestEffortEventPublisher,
        on_event: Callable[[Event], None],
        options: LoopOptions,
    ) -> None:
        self.worker = worker
        self._publisher = publisher
        self._on_event = on_event
        self._options = options
        self._info = WorkerInfo(socket.gethostname(), os.getpid(), VERSION, options.prefetch)
        self._last: WorkerHeartbeat | None = None
        self._due_at_s = 0.0

    def set_state(self, state: WorkerState, problem: str = "") -> None:
        """Publish the state if it, or the problem, is another than before."""
        last = self._last
        if last is not None and last.state is state and last.problem == problem:
            return
        _log.info("worker " + state.value, worker=self.worker, **({"problem": problem} if problem else {}))
        self._publish(state, problem)

    def publish_if_due(self) -> None:
        if self._last is not None and self._options.monotonic_s() >= self._due_at_s:
            self._publish(self._last.state, self._last.problem)

    def set_prefetch(self, prefetch: int) -> None:
        """The prefetch that was requested. Makes a heartbeat due at once, so that who requested it sees it."""
        self._info = replace(self._info, prefetch=prefetch)
        self._due_at_s = 0.0

    def picked_up(self, event: PickedUp) -> None:
        self._info = replace(self._info, in_flight=len(event.workout_ids), job=event.job)
        self._on_event(event)

    def processed(self, event: BatchProcessed) -> None:
        self._info = replace(self._info, done=self._info.done + len(event.outcomes), in_flight=0, job=None)
        self._on_event(event)

    def _publish(self, state: WorkerState, problem: str) -> None:
        self._last = WorkerHeartbeat(self._options.now_ms(), self.worker, state, problem, self._info)
        self._due_at_s = self._options.monotonic_s() + self._options.heartbeat_interval_s
        self._on_event(self._last)
        self._publisher.send([self._last])
