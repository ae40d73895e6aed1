"""What workers processed over time: rates, waits and runs, fine for an hour and coarse for a day. Bounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.events import PickedUp
from core.metrics.depth_and_flow import HISTORY_MS, DailyFlowSeries, FlowRates, FlowRows, FlowSeries, RateMeter
from core.metrics.latency import HistoryBucket, LatencyRow, LatencySeries

DAY_MS = 86_400_000
COARSE_MS = 300_000
_COARSE_BUCKETS = DAY_MS // COARSE_MS + 1
_SLACK_MS = 1_000.0  # tolerance, since the clock has moved on a little


def is_coarse(from_ms: float, to_ms: float, now_ms: float) -> bool:
    """Whether this window needs the coarse series: it is longer than the fine one, or ends before it."""
    return to_ms - from_ms > HISTORY_MS + _SLACK_MS or to_ms < now_ms - HISTORY_MS


@dataclass(frozen=True, slots=True)
class LatencyWindow:
    """Buckets of `bucket_ms`, oldest first; empty ones are left out."""

    bucket_ms: int
    rows: list[LatencyRow]


@dataclass(frozen=True, slots=True)
class RateWindow:
    """`step_ms`: distance between rows. `failures`: when and how many."""

    step_ms: int
    rows: FlowRows
    failures: list[tuple[int, int]]


class ThroughputHistory:
    """Belongs to one thread."""

    def __init__(self) -> None:
        self.latency = LatencySeries()
        self.flows = FlowSeries()
        self._day = LatencySeries(COARSE_MS, history_buckets=_COARSE_BUCKETS, open_buckets=2)
        self._day_flows = DailyFlowSeries(COARSE_MS, _COARSE_BUCKETS)

    def record(self, at_ms: int, waits_ms: Sequence[float], runs_ms: Sequence[float], failed: int) -> None:
        if runs_ms:
            self.latency.record(at_ms, waits_ms, runs_ms)
            self._day.record(at_ms, waits_ms, runs_ms)
        if failed:
            self.flows.fail(at_ms, failed)
            self._day_flows.fail(at_ms, failed)

    def sample_oldest(self, at_ms: int, oldest_age_s: float) -> None:
        self.latency.sample_oldest(at_ms, oldest_age_s)
        self._day.sample_oldest(at_ms, oldest_age_s)

    def add_flow(self, at_ms: int, flow: FlowRates) -> None:
        self.flows.add(at_ms, flow)
        self._day_flows.add(at_ms, flow)

    def recall(self, buckets: Iterable[HistoryBucket]) -> None:
        """For the time before the program ran; `buckets` are of COARSE_MS, and past."""
        for bucket in buckets:
            self._day_flows.fill(bucket.start_ms, bucket.stored + bucket.failed, bucket.failed)
            if bucket.wait is not None:
                self._day.fill([LatencyRow(bucket.start_ms, bucket.wait, None, None)])

    def forget_flows(self) -> None:
        """Call when another queue is used: its flow has nothing to do with the last one's."""
        self.flows = FlowSeries()
        self._day_flows = DailyFlowSeries(COARSE_MS, _COARSE_BUCKETS)

    def times(self, from_ms: float, to_ms: float, now_ms: float) -> LatencyWindow:
        """With the bucket before, so that a line starts at the left edge."""
        series = self._day if is_coarse(from_ms, to_ms, now_ms) else self.latency
        rows = series.rows(from_ms - series.bucket_ms)
        return LatencyWindow(series.bucket_ms, [row for row in rows if row.start_ms < to_ms])

    def rates(self, from_ms: float, to_ms: float, now_ms: float) -> RateWindow:
        if is_coarse(from_ms, to_ms, now_ms):
            flows = self._day_flows
            return RateWindow(flows.bucket_ms, flows.since(from_ms), flows.failures(from_ms, to_ms))
        return RateWindow(1_000, self.flows.since(from_ms), self.flows.failures(from_ms, to_ms))


class LocalThroughput(ThroughputHistory):
    """Throughput of this console's own workers: picked-up messages count as in, final outcomes as out."""

    def __init__(self) -> None:
        super().__init__()
        self.names: frozenset[str] = frozenset()
        self.meter = RateMeter()
        self._in_flight = self._left = 0

    def picked_up(self, event: PickedUp) -> None:
        if event.worker in self.names:
            self._in_flight += len(event.workout_ids)

    def processed(self, outcomes: int, left: int) -> None:
        """`left`: outcomes that are not retried."""
        self._in_flight -= outcomes
        self._left += left

    def sample(self, at_ms: int) -> None:
        """Call with each queue sample, so that both rates are of the same moments."""
        self.meter.sample(at_ms, 0, self._in_flight, self._left)
        self.add_flow(at_ms, self.meter.flow(at_ms))
