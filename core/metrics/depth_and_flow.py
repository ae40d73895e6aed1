"""Bounded time series: the depth of the queue by the second, and its rates in and out."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

HISTORY_MS = 3_600_000
RATE_WINDOW_MS = 5_000
_SECOND_MS = 1_000
_TRIM_ROWS = 600
_CLOCK_STEP_MS = 10_000
_SHORTEST_RATE_MS = 900
_SHORTEST_ESTIMATE_MS = 3_000  # the first second of a burst foretold hours
_PACE_MESSAGES = 100
_FEW_MESSAGES, _FEW_MS = 10, 10_000  # fewer say nothing yet, unless jobs are that long
_LONGEST_PACE_MS = 60_000
_LONGEST_ESTIMATE_S = 86_400.0
_SMALLEST_DRAIN_PER_S = 0.05


@dataclass(frozen=True, slots=True)
class DepthRows:
    """Columns of equal length, oldest first; NaN where a number was not known.

    All are doubles, so that a screen can wrap them without copying: time in ms since the epoch, messages, seconds.
    """

    at_ms: array[float]
    waiting: array[float]
    running: array[float]
    oldest_age_s: array[float]


@dataclass(frozen=True, slots=True)
class Peak:
    at_ms: float
    waiting: int


class PerSecondSeries:
    """Columns of numbers, one row a second (the last value in it), for the last hour."""

    def __init__(self, columns: int, history_ms: int = HISTORY_MS) -> None:
        self._rows = history_ms // _SECOND_MS
        self._at_ms = array("d")
        self._columns = tuple(array("d") for _ in range(columns))

    def __len__(self) -> int:
        return len(self._at_ms)

    def put(self, at_ms: int, *values: float) -> None:
        """Rows stay in order: a late one is dropped; a clock set back by more than 10 s removes newer rows."""
        if not self._make_room(at_ms):
            return
        self._at_ms.append(at_ms)
        for column, value in zip(self._columns, values, strict=True):
            column.append(value)
        if len(self._at_ms) >= self._rows + _TRIM_ROWS:  # in chunks: removing a row from the front copies the rest
            self._cut(slice(0, len(self._at_ms) - self._rows))

    def cut_from(self, from_ms: float) -> tuple[array[float], ...]:
        """Times and columns from `from_ms` on, with the row before it, so that a line starts at the left edge."""
        start = max(0, bisect_left(self._at_ms, from_ms) - 1)
        return (self._at_ms[start:], *(column[start:] for column in self._columns))

    def _make_room(self, at_ms: int) -> bool:
        if not self._at_ms or at_ms // _SECOND_MS > self._at_ms[-1] // _SECOND_MS:
            return True
        behind_ms = self._at_ms[-1] - at_ms
        if 0 < behind_ms <= _CLOCK_STEP_MS:
            return False
        second_ms = at_ms // _SECOND_MS * _SECOND_MS
        self._cut(slice(bisect_left(self._at_ms, second_ms), len(self._at_ms)))
        return True

    def _cut(self, rows: slice) -> None:
        for column in (self._at_ms, *self._columns):
            del column[rows]


class DepthSeries(PerSecondSeries):
    """The depth of the queue over time."""

    def __init__(self, *, history_ms: int = HISTORY_MS) -> None:
        super().__init__(3, history_ms)

    def add(self, at_ms: int, waiting: int, running: int, oldest_age_s: float | None) -> None:
        self.put(at_ms, waiting, running, math.nan if oldest_age_s is None else oldest_age_s)

    def since(self, from_ms: float) -> DepthRows:
        """Rows from `from_ms` on, with the one before it."""
        return DepthRows(*self.cut_from(from_ms))

    def peak(self, from_ms: float, until_ms: float = math.inf) -> Peak | None:
        """The deepest moment between the two, the latest of equals; None without rows or with nothing waiting."""
        start, end = bisect_left(self._at_ms, from_ms), bisect_left(self._at_ms, until_ms)
        waiting = self._columns[0][start:end]
        if not waiting or not (deepest := max(waiting)):
            return None
        index = end - 1 - waiting[::-1].index(deepest)
        return Peak(self._at_ms[index], int(deepest))


@dataclass(frozen=True, slots=True)
class FlowRates:
    """Rates of the queue; None where not known."""

    in_per_s: float | None = None
    out_per_s: float | None = None
    empty_in_s: float | None = None  # None while it grows or stays
    pace_per_s: float | None = None  # the rate out of which estimates are made; None: nothing waits, or still measuring

    def wait_s(self, ahead: int) -> float | None:
        """Until a message with so many ahead of it is taken, at this pace."""
        return None if self.pace_per_s is None else _bounded_s((ahead + 1) / self.pace_per_s)


def _bounded_s(seconds: float) -> float | None:
    return seconds if seconds <= _LONGEST_ESTIMATE_S else None


class _FlowSample(NamedTuple):
    at_ms: int
    in_queue: int
    left: int  # so far


class RateMeter:
    """Rates over the last 5 s, from depth samples and the count of what has left.

    What other producers publish is not counted, so the rate in is derived: what left, plus the growth of the depth.

    While messages wait and are worked on, the rate out is that of the last 100 which left, over a minute at most: where
    a job takes seconds, 5 s say little.
    """

    def __init__(self) -> None:
        self._samples: deque[_FlowSample] = deque()
        self._waiting = 0
        self._busy_since_ms: int | None = None  # messages wait and are worked on
        self._idle_samples = 0

    def sample(self, at_ms: int, waiting: int, in_queue: int, left_total: int) -> None:
        """`in_queue`: waiting, running and retrying together. `left_total` never goes down."""
        if self._samples and at_ms < self._samples[-1].at_ms:
            self.forget()
        self._samples.append(_FlowSample(at_ms, in_queue, left_total))
        self._waiting = waiting
        while self._samples[0].at_ms < at_ms - _LONGEST_PACE_MS:
            self._samples.popleft()
        # One sample without any in work may be of the moment between two batches.
        self._idle_samples = 0 if in_queue > waiting else self._idle_samples + 1
        if not waiting or self._idle_samples > 1:
            self._busy_since_ms = None
        elif self._busy_since_ms is None:
            self._busy_since_ms = at_ms

    def forget(self) -> None:
        """Start again, since the next samples do not continue the last ones."""
        self._samples.clear()
        self._busy_since_ms = None

    def flow(self, now_ms: int) -> FlowRates:
        """As of the newest sample; None once that is older than 5 s."""
        if not self._samples or now_ms - self._samples[-1].at_ms > RATE_WINDOW_MS:
            return FlowRates()
        last = self._samples[-1]
        first = next(each for each in self._samples if each.at_ms >= last.at_ms - RATE_WINDOW_MS)
        if last.at_ms - first.at_ms < _SHORTEST_RATE_MS:
            return FlowRates(empty_in_s=None if self._waiting else 0.0)
        out_per_s = _rate(last.left - first.left, first, last)
        in_per_s = max(0.0, out_per_s + _rate(last.in_queue - first.in_queue, first, last))
        pace_first = self._first_of_pace(last)
        if pace_first is None:
            return FlowRates(in_per_s, out_per_s, None if self._waiting else 0.0)
        pace_per_s = _rate(last.left - pace_first.left, pace_first, last)
        unsure_per_s = pace_per_s / math.sqrt(last.left - pace_first.left)
        return FlowRates(in_per_s, pace_per_s, self._empty_in_s(pace_per_s - in_per_s, unsure_per_s), pace_per_s)

    def _first_of_pace(self, last: _FlowSample) -> _FlowSample | None:
        """The sample since which the pace is measured; None while too little has left."""
        if self._busy_since_ms is None:
            return None
        first = last
        for each in reversed(self._samples):
            enough = last.left - first.left >= _PACE_MESSAGES and last.at_ms - first.at_ms >= RATE_WINDOW_MS
            if enough or each.at_ms < self._busy_since_ms:
                break
            first = each
        left, span_ms = last.left - first.left, last.at_ms - first.at_ms
        few = left < _FEW_MESSAGES and span_ms < _FEW_MS
        return None if not left or span_ms < _SHORTEST_ESTIMATE_MS or few else first

    def _empty_in_s(self, drain_per_s: float, unsure_per_s: float) -> float | None:
        """None too where the rates differ by no more than chance explains: it would be 20 min now, and 3 h soon."""
        if drain_per_s < max(_SMALLEST_DRAIN_PER_S, unsure_per_s):
            return None
        return _bounded_s(self._waiting / drain_per_s)


def _rate(count: int, first: _FlowSample, last: _FlowSample) -> float:
    return count * 1000 / (last.at_ms - first.at_ms)


@dataclass(frozen=True, slots=True)
class FlowRows:
    """Columns of equal length, oldest first, as in DepthRows."""

    at_ms: array[float]
    in_per_s: array[float]
    out_per_s: array[float]


class FlowSeries(PerSecondSeries):
    """Rates in and out over time, and when some failed."""

    def __init__(self, *, history_ms: int = HISTORY_MS) -> None:
        super().__init__(2, history_ms)
        self._failed: deque[tuple[int, int]] = deque(maxlen=history_ms // _SECOND_MS)

    def add(self, at_ms: int, flow: FlowRates) -> None:
        if flow.in_per_s is not None and flow.out_per_s is not None:
            self.put(at_ms, flow.in_per_s, flow.out_per_s)

    def fail(self, at_ms: int, count: int) -> None:
        if self._failed and self._failed[-1][0] // _SECOND_MS == at_ms // _SECOND_MS:
            at_ms, count = self._failed[-1][0], self._failed.pop()[1] + count
        self._failed.append((at_ms, count))

    def since(self, from_ms: float) -> FlowRows:
        return FlowRows(*self.cut_from(from_ms))

    def failures(self, from_ms: float, to_ms: float) -> list[tuple[int, int]]:
        """When and how many, a second each, oldest first."""
        return [(at_ms, count) for at_ms, count in self._failed if from_ms <= at_ms <= to_ms]


@dataclass(slots=True)
class _RateBucket:
    samples: int = 0
    known_in: int = 0  # of the samples
    in_sum: float = 0.0
    out_sum: float = 0.0
    failed: int = 0


class DailyFlowSeries:
    """Mean rates in buckets, for longer than seconds are stored."""

    def __init__(self, bucket_ms: int, buckets: int) -> None:
        self.bucket_ms = bucket_ms
        self._most = buckets
        self._buckets: dict[int, _RateBucket] = {}

    def add(self, at_ms: int, flow: FlowRates) -> None:
        if flow.in_per_s is not None and flow.out_per_s is not None:
            bucket = self._bucket(at_ms // self.bucket_ms)
            bucket.samples += 1
            bucket.known_in += 1
            bucket.in_sum += flow.in_per_s
            bucket.out_sum += flow.out_per_s

    def fail(self, at_ms: int, count: int) -> None:
        self._bucket(at_ms // self.bucket_ms).failed += count

    def fill(self, start_ms: int, out: int, failed: int) -> None:
        """How many left in a past bucket without samples; what came in is not known."""
        bucket = self._bucket(start_ms // self.bucket_ms)
        if not bucket.samples:
            bucket.samples, bucket.out_sum, bucket.failed = 1, out * 1000 / self.bucket_ms, failed

    def since(self, from_ms: float) -> FlowRows:
        """At the middle of each bucket that ends after `from_ms`; NaN where the rate in is not known."""
        rows = [
            (
                number * self.bucket_ms + self.bucket_ms / 2,
                bucket.in_sum / bucket.known_in if bucket.known_in else math.nan,
                bucket.out_sum / bucket.samples,
            )
            for number, bucket in sorted(self._buckets.items())
            if bucket.samples and (number + 1) * self.bucket_ms > from_ms
        ]
        at_ms, in_per_s, out_per_s = zip(*rows, strict=True) if rows else ((), (), ())
        return FlowRows(array("d", at_ms), array("d", in_per_s), array("d", out_per_s))

    def failures(self, from_ms: float, to_ms: float) -> list[tuple[int, int]]:
        """The middle of each bucket with some, and how many, oldest first."""
        half_ms = self.bucket_ms // 2
        return [
            (number * self.bucket_ms + half_ms, bucket.failed)
            for number, bucket in sorted(self._buckets.items())
            if bucket.failed and (number + 1) * self.bucket_ms > from_ms and number * self.bucket_ms <= to_ms
        ]

    def _bucket(self, number: int) -> _RateBucket:
        bucket = self._buckets.get(number)
        if bucket is None:
            bucket = self._buckets[number] = _RateBucket()
            while len(self._buckets) > self._most:
                del self._buckets[min(self._buckets)]
        return bucket
