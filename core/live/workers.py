"""Registry of workers, from their events: state, messages in flight, last heartbeat."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from core.events import BatchProcessed, CurrentJob, PickedUp, WorkerHeartbeat, WorkerState

STALE_MS = 20_000  # milliseconds; every worker sends a heartbeat each 5 s
PRESUMED_DEAD_MS = 60_000
LEAVES_MS = 90_000
STOPPED_LEAVES_MS = 30_000
RATE_WINDOW_MS = 10_000
_SHORTEST_RATE_MS = 2_000
_MOST_WORKERS = 200
_MAX_STALE_MARKERS = 100


@dataclass(slots=True)
class LiveWorker:
    name: str
    state: WorkerState
    problem: str = ""
    last_seen_ms: int = 0
    in_flight: int = 0  # 0 once it is presumed dead: its messages are back in the queue by then
    done: int = 0
    host: str = ""
    pid: int = 0
    version: str = ""
    prefetch: int | None = None  # None where it did not report it
    job: CurrentJob | None = None
    job_for_ms: int = 0
    rate_per_s: float | None = None
    age_ms: int = 0
    stale: bool = False
    presumed_dead: bool = False  # stale for so long that its messages count as requeued
    expires_in_ms: int | None = None  # until it is removed from the list; None while it is not stale


@dataclass(slots=True)
class _Worker(LiveWorker):
    """What the registry knows of one. The fields that depend on the time are set in `view` only."""

    job_since_ms: int = 0
    stale_marked: bool = False  # its stale mark is made
    counts: bool = False  # its heartbeats carry the number of outcomes
    samples: deque[tuple[int, int]] = field(default_factory=deque)  # (time, outcomes until then); one a second

    def age_at(self, now_ms: int) -> int:
        return max(0, now_ms - self.last_seen_ms)

    def expires_at(self, now_ms: int) -> int | None:
        """None while it is not stale."""
        age_ms = self.age_at(now_ms)
        if self.state is WorkerState.STOPPED:
            return STOPPED_LEAVES_MS - age_ms
        return LEAVES_MS - age_ms if age_ms > STALE_MS else None

    def take_job(self, job: CurrentJob | None, at_ms: int) -> None:
        if job is None or self.job is None or job.workout_id != self.job.workout_id:
            self.job, self.job_since_ms = job, at_ms

    def count(self, at_ms: int, done: int) -> None:
        if done < self.done:  # after a restart
            self.samples.clear()
        self.done = done
        if not self.samples or at_ms - self.samples[-1][0] >= 1_000:
            self.samples.append((at_ms, done))
        while self.samples[0][0] < at_ms - RATE_WINDOW_MS:
            self.samples.popleft()

    def rate_at(self, now_ms: int) -> float | None:
        """Outcomes a second over the last ten seconds; None while too little is known, or when it is stale."""
        if self.state is WorkerState.STOPPED or self.age_at(now_ms) > STALE_MS:
            return 0.0
        recent = [sample for sample in self.samples if sample[0] >= now_ms - RATE_WINDOW_MS]
        if not recent:
            return 0.0 if self.samples else None
        span_ms = now_ms - recent[0][0]
        return (self.done - recent[0][1]) * 1000 / span_ms if span_ms >= _SHORTEST_RATE_MS else None

    def view(self, now_ms: int) -> LiveWorker:
        age_ms, stopped = self.age_at(now_ms), self.state is WorkerState.STOPPED
        is_dead = age_ms > PRESUMED_DEAD_MS
        return replace(
            self,
            in_flight=0 if is_dead else self.in_flight,
            job_for_ms=max(0, now_ms - self.job_since_ms) if self.job is not None else 0,
            rate_per_s=self.rate_at(now_ms),
            age_ms=age_ms,
            stale=age_ms > STALE_MS and not stopped,
            presumed_dead=is_dead and not stopped and self.in_flight > 0,
            expires_in_ms=self.expires_at(now_ms),
        )


@dataclass(frozen=True, slots=True)
class StaleMarker:
    """When a worker became stale, for a mark on a chart."""

    at_ms: int
    worker: str


class WorkerRegistry:
    """A worker has one batch at a time, so its next one ends the last: a lost event has no lasting effect."""

    def __init__(self) -> None:
        self._workers: dict[str, _Worker] = {}
        self._stale_markers: deque[StaleMarker] = deque(maxlen=_MAX_STALE_MARKERS)

    def __len__(self) -> int:
        """How many are on the list."""
        return len(self._workers)

    def picked_up(self, event: PickedUp, last_seen_ms: int) -> None:
        worker = self._hear(event.worker, last_seen_ms)
        worker.in_flight = len(event.workout_ids)
        first = event.workout_ids[0] if event.workout_ids else None
        worker.take_job(event.job or (None if first is None else CurrentJob(first)), last_seen_ms)

    def processed(self, event: BatchProcessed, last_seen_ms: int) -> None:
        worker = self._hear(event.worker, last_seen_ms)
        worker.in_flight = max(0, worker.in_flight - len(event.outcomes))
        if not worker.in_flight:
            worker.job = None
        worker.count(last_seen_ms, worker.done + len(event.outcomes))

    def changed(self, event: WorkerHeartbeat, last_seen_ms: int) -> bool:
        """Whether its state changed; otherwise it was a heartbeat."""
        known = event.worker in self._workers
        worker = self._hear(event.worker, last_seen_ms)
        changed = not known or (worker.state, worker.problem) != (event.state, event.problem)
        worker.state, worker.problem = event.state, event.problem
        if (info := event.info) is not None:
            worker.host, worker.pid, worker.version = info.host, info.pid, info.version
            worker.prefetch, worker.in_flight = info.prefetch, info.in_flight
            worker.take_job(info.job, last_seen_ms)
            if not worker.counts:  # outcomes before this program watched give no rate
                worker.counts = True
                worker.samples.clear()
            worker.count(last_seen_ms, info.done)
        elif event.state is WorkerState.ON_HOLD:
            worker.in_flight, worker.job = 0, None
        if event.state is WorkerState.STOPPED:
            worker.in_flight, worker.job = 0, None
        return changed

    def forget(self, athlete: str) -> None:
        """A job of this athlete is shown by its workout's id only."""
        for worker in self._workers.values():
            if worker.job is not None and worker.job.athlete == athlete:
                worker.job = CurrentJob(worker.job.workout_id)

    def running(self, now_ms: int) -> int:
        """Messages in flight. A worker that is stale for a minute is presumed dead, and its messages count as
        requeued."""
        return sum(worker.in_flight for worker in self._workers.values() if worker.age_at(now_ms) <= PRESUMED_DEAD_MS)

    def number_in(self, state: WorkerState, now_ms: int) -> int:
        """How many workers are in this state and not presumed dead."""
        return sum(each.state is state and each.age_at(now_ms) <= PRESUMED_DEAD_MS for each in self._workers.values())

    def hold_problem(self, now_ms: int) -> str:
        """Why no worker takes messages, where all that are alive and not stopped are on hold; else empty."""
        states = (WorkerState.STOPPED, WorkerState.PAUSED)
        able = [w for w in self._workers.values() if w.state not in states and w.age_at(now_ms) <= PRESUMED_DEAD_MS]
        if any(each.state is not WorkerState.ON_HOLD for each in able):
            return ""
        return next((each.problem for each in able if each.problem), "")

    def views(self, now_ms: int) -> list[LiveWorker]:
        """Sorted by name. Removes workers that have been dead for long."""
        self._review(now_ms)
        return [each.view(now_ms) for _, each in sorted(self._workers.items())]

    def marks(self, from_ms: float) -> list[StaleMarker]:
        """Those since then, oldest first."""
        return [mark for mark in self._stale_markers if mark.at_ms >= from_ms]

    def _review(self, now_ms: int) -> None:
        for worker in list(self._workers.values()):
            expires_in_ms = worker.expires_at(now_ms)
            if expires_in_ms is None:
                worker.stale_marked = False
            elif expires_in_ms <= 0:
                del self._workers[worker.name]
            elif worker.state is not WorkerState.STOPPED and not worker.stale_marked:
                worker.stale_marked = True
                self._stale_markers.append(StaleMarker(worker.last_seen_ms + STALE_MS, worker.name))

    def _hear(self, name: str, last_seen_ms: int) -> _Worker:
        worker = self._workers.get(name)
        if worker is None:
            if len(self._workers) >= _MOST_WORKERS:
                del self._workers[min(self._workers.values(), key=lambda each: each.last_seen_ms).name]
            worker = self._workers[name] = _Worker(name, WorkerState.RUNNING)
            worker.samples.append((last_seen_ms, 0))
        worker.last_seen_ms = max(worker.last_seen_ms, last_seen_ms)
        return worker
