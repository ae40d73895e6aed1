"""Depth by the second and the flow through the queue."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics.depth_and_flow import DepthSeries, FlowRates, FlowSeries, RateMeter

T0 = 1_700_000_000_000


def _series(*waiting: int) -> DepthSeries:
    series = DepthSeries()
    for second, depth in enumerate(waiting):
        series.add(T0 + second * 1000, depth, 1, None)
    return series


def test_that_a_second_keeps_its_last_sample() -> None:
    series = DepthSeries()
    series.add(T0, 5, 1, None)
    series.add(T0 + 500, 7, 2, 1.5)
    rows = series.since(0)
    assert list(rows.at_ms) == [T0 + 500]
    assert (rows.waiting[0], rows.running[0], rows.oldest_age_s[0]) == (7, 2, 1.5)


def test_that_an_unknown_oldest_age_is_nan() -> None:
    assert math.isnan(_series(1).since(0).oldest_age_s[0])


def test_that_a_window_begins_with_the_row_before_it() -> None:
    series = _series(1, 2, 3, 4)
    assert list(series.since(T0 + 1_500).waiting) == [2, 3, 4]
    assert list(series.since(T0 - 1).waiting) == [1, 2, 3, 4]


def test_that_memory_stays_bounded_and_the_newest_are_kept() -> None:
    series = DepthSeries(history_ms=60_000)
    for second in range(5_000):
        series.add(T0 + second * 1000, second, 0, None)
    assert 60 <= len(series) < 60 + 600
    assert series.since(0).waiting[-1] == 4_999


def test_that_a_slightly_late_sample_is_dropped() -> None:
    series = _series(1, 2, 3)
    series.add(T0 + 500, 99, 0, None)
    assert list(series.since(0).waiting) == [1, 2, 3]


def test_that_a_clock_set_back_takes_rows_back_instead_of_stopping_the_chart() -> None:
    series = _series(*range(100))
    series.add(T0 + 10_200, 55, 0, None)
    assert list(series.since(0).waiting) == [*range(10), 55]


@given(st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 1_000)), max_size=60))
def test_that_rows_are_always_in_order_of_time(samples: list[tuple[int, int]]) -> None:
    series = DepthSeries()
    for offset_ms, waiting in samples:
        series.add(T0 + offset_ms, waiting, 0, None)
    at_ms = list(series.since(0).at_ms)
    assert at_ms == sorted(set(at_ms))


def test_that_the_peak_is_the_latest_of_equal_ones_within_the_window() -> None:
    series = _series(9, 4, 7, 7, 2)
    peak = series.peak(T0 + 1_000)
    assert peak is not None
    assert (peak.at_ms, peak.waiting) == (T0 + 3_000, 7)
    assert series.peak(T0, T0 + 1_500).waiting == 9  # type: ignore[union-attr]  # it is there: the depth was 9


def test_that_an_empty_queue_has_no_peak() -> None:
    assert _series(0, 0).peak(0) is None
    assert DepthSeries().peak(0) is None


def test_that_rates_are_what_left_and_what_the_depth_gained() -> None:
    meter = RateMeter()
    for half_s in range(11):
        meter.sample(T0 + half_s * 500, 150 - half_s * 5, 154 - half_s * 5, half_s * 20)
    flow = meter.flow(T0 + 5_000)
    assert flow.out_per_s == pytest.approx(40)
    assert flow.in_per_s == pytest.approx(30)
    assert flow.empty_in_s == pytest.approx(100 / 10)


def test_that_only_the_last_five_seconds_count() -> None:
    meter = RateMeter()
    for second in range(30):
        meter.sample(T0 + second * 1000, 10, 10, 0 if second < 24 else (second - 24) * 10)
    assert meter.flow(T0 + 29_000).out_per_s == pytest.approx(10)


def test_that_a_growing_or_standing_queue_is_never_empty() -> None:
    growing, standing = RateMeter(), RateMeter()
    for second in range(4):
        growing.sample(T0 + second * 1000, second * 5, second * 5, 0)
        standing.sample(T0 + second * 1000, 5, 5, 0)
    assert growing.flow(T0 + 3_000) == FlowRates(5.0, 0.0, None)
    assert standing.flow(T0 + 3_000).empty_in_s is None


def test_that_an_empty_queue_is_empty_in_no_time() -> None:
    meter = RateMeter()
    meter.sample(T0, 0, 0, 0)
    assert meter.flow(T0) == FlowRates(None, None, 0.0)
    meter.sample(T0 + 1_000, 0, 0, 4)
    assert meter.flow(T0 + 1_000) == FlowRates(4.0, 4.0, 0.0)


def test_that_one_sample_of_a_filled_queue_says_nothing_of_its_flow() -> None:
    meter = RateMeter()
    meter.sample(T0, 3, 3, 0)
    assert meter.flow(T0) == FlowRates()


def test_that_more_than_a_day_to_empty_is_not_said() -> None:
    meter = RateMeter()
    meter.sample(T0, 1_000_001, 1_000_001, 0)
    meter.sample(T0 + 5_000, 1_000_000, 1_000_000, 1)
    assert meter.flow(T0 + 5_000).empty_in_s is None


def _worked_on(
    meter: RateMeter, until_s: int, per_s: int, *, from_s: int = 0, left: int = 0, waiting: int = 2_000
) -> int:
    """Samples each second while messages wait and four are worked on; how many have left by then."""
    for second in range(from_s, until_s + 1):
        done = left + (second - from_s) * per_s
        meter.sample(T0 + second * 1000, waiting - done, waiting - done + 4, done)
    return left + (until_s - from_s) * per_s


def test_that_slow_work_is_measured_over_longer_than_fast_work() -> None:
    slow = RateMeter()
    left = _worked_on(slow, 20, 2)
    _worked_on(slow, 26, 5, from_s=20, left=left)  # 70 left in 26 s: too few to forget the slower ones
    assert slow.flow(T0 + 26_000).out_per_s == pytest.approx(70 / 26)
    fast = RateMeter()
    left = _worked_on(fast, 20, 20)
    _worked_on(fast, 26, 50, from_s=20, left=left)
    assert fast.flow(T0 + 26_000).out_per_s == pytest.approx(50)


def test_that_the_pace_is_of_the_last_hundred_or_of_a_minute() -> None:
    meter = RateMeter()
    left = _worked_on(meter, 30, 1)
    left = _worked_on(meter, 50, 5, from_s=30, left=left)
    assert meter.flow(T0 + 50_000).pace_per_s == pytest.approx(5)  # the last 100 took 20 s
    meter = RateMeter()
    left = _worked_on(meter, 40, 2)
    _worked_on(meter, 100, 1, from_s=40, left=left)
    assert meter.flow(T0 + 100_000).pace_per_s == pytest.approx(1)  # 60 in the last minute


def test_that_a_place_is_reached_at_the_pace_that_empties_the_queue() -> None:
    meter = RateMeter()
    _worked_on(meter, 10, 10)
    flow = meter.flow(T0 + 10_000)
    assert (flow.in_per_s, flow.out_per_s, flow.pace_per_s) == (0, 10, 10)
    assert flow.wait_s(0) == pytest.approx(0.1)
    assert flow.wait_s(1_899) == flow.empty_in_s == pytest.approx(190)
    assert flow.wait_s(863_999) == pytest.approx(86_400)
    assert flow.wait_s(864_000) is None
    assert FlowRates().wait_s(0) is None


def test_that_what_still_comes_in_delays_the_end_and_not_a_place() -> None:
    meter = RateMeter()
    for second in range(11):
        meter.sample(T0 + second * 1000, 1_000 - second * 4, 1_004 - second * 4, second * 10)
    flow = meter.flow(T0 + 10_000)
    assert flow.in_per_s == pytest.approx(6)
    assert flow.pace_per_s == pytest.approx(10)
    assert flow.empty_in_s == pytest.approx(960 / 4)
    assert flow.wait_s(959) == pytest.approx(96)


@pytest.mark.parametrize(("in_per_s", "is_known"), [(8, True), (9, True), (10, False), (11, False)])
def test_that_the_end_of_a_backlog_is_known_once_the_rates_differ_by_more_than_chance(
    in_per_s: int, is_known: bool
) -> None:
    """Of 100 that left, chance explains a tenth: 1/s of 10/s."""
    meter = RateMeter()
    for second in range(11):
        gained = second * (in_per_s - 10)
        meter.sample(T0 + second * 1000, 1_000 + gained, 1_004 + gained, second * 10)
    assert (meter.flow(T0 + 10_000).empty_in_s is not None) is is_known


def test_that_nothing_is_foretold_of_a_burst_until_it_was_measured() -> None:
    meter = RateMeter()
    for second in range(10):
        meter.sample(T0 + second * 1000, 0, 0, 0)
    seen = []
    for second in range(10, 16):
        done = (second - 10) * 4
        meter.sample(T0 + second * 1000, 2_000 - done, 2_004 - done, done)
        flow = meter.flow(T0 + second * 1000)
        seen.append((flow.pace_per_s, flow.empty_in_s is None))
    # Ten must have left, in 3 s at least; for 5 s what has just come in seems to go on.
    assert seen == [(None, True), (None, True), (None, True), (4, True), (4, True), (4, False)]


@pytest.mark.parametrize(("per_s", "known_after_s"), [(100, 3), (10, 3), (9, 3), (3, 4), (1, 10)])
def test_that_ten_or_ten_seconds_make_a_pace(per_s: int, known_after_s: int) -> None:
    for second in range(1, known_after_s + 1):
        meter = RateMeter()
        _worked_on(meter, second, per_s)
        assert (meter.flow(T0 + second * 1000).pace_per_s is None) is (second < known_after_s)


def test_that_work_of_which_nothing_has_left_has_no_pace() -> None:
    meter = RateMeter()
    _worked_on(meter, 30, 0)
    assert meter.flow(T0 + 30_000) == FlowRates(0.0, 0.0, None, None)


def test_that_there_is_no_pace_once_nobody_works() -> None:
    meter = RateMeter()
    left = _worked_on(meter, 10, 10)
    meter.sample(T0 + 10_500, 1_900, 1_900, left)
    assert meter.flow(T0 + 10_500).pace_per_s is not None, "it may be the moment between two batches"
    meter.sample(T0 + 11_000, 1_900, 1_904, left)
    meter.sample(T0 + 11_500, 1_900, 1_900, left)
    assert meter.flow(T0 + 11_500).pace_per_s is not None
    meter.sample(T0 + 12_000, 1_900, 1_900, left)
    assert (meter.flow(T0 + 12_000).pace_per_s, meter.flow(T0 + 12_000).empty_in_s) == (None, None)
    meter.sample(T0 + 12_500, 1_899, 1_903, left)
    assert meter.flow(T0 + 12_500).pace_per_s is None, "it is measured anew"


def test_that_an_empty_queue_has_no_pace() -> None:
    meter = RateMeter()
    left = _worked_on(meter, 10, 10)
    meter.sample(T0 + 10_500, 0, 4, left)
    flow = meter.flow(T0 + 10_500)
    assert (flow.pace_per_s, flow.empty_in_s) == (None, 0.0)


def test_that_forgetting_forgets_the_pace() -> None:
    meter = RateMeter()
    left = _worked_on(meter, 10, 10)
    meter.forget()
    _worked_on(meter, 13, 1, from_s=11, left=left)
    assert meter.flow(T0 + 13_000).pace_per_s is None


def test_that_old_samples_give_no_rates() -> None:
    meter = RateMeter()
    assert meter.flow(T0) == FlowRates()
    meter.sample(T0, 5, 5, 0)
    meter.sample(T0 + 2_000, 4, 4, 1)
    assert meter.flow(T0 + 7_001) == FlowRates()
    meter.forget()
    assert meter.flow(T0 + 2_000) == FlowRates()


def test_that_a_clock_set_back_starts_the_rates_again() -> None:
    meter = RateMeter()
    meter.sample(T0 + 60_000, 5, 5, 10)
    meter.sample(T0, 5, 5, 20)
    meter.sample(T0 + 1_000, 5, 5, 30)
    assert meter.flow(T0 + 1_000).out_per_s == pytest.approx(10)


def test_that_flow_rows_are_kept_by_the_second_once_both_rates_are_known() -> None:
    flows = FlowSeries()
    flows.add(1_000, FlowRates(None, 2.0))
    flows.add(1_000, FlowRates(3.0, None))
    for at_ms, rate in ((2_000, 4.0), (2_500, 5.0), (3_000, 6.0)):
        flows.add(at_ms, FlowRates(rate, rate / 2))
    rows = flows.since(0)
    assert list(rows.at_ms) == [2_500, 3_000]
    assert list(rows.in_per_s) == [5.0, 6.0]
    assert list(rows.out_per_s) == [2.5, 3.0]


def test_that_failures_are_counted_by_the_second() -> None:
    flows = FlowSeries(history_ms=3_000)
    for at_ms, count in ((1_000, 1), (1_900, 2), (2_000, 4), (5_000, 1), (6_000, 1)):
        flows.fail(at_ms, count)
    assert flows.failures(0, 5_500) == [(2_000, 4), (5_000, 1)]
