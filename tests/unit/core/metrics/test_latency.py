"""Percentiles of waiting and of work, by bucket."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics.latency import BUCKET_MS, RELATIVE_ERROR, LatencySeries, LogHistogram

T0 = 1_700_000_000_000 // BUCKET_MS * BUCKET_MS


def _rank(values: list[float], fraction: float) -> float:
    """The exact percentile: the smallest value that so many of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(max(1.0, len(values) * fraction)) - 1)]


@given(st.lists(st.floats(0.001, 1e9), min_size=1, max_size=300))
def test_that_percentiles_are_within_the_promised_error(values: list[float]) -> None:
    histogram = LogHistogram()
    histogram.record(values)
    found = histogram.percentiles()
    assert found is not None
    assert found.count == len(values)
    for got, fraction in ((found.p50_ms, 0.50), (found.p95_ms, 0.95), (found.p99_ms, 0.99)):
        assert got == pytest.approx(_rank(values, fraction), rel=RELATIVE_ERROR + 1e-9)


def test_that_impossible_durations_are_counted_at_the_ends() -> None:
    histogram = LogHistogram()
    histogram.record([-5.0, 0.0, math.nan])
    low = histogram.percentiles()
    assert low is not None
    assert 0 < low.p99_ms < 0.0011
    far = LogHistogram()
    far.record([math.inf])
    high = far.percentiles()
    assert high is not None
    assert math.isfinite(high.p50_ms)
    assert high.p50_ms == pytest.approx(30 * 86_400_000, rel=RELATIVE_ERROR)


def test_that_merging_equals_recording_together() -> None:
    chance = random.Random(3)
    values = [chance.lognormvariate(4, 1) for _ in range(500)]
    whole, one, other = LogHistogram(), LogHistogram(), LogHistogram()
    whole.record(values)
    one.record(values[:200])
    other.record(values[200:])
    one.merge(other)
    assert one.percentiles() == whole.percentiles()


def test_that_an_empty_histogram_has_no_percentiles() -> None:
    assert LogHistogram().percentiles() is None


def test_that_wait_and_run_stay_apart_and_late_outcomes_find_their_bucket() -> None:
    series = LatencySeries()
    series.record(T0, [100.0], [10.0])
    series.record(T0 + BUCKET_MS, [], [20.0])
    series.record(T0 + 10, [100.0], [10.0])
    first, second = series.rows(T0)
    assert first.wait is not None
    assert first.wait.count == 2
    assert first.run is not None
    assert first.run.p50_ms == pytest.approx(10, rel=RELATIVE_ERROR)
    assert second.wait is None
    assert second.start_ms == T0 + BUCKET_MS


def test_that_rows_show_what_was_added_since_they_were_last_read() -> None:
    series = LatencySeries()
    series.record(T0, [1.0], [1.0])
    (before,) = series.rows(T0)
    assert series.rows(T0) == [before]
    series.record(T0, [1.0], [1.0])
    (after,) = series.rows(T0)
    assert after.run is not None
    assert after.run.count == 2


def test_that_rows_leave_out_buckets_before_the_window() -> None:
    series = LatencySeries()
    for number in range(10):
        series.record(T0 + number * BUCKET_MS, [1.0], [1.0])
    assert [row.start_ms for row in series.rows(T0 + 8 * BUCKET_MS)] == [T0 + 8 * BUCKET_MS, T0 + 9 * BUCKET_MS]


def test_that_a_bucket_keeps_the_oldest_age_of_its_samples() -> None:
    series = LatencySeries()
    for age_s in (1.0, 3.0, 2.0):
        series.sample_oldest(T0, age_s)
    (row,) = series.rows(T0)
    assert row.oldest_age_s == 3.0
    assert row.run is None


def test_that_an_hour_is_kept_and_no_more() -> None:
    series = LatencySeries()
    for number in range(2_000):
        series.record(T0 + number * BUCKET_MS, [1.0], [1.0])
    assert len(series) == 720
    assert series.rows(0)[0].start_ms == T0 + 1_280 * BUCKET_MS


def test_that_the_headline_is_the_last_minute() -> None:
    series = LatencySeries()
    series.record(T0, [900.0], [90.0])
    series.record(T0 + 60_000, [100.0], [10.0])
    series.record(T0 + 70_000, [100.0], [10.0])
    wait, run = series.headline()
    assert wait is not None
    assert run is not None
    assert (wait.count, run.count) == (2, 2)
    assert run.p99_ms == pytest.approx(10, rel=RELATIVE_ERROR)


def test_that_the_headline_of_an_idle_console_is_the_last_minute_that_had_work() -> None:
    series = LatencySeries()
    assert series.headline() == (None, None)
    series.record(T0, [], [5.0])
    series.sample_oldest(T0 + 600_000, 1.0)
    wait, run = series.headline()
    assert wait is None
    assert run is not None
    assert run.count == 1


def test_that_the_times_of_a_long_idle_console_stay() -> None:
    series = LatencySeries()
    series.record(T0, [7.0], [5.0])
    for number in range(1, 60):
        series.sample_oldest(T0 + number * BUCKET_MS, 1.0)
    wait, run = series.headline()
    assert wait is not None
    assert run is not None
    assert run.p50_ms == pytest.approx(5, rel=RELATIVE_ERROR)


def test_that_a_bucket_reads_the_same_once_its_counts_are_gone() -> None:
    series = LatencySeries()
    series.record(T0, [7.0, 70.0], [5.0, 9.0])
    (before,) = series.rows(T0)
    series.record(T0 + 1_000 * BUCKET_MS, [1.0], [1.0])
    assert series.rows(T0)[0] == before


def test_that_a_clock_set_back_takes_newer_buckets_back() -> None:
    series = LatencySeries()
    for number in range(100):
        series.record(T0 + number * BUCKET_MS, [1.0], [1.0])
    series.record(T0 + 10 * BUCKET_MS, [1.0], [1.0])
    assert [row.start_ms for row in series.rows(0)] == [T0 + number * BUCKET_MS for number in range(11)]


def test_that_a_headline_asked_for_twice_is_the_same_until_something_is_added() -> None:
    series = LatencySeries()
    series.record(0, [10.0], [1.0])
    first = series.headline()
    assert series.headline() is first
    series.record(1, [10.0], [1.0])
    assert series.headline() != first
