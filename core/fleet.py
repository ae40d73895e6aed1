"""The workers as their events tell of them: state, what each has in hand, when it was last heard of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.events import BatchProcessed, PickedUp, WorkerState, WorkerStateChanged

SILENT_MS = 60_000
_MOST_WORKERS = 200


@dataclass(slots=True)
class _Worker:
    name: str
    state: WorkerState
    problem: str = ""
    since_ms: int = 0
    heard_ms: int = 0
    in_hand: int = 0
    done: int = 0


@dataclass(frozen=True, slots=True)
class WorkerView:
    name: str
    state: WorkerState
    problem: str
    since_ms: int
    heard_ms: int
    in_hand: int
    done: int


class Fleet:
    """A worker has one batch at a time, so its next one ends the last: a lost event does no lasting harm."""

    def __init__(self) -> None:
        self._workers: dict[str, _Worker] = {}

    def __len__(self) -> int:
        """How many were ever heard of."""
        return len(self._workers)

    def picked_up(self, event: PickedUp, heard_ms: int) -> None:
        self._hear(event.worker, heard_ms).in_hand = len(event.workout_ids)

    def processed(self, event: BatchProcessed, heard_ms: int) -> None:
        worker = self._hear(event.worker, heard_ms)
        worker.in_hand = max(0, worker.in_hand - len(event.outcomes))
        worker.done += len(event.outcomes)

    def changed(self, event: WorkerStateChanged, heard_ms: int) -> None:
        worker = self._hear(event.worker, heard_ms)
        if worker.state is not event.state:
            worker.since_ms = heard_ms
        worker.state, worker.problem = event.state, event.problem
        if event.state in (WorkerState.STOPPED, WorkerState.ON_HOLD):
            worker.in_hand = 0

    def running(self, now_ms: int) -> int:
        """Messages in hand. One silent for a minute is taken for gone, and its messages for back in the queue."""
        return sum(worker.in_hand for worker in self._workers.values() if now_ms - worker.heard_ms <= SILENT_MS)

    def ready(self, now_ms: int) -> int:
        """Workers that take messages now."""
        return self._number_of(now_ms, lambda state: state is WorkerState.RUNNING)

    def paused(self, now_ms: int) -> int:
        return self._number_of(now_ms, lambda state: state is WorkerState.PAUSED)

    def views(self) -> list[WorkerView]:
        """By name."""
        return [
            WorkerView(each.name, each.state, each.problem, each.since_ms, each.heard_ms, each.in_hand, each.done)
            for _, each in sorted(self._workers.items())
        ]

    def _number_of(self, now_ms: int, wanted: Callable[[WorkerState], bool]) -> int:
        # An idle worker has nothing to say, so silence alone does not make it gone: only silence with work in hand.
        return sum(
            wanted(each.state) and (not each.in_hand or now_ms - each.heard_ms <= SILENT_MS)
            for each in self._workers.values()
        )

    def _hear(self, name: str, heard_ms: int) -> _Worker:
        worker = self._workers.get(name)
        if worker is None:
            if len(self._workers) >= _MOST_WORKERS:
                del self._workers[min(self._workers.values(), key=lambda each: each.heard_ms).name]
            worker = self._workers[name] = _Worker(name, WorkerState.RUNNING, since_ms=heard_ms)
        worker.heard_ms = heard_ms
        return worker
