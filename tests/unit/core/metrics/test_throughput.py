"""What workers did over time: finely for an hour, coarsely for a day, of all workers and of this console's."""

from __future__ import annotations

import math

import pytest

from core.events import (
    BatchProcessed,
    ConnectionChanged,
    ConnectionState,
    DepthSampled,
    OutcomeKind,
    PickedUp,
    WorkoutOutcome,
)
from core.live.console_state import ConsoleState
from core.metrics.depth_and_flow import DailyFlowSeries, FlowRates
from core.metrics.latency import HistoryBucket, LatencyRow, LatencySeries, LogHistogram, Percentiles
from core.metrics.throughput import COARSE_MS, DAY_MS, ThroughputHistory, is_coarse

T0 = 1_700_000_100_000 // COARSE_MS * COARSE_MS
WAITED = Percentiles(200.0, 900.0, 2_400.0, 600)
HOUR_MS = 3_600_000


class Clock:
    def __init__(self) -> None:
        self.ms = T0

    def __call__(self) -> int:
        return self.ms


@pytest.mark.parametrize(
    ("from_ms", "to_ms", "coarse"),
    [
        (-HOUR_MS, 0, False),
        (-DAY_MS, 0, True),
        (-5 * HOUR_MS, -5 * HOUR_MS + 60_000, True),  # zoomed in, long ago
        (-HOUR_MS - 600_000, -600_000, False),  # an hour, held for ten minutes
    ],
)
def test_that_a_window_is_coarse_where_nothing_finer_is_kept(from_ms: int, to_ms: int, coarse: bool) -> None:
    assert is_coarse(T0 + from_ms, T0 + to_ms, T0) is coarse


def test_that_a_day_of_work_is_bounded() -> None:
    series = ThroughputHistory()
    for number in range(3 * DAY_MS // COARSE_MS):
        at_ms = T0 + number * COARSE_MS
        series.record(at_ms, [100.0], [10.0], 1)
        series.add_flow(at_ms, FlowRates(2.0, 1.0))
    now_ms = T0 + 3 * DAY_MS
    times, rates = series.times(T0, now_ms, now_ms), series.rates(T0, now_ms, now_ms)
    assert len(times.rows) == len(rates.rows.at_ms) == DAY_MS // COARSE_MS + 1
    assert len(rates.failures) == len(rates.rows.at_ms)
    assert (times.bucket_ms, rates.step_ms) == (COARSE_MS, COARSE_MS)


def test_that_coarse_rates_are_means_at_the_middle_of_their_bucket() -> None:
    flows = DailyFlowSeries(COARSE_MS, 3)
    flows.add(T0, FlowRates(1.0, 2.0))
    flows.add(T0 + 1_000, FlowRates(3.0, 4.0))
    flows.add(T0 + 2_000, FlowRates(None, 4.0))
    flows.fail(T0 + COARSE_MS, 2)  # nothing was sampled there
    rows = flows.since(T0)
    assert (list(rows.at_ms), list(rows.in_per_s), list(rows.out_per_s)) == ([T0 + COARSE_MS / 2], [2.0], [3.0])
    assert flows.failures(T0, T0 + COARSE_MS) == [(T0 + COARSE_MS + COARSE_MS // 2, 2)]
    assert flows.failures(T0, T0) == []
    assert list(flows.since(T0 + COARSE_MS).at_ms) == []


def test_that_the_results_fill_only_what_was_not_seen() -> None:
    state = ConsoleState(Clock())
    state.work.add_flow(T0, FlowRates(1.0, 1.0))
    state.work.record(T0, [50.0], [5.0], 0)
    past = [
        HistoryBucket(T0 - 2 * COARSE_MS, 600, 30, WAITED),
        HistoryBucket(T0 - COARSE_MS, 0, 3, None),
        HistoryBucket(T0, 9_000, 9_000, WAITED),
    ]
    version = state.latency_version
    state.recall_day(past)
    state.recall_day(past)
    assert state.latency_version > version
    rates = state.work.rates(T0 - DAY_MS, T0 + 1, T0)
    assert list(rates.rows.out_per_s) == [2.1, 0.01, 1.0]
    assert [math.isnan(each) for each in rates.rows.in_per_s] == [True, True, False]
    assert [count for _, count in rates.failures] == [30, 3]
    rows = state.work.times(T0 - DAY_MS, T0 + 1, T0).rows
    assert [(row.start_ms - T0, row.run is None) for row in rows] == [(-2 * COARSE_MS, True), (0, False)]
    assert rows[0].wait == WAITED
    assert state.latency.rows(0) != []
    assert len(state.latency) == 1  # of the hour, nothing was recalled


def test_that_what_is_filled_in_later_keeps_the_age_that_was_seen() -> None:
    series = LatencySeries(COARSE_MS, history_buckets=4, open_buckets=1)
    series.sample_oldest(T0, 7.0)
    series.record(T0 + COARSE_MS, [1.0], [1.0])
    series.record(T0 + 2 * COARSE_MS, [1.0], [1.0])
    filled = [LatencyRow(T0 + number * COARSE_MS, WAITED, None, None) for number in (-4, -3, 0, 1, 2)]
    series.fill(filled)
    series.fill(filled[2:3])  # once more changes nothing
    rows = series.rows(0)
    assert [(row.start_ms - T0) // COARSE_MS for row in rows] == [-3, 0, 1, 2]
    assert (rows[1].wait, rows[1].oldest_age_s) == (WAITED, 7.0)
    assert [row.wait == WAITED for row in rows] == [True, True, False, False]
    untouched = LatencySeries(COARSE_MS)
    untouched.fill(filled[:1])
    assert untouched.rows(0) == filled[:1]


def test_that_a_counted_value_is_as_if_it_had_been_recorded_so_often() -> None:
    counted, recorded = LogHistogram(), LogHistogram()
    for value_ms in (0.0, 120.0, 9e12):
        counted.count(value_ms, 3)
        recorded.record([value_ms] * 3)
    assert counted.percentiles() == recorded.percentiles()


def _outcomes(*kinds: OutcomeKind) -> tuple[WorkoutOutcome, ...]:
    return tuple(WorkoutOutcome(str(number), "Ana", "Run", kind, 40.0, 8.0) for number, kind in enumerate(kinds))


def test_that_own_workers_are_counted_apart() -> None:
    clock = Clock()
    state = ConsoleState(clock)
    state.own.names = frozenset(["mine"])
    state.apply(DepthSampled(T0, 0, 0, 1, 0, 0, None))
    ids = ("a", "b", "c", "d")
    kinds = (OutcomeKind.STORED, OutcomeKind.FAILED, OutcomeKind.RETRYING)
    for worker in ("mine", "theirs"):
        state.apply(PickedUp(T0, worker, ids))
        state.apply(BatchProcessed(T0, worker, _outcomes(*kinds)))
    clock.ms = T0 + 1_000
    state.apply(DepthSampled(clock.ms, 0, 0, 1, 0, 0, None))
    flow = state.own.meter.flow(clock.ms)
    assert (flow.in_per_s, flow.out_per_s) == (3.0, 2.0)  # four taken, of which one comes again
    own, whole = (each.times(T0, clock.ms, clock.ms).rows for each in (state.own, state.work))
    assert [row.run.count for row in own if row.run] == [1]
    assert [row.run.count for row in whole if row.run] == [2]
    assert state.own.rates(T0, clock.ms, clock.ms).failures == [(T0, 1)]
    assert state.work.rates(T0, clock.ms, clock.ms).failures == [(T0, 2)]


def test_that_what_went_through_one_queue_says_nothing_of_another() -> None:
    clock = Clock()
    state = ConsoleState(clock)
    state.own.names = frozenset(["mine"])
    state.apply(ConnectionChanged(T0, ConnectionState.ONLINE, "RabbitMQ", "here"))
    for series in (state.own, state.work):
        series.add_flow(T0, FlowRates(1.0, 1.0))
    state.apply(ConnectionChanged(T0, ConnectionState.ONLINE, "RabbitMQ", "elsewhere"))
    for series in (state.own, state.work):
        assert not series.rates(T0 - DAY_MS, T0 + 1, T0).rows.at_ms
        assert not series.rates(T0 - 1_000, T0 + 1, T0).rows.at_ms
