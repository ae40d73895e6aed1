"""Experiments with workers: kill one in the middle of a job, pause all, add one."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from core.events import BatchProcessed, Event, OutcomeKind, PickedUp
from core.live.console_state import ConsoleState
from core.live.ledger import BalanceStatus
from worker.demo.experiments.experiment import DemoControl, Experiment, Observation, broken, kept, seconds

PAUSE_MS = 5_000
LEAST_GROWTH = 3  # workouts that must pile up while all are paused
MOST_DRAIN = 200  # of a longer queue only the resumption is watched
SETTLE_MS = 4_000  # until the time to empty is measured with the new worker
MIN_JOB_MS = 150  # a job must have lasted so long, so that the kill falls into its middle
_ENDS = (OutcomeKind.STORED, OutcomeKind.DUPLICATE, OutcomeKind.FAILED)


class KillWorker(Experiment):
    key, title, icon = "kill", "Kill a worker", "close-circle-outline"
    promise = "Another worker takes its job, once"

    def __init__(self, control: DemoControl) -> None:
        super().__init__(control)
        self._victim = self._job = ""
        self._killed_ms = 0
        self._ends: list[tuple[OutcomeKind, str, int]] = []  # of the job: kind, worker, when

    @override
    def begin(self, state: ConsoleState, now_ms: int) -> None:
        self._kill_busy(state, now_ms)
        if not self._job and state.waiting == 0:
            self.control.submit(len(self.control.workers()))

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, BatchProcessed) and self._job:
            self._ends += [
                (outcome.kind, event.worker, event.at_ms)
                for outcome in event.outcomes
                if outcome.workout_id == self._job and outcome.kind in _ENDS
            ]

    @override
    def look(self, state: ConsoleState, now_ms: int) -> Observation | None:
        if not self._job:
            self._kill_busy(state, now_ms)
            return None
        stored = [(worker, at_ms) for kind, worker, at_ms in self._ends if kind is OutcomeKind.STORED]
        if len(stored) > 1:
            return broken(f"its job was stored {len(stored)} times")
        if self._job in self.control.lost():
            return broken(f"its job is lost: {self.control.lost()[self._job]}")
        if not stored:
            return None
        if state.ledger().verdict is BalanceStatus.MISSING:
            return broken(f"{state.ledger().off_by:,} lost")
        worker, at_ms = stored[0]
        return kept(f"{self.control.short(worker)} took over in {seconds(at_ms - self._killed_ms)}, 0 lost")

    @override
    def progress(self, state: ConsoleState, now_ms: int) -> str:
        return f"{self.control.short(self._victim)} is dead, its job waits" if self._job else "waiting for a job"

    def _kill_busy(self, state: ConsoleState, now_ms: int) -> None:
        if not self.control.is_settled(now_ms):
            return
        alive = {worker.name for worker in self.control.workers() if worker.running}
        busy = [
            view
            for view in state.workers.views(now_ms)
            if view.name in alive and view.in_flight and view.job is not None and view.job_for_ms >= MIN_JOB_MS
        ]
        if busy:
            victim = min(busy, key=lambda view: view.job_for_ms)  # the others end theirs sooner
            assert victim.job is not None
            self._victim, self._job, self._killed_ms = victim.name, victim.job.workout_id, now_ms
            self.control.kill(victim.name)


class PauseAll(Experiment):
    key, title, icon = "pause", "Pause all", "pause"
    promise = "The stack grows, nothing is lost"

    def __init__(self, control: DemoControl) -> None:
        super().__init__(control)
        self._before = self._peak = 0
        self._through: set[str] = set()
        self._watched: frozenset[str] = frozenset()
        self._resumed = False

    @override
    def begin(self, state: ConsoleState, now_ms: int) -> None:
        self._before = self._peak = state.waiting
        self.control.pause()
        self._watched = frozenset(self.control.submit(LEAST_GROWTH))

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, BatchProcessed):
            self._through.update(each.workout_id for each in event.outcomes if each.kind in _ENDS)

    @override
    def look(self, state: ConsoleState, now_ms: int) -> Observation | None:
        self._peak = max(self._peak, state.waiting)
        if not self._resumed:
            if now_ms - self.began_ms >= PAUSE_MS and self._peak >= self._before + LEAST_GROWTH:
                self._resumed = True
                self._through.clear()
                self.control.resume()
            return None
        if state.ledger().verdict is BalanceStatus.MISSING:
            return broken(f"{state.ledger().off_by:,} lost")
        grew = f"{self._before:,} grew to {self._peak:,}"
        if self._peak > MOST_DRAIN:
            return kept(f"{grew}, then it went on") if self._through else None
        return kept(f"{grew}, then drained") if self._watched <= self._through else None

    @override
    def progress(self, state: ConsoleState, now_ms: int) -> str:
        return f"{state.waiting:,} wait" if self._resumed else f"paused, {state.waiting:,} wait"

    @override
    def end(self) -> None:
        self.control.resume()


class AddWorker(Experiment):
    key, title, icon = "add", "Add a worker", "plus"
    promise = "The time to empty falls"

    def __init__(self, control: DemoControl) -> None:
        super().__init__(control)
        self._known: frozenset[str] = frozenset()
        self._before = ""
        self._job_at_ms: int | None = None
        self._new = ""

    @override
    def begin(self, state: ConsoleState, now_ms: int) -> None:
        self._known = frozenset(worker.name for worker in self.control.workers())
        self._before = time_to_empty(state)
        self.control.add_worker()
        if state.waiting < len(self._known) + 1:
            self.control.submit(2 * len(self._known) + 2)

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, PickedUp) and self._job_at_ms is None and self._is_new(event.worker):
            self._new, self._job_at_ms = event.worker, event.at_ms

    @override
    def look(self, state: ConsoleState, now_ms: int) -> Observation | None:
        if len(self.control.workers()) <= len(self._known) and now_ms - self.began_ms > SETTLE_MS:
            return broken("there is no more room for workers")
        if self._job_at_ms is None or now_ms - self._job_at_ms < SETTLE_MS:
            return None
        after = time_to_empty(state)
        if self._before and after and after != self._before:
            return kept(f"{self._before} became {after}")
        took = seconds(self._job_at_ms - self.began_ms)
        return kept(f"{self.control.short(self._new)} has its first job after {took}")

    @override
    def progress(self, state: ConsoleState, now_ms: int) -> str:
        return "it starts" if self._job_at_ms is None else "measuring the time to empty"

    def _is_new(self, worker: str) -> bool:
        return worker not in self._known and worker in {each.name for each in self.control.workers()}


def time_to_empty(state: ConsoleState) -> str:
    """`4 min 15 s`, `never`; empty where nothing waits."""
    if not state.waiting:
        return ""
    empty_in_s = state.flow().empty_in_s
    return "never" if empty_in_s is None else span_words(empty_in_s)


def span_words(span_s: float) -> str:
    whole_s = round(span_s)
    parts: Sequence[str] = (f"{whole_s // 60:,} min", f"{whole_s % 60} s") if whole_s >= 60 else (f"{whole_s} s",)
    return " ".join(parts)
