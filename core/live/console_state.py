"""Builds what the screens show from events. Pure except for the clock passed in; belongs to one thread.

Bounded, so a console can stay open for days: an hour of depth by the second, an hour of latency by 5 s, a day of both
by 5 minutes, a feed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from core.events import (
    Accepted,
    AthleteErased,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    DepthSampled,
    Event,
    EventsLost,
    LedgerSnapshot,
    OutboxSampled,
    OutcomeKind,
    PickedUp,
    ProblemRaised,
    Refused,
    WorkerHeartbeat,
    WorkerState,
)
from core.live.achievement_board import AchievementBoard
from core.live.chart_summary import ChartFacts, summarize_charts
from core.live.ledger import Ledger, LedgerView, QueueSample
from core.live.workers import WorkerRegistry
from core.metrics.depth_and_flow import DepthSeries, FlowRates, RateMeter
from core.metrics.latency import HistoryBucket, LatencySeries
from core.metrics.throughput import LocalThroughput, ThroughputHistory
from core.workouts.names import spells

_OFFLINE_SPANS = 200
_PROBLEMS = 50
_CLOCKS_DIFFER_MS = 30_000


@dataclass(frozen=True, slots=True)
class OfflineSpan:
    from_ms: int
    until_ms: int | None  # None until it ends


class ConsoleState:
    """`apply` every event in order of arrival; read anything at any time.

    `latency_version` and `achievements.version` are incremented by each change of what they name.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self.workers = WorkerRegistry()
        self.achievements = AchievementBoard()
        self.began_ms = now_ms()
        self.work = ThroughputHistory()  # of all workers
        self.own = LocalThroughput()  # of this console's own workers
        self.connection: ConnectionChanged | None = None
        self.problems: deque[ProblemRaised] = deque(maxlen=_PROBLEMS)  # oldest first
        self.last_event_at_ms: int | None = None  # of an event other than a sample
        self.stored_seen = self.failed_seen = 0
        self.left_seen = 0  # outcomes that took a message out of the queue
        self.missed = 0  # outcomes that were published and not received
        self._wrong_ends = (0, 0)
        self.pending = 0
        self.latency_version = 0
        self._offline: deque[OfflineSpan] = deque(maxlen=_OFFLINE_SPANS)
        self._ledger = Ledger()
        self._failed_counted: int | None = None
        self.depth: DepthSampled | None = None  # the newest sample; the last known one while offline
        self.depths = DepthSeries()
        self._flow = RateMeter()
        self._running = 0
        self._was_filled = False
        self._handlers: dict[type, Callable[[Any], None]] = {
            Accepted: self._on_happened,
            Confirmed: self._on_happened,
            Refused: self._on_happened,
            PickedUp: self._on_picked_up,
            BatchProcessed: self._on_batch_processed,
            WorkerHeartbeat: self._on_worker_heartbeat,
            EventsLost: self._on_feed_missed,
            DepthSampled: self._on_depth_sampled,
            OutboxSampled: self._on_outbox_sampled,
            ConnectionChanged: self._on_connection_changed,
            LedgerSnapshot: self._on_ledger_counted,
            AthleteErased: self._on_athlete_erased,
            ProblemRaised: self.problems.append,
        }

    def apply(self, event: Event) -> None:
        self._handlers[type(event)](event)

    def apply_all(self, events: Iterable[Event]) -> None:
        for event in events:
            self._handlers[type(event)](event)

    def note_wrong_ends(self, lost: int, doubled: int) -> None:
        """Messages that a demonstration knows by their ids as lost, and as stored twice."""
        self._wrong_ends = lost, doubled

    def recall_day(self, buckets: Iterable[HistoryBucket]) -> None:
        """Adds what the results know of the time before this program started."""
        self.work.recall(buckets)
        self.latency_version += 1

    @property
    def latency(self) -> LatencySeries:
        return self.work.latency

    @property
    def online(self) -> bool:
        return self.connection is not None and self.connection.state is ConnectionState.ONLINE

    @property
    def lost(self) -> bool:
        """The connection was refused or lost, and is not back yet."""
        return bool(self._offline) and self._offline[-1].until_ms is None

    @property
    def unread(self) -> bool:
        """The queue was never read: nothing is known of it, neither that something waits nor that nothing does."""
        return self.depth is None and not self.online

    @property
    def waiting(self) -> int:
        return self.depth.ready if self.depth else 0

    @property
    def running(self) -> int:
        """As the broker counts them; where it cannot, what workers report as in flight."""
        if self.lost:
            return self._running
        if self.depth is not None and self.depth.running is not None:
            return self.depth.running
        return self.workers.running(self._now_ms())

    @property
    def failed(self) -> int:
        """As the ledger counts them; until then, those seen live."""
        return self.failed_seen if self._failed_counted is None else self._failed_counted

    @property
    def oldest_age_s(self) -> float | None:
        return self.depth.oldest_age_s if self.depth else None

    @property
    def started(self) -> bool:
        """Whether anything has been in the queue, or was processed, since this program started."""
        return self.left_seen > 0 or self._was_filled

    @property
    def unattended(self) -> bool:
        """Messages are ready, and no worker takes them: none is running, or all are paused."""
        if self.depth is None or not self.depth.ready or self.lost or self.running:
            return False
        return self._all_paused() or (not self.depth.consumers and not self._ready())

    def flow(self) -> FlowRates:
        return FlowRates() if self.lost else self._flow.flow(self._now_ms())

    def offline_spans(self, from_ms: float) -> list[OfflineSpan]:
        """Those that reach past `from_ms`, oldest first."""
        return [span for span in self._offline if span.until_ms is None or span.until_ms > from_ms]

    def ledger(self) -> LedgerView:
        view = self._ledger.view(self._now_ms(), live=not self.lost)
        lost, doubled = self._wrong_ends
        return replace(view, lost=lost, doubled=doubled) if lost or doubled else view

    def current_events(self) -> list[Event]:
        """The newest that say how things stand, for a recording that begins now. Heartbeats of workers come anyway."""
        found = (self.connection, self.depth, self._ledger.counted)
        return [event for event in found if event is not None]

    def reading(self) -> str:
        """One sentence for the charts."""
        wait, run = self.latency.headline()
        flow = self.flow()
        return summarize_charts(
            ChartFacts(
                online=not self.lost,
                known=not self.unread,
                waiting=self.waiting,
                running=self.running,
                consumers=self.depth.consumers if self.depth else None,
                paused=self._all_paused(),
                in_per_s=flow.in_per_s,
                empty_in_s=flow.empty_in_s,
                pace_per_s=flow.pace_per_s,
                wait_p50_ms=wait.p50_ms if wait else None,
                run_p50_ms=run.p50_ms if run else None,
            )
        )

    def _ready(self) -> int:
        return self.workers.number_in(WorkerState.RUNNING, self._now_ms())

    def _all_paused(self) -> bool:
        return self.workers.number_in(WorkerState.PAUSED, self._now_ms()) > 0 and not self._ready()

    def _on_happened(self, event: Accepted | Confirmed | Refused) -> None:
        self._happened(event.at_ms)

    def _on_picked_up(self, event: PickedUp) -> None:
        self._happened(event.at_ms)
        self.workers.picked_up(event, self._now_ms())
        self.own.picked_up(event)

    def _on_batch_processed(self, event: BatchProcessed) -> None:
        # The hot path: up to 10,000 outcomes a second, in the GUI thread.
        at_ms = self._happened(event.at_ms)
        self.workers.processed(event, self._now_ms())
        stored, failed, retrying = OutcomeKind.STORED, OutcomeKind.FAILED, OutcomeKind.RETRYING
        failed_before, left_before = self.failed_seen, self.left_seen
        waits_ms: list[float] = []
        runs_ms: list[float] = []
        for outcome in event.outcomes:
            kind = outcome.kind
            if kind is stored:
                if outcome.wait_ms is not None:
                    waits_ms.append(outcome.wait_ms)
                runs_ms.append(outcome.run_ms)
                if outcome.badges:
                    self.achievements.unlock(at_ms, outcome.athlete, outcome.badges)
            elif kind is failed:
                self.failed_seen += 1
            elif kind is retrying:
                self.left_seen -= 1  # it stays in the queue
        self.left_seen += len(event.outcomes)
        self.stored_seen += len(runs_ms)
        failed_now = self.failed_seen - failed_before
        self.work.record(at_ms, waits_ms, runs_ms, failed_now)
        if event.worker in self.own.names:
            self.own.processed(len(event.outcomes), self.left_seen - left_before)
            self.own.record(at_ms, waits_ms, runs_ms, failed_now)
        if runs_ms:
            self.latency_version += 1

    def _on_worker_heartbeat(self, event: WorkerHeartbeat) -> None:
        # Received now, whatever its clock says: staleness is measured by our clock.
        if self.workers.changed(event, self._now_ms()):
            self._happened(event.at_ms)

    def _on_feed_missed(self, event: EventsLost) -> None:
        self.missed += event.outcomes
        self.left_seen += event.outcomes  # not seen, but out of the queue, except for the few that are retried

    def _on_depth_sampled(self, event: DepthSampled) -> None:
        self.depth = event
        exact = event.running is not None
        running = event.running if event.running is not None else self.workers.running(event.at_ms)
        self._running = running
        self._was_filled = self._was_filled or event.ready + running > 0
        self.depths.add(event.at_ms, event.ready, running, event.oldest_age_s)
        self._flow.sample(event.at_ms, event.ready, event.ready + running + event.retrying, self.left_seen)
        self.work.add_flow(event.at_ms, self._flow.flow(event.at_ms))
        self.own.sample(event.at_ms)
        self._ledger.sample(QueueSample(event.at_ms, event.ready + event.retrying, running, exact))
        if event.oldest_age_s is not None:
            self.work.sample_oldest(event.at_ms, event.oldest_age_s)
            self.latency_version += 1

    def _on_outbox_sampled(self, event: OutboxSampled) -> None:
        self.pending = event.pending

    def _on_connection_changed(self, event: ConnectionChanged) -> None:
        if self.connection is not None and (self.connection.kind, self.connection.place) != (event.kind, event.place):
            self._forget_queue()
        self.connection = event
        if event.state in (ConnectionState.ONLINE, ConnectionState.BLOCKED):
            self._end_offline(event.at_ms)
        elif event.state is not ConnectionState.CONNECTING and not self.lost:
            self._offline.append(OfflineSpan(event.at_ms, None))
            self._flow.forget()
            self.own.meter.forget()
        self.latency_version += 1

    def _on_ledger_counted(self, event: LedgerSnapshot) -> None:
        self._failed_counted = event.failed
        self.pending = event.pending
        self._ledger.count(event)

    def _on_athlete_erased(self, event: AthleteErased) -> None:
        self._happened(event.at_ms)
        self.achievements.forget(event.athlete)
        self.workers.forget(event.athlete)
        others = [problem for problem in self.problems if not spells(problem.text, event.athlete)]
        self.problems.clear()
        self.problems.extend(others)

    def _happened(self, at_ms: int) -> int:
        """The event's time, or ours where that differs much: a worker's clock may be wrong."""
        now_ms = self._now_ms()
        if not now_ms - _CLOCKS_DIFFER_MS <= at_ms <= now_ms:
            at_ms = now_ms
        if self.last_event_at_ms is None or at_ms > self.last_event_at_ms:
            self.last_event_at_ms = at_ms
        return at_ms

    def _end_offline(self, at_ms: int) -> None:
        if self.lost:
            self._offline.append(OfflineSpan(self._offline.pop().from_ms, at_ms))

    def _forget_queue(self) -> None:
        """What was known of one queue does not hold for another."""
        self.depth = None
        self.depths = DepthSeries()
        self._flow = RateMeter()
        self.work.forget_flows()
        self.own.forget_flows()
        self._running = 0
        self._was_filled = False
        self._offline.clear()
        self._ledger.forget_queue()
