"""How long workouts wait and how long processing takes, in buckets of 5 s, as percentiles.

We count ourselves: an HdrHistogram takes 18 KB and 2.2 microseconds a value in Python, and there are two values an
outcome and two histograms a bucket. Counts by the logarithm take a tenth of both, with a known error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import log

BUCKET_MS = 5_000
HEADLINE_MS = 60_000
RELATIVE_ERROR = 0.02

_HISTORY_BUCKETS = 720
_OPEN_BUCKETS = 24
_SHORTEST_MS = 0.001
_LONGEST_MS = 30 * 86_400_000.0
# A class reaches from g**i to g**(i+1); its middle, 2*g**(i+1)/(g+1), is off by RELATIVE_ERROR at most.
# Masson, Rim, Lee: DDSketch, doi 10.14778/3352063.3352135, section 2.
_GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_CLASSES_PER_E = 1 / log(_GROWTH)
_OFFSET = -int(log(_SHORTEST_MS) * _CLASSES_PER_E) + 1


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds, within 2 % of the exact ones."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    count: int


@dataclass(frozen=True, slots=True)
class HistoryBucket:
    """One period, from the results: how many were stored and given up, and how long they had waited.

    Processing time is not included: a row's time is set before its commit, and is that of its whole batch.
    """

    start_ms: int
    stored: int
    failed: int
    wait: Percentiles | None


class LogHistogram:
    """Counts of durations in classes that grow by 4 %."""

    __slots__ = ("_counts", "total")

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self.total = 0

    def record(self, values_ms: Iterable[float]) -> None:
        """Values outside 1 microsecond to 30 days count as the nearer limit; NaN as the shortest."""
        counts = self._counts
        added = 0
        for value_ms in values_ms:
            if not _SHORTEST_MS <= value_ms <= _LONGEST_MS:
                value_ms = _LONGEST_MS if value_ms > _LONGEST_MS else _SHORTEST_MS
            index = int(log(value_ms) * _CLASSES_PER_E + _OFFSET)
            counts[index] = counts.get(index, 0) + 1
            added += 1
        self.total += added

    def count(self, value_ms: float, times: int) -> None:
        """Add the same value `times` times."""
        index = int(log(min(max(value_ms, _SHORTEST_MS), _LONGEST_MS)) * _CLASSES_PER_E + _OFFSET)
        self._counts[index] = self._counts.get(index, 0) + times
        self.total += times

    def merge(self, other: LogHistogram) -> None:
        for index, count in other._counts.items():
            self._counts[index] = self._counts.get(index, 0) + count
        self.total += other.total

    def percentiles(self) -> Percentiles | None:
        """None when empty."""
        if not self.total:
            return None
        ranks = [max(1.0, self.total * fraction) for fraction in (0.50, 0.95, 0.99)]
        found: list[float] = []
        seen = 0
        for index, count in sorted(self._counts.items()):
            seen += count
            while len(found) < len(ranks) and seen >= ranks[len(found)]:
                found.append(_middle_ms(index))
        return Percentiles(found[0], found[1], found[2], self.total)


def _middle_ms(index: int) -> float:
    return float(2 * _GROWTH ** (index - _OFFSET + 1) / (_GROWTH + 1))


@dataclass(frozen=True, slots=True)
class LatencyRow:
    """One bucket as a chart draws it."""

    start_ms: int
    wait: Percentiles | None
    run: Percentiles | None
    oldest_age_s: float | None


@dataclass(slots=True)
class _Bucket:
    wait: LogHistogram = field(default_factory=LogHistogram)
    run: LogHistogram = field(default_factory=LogHistogram)
    oldest_age_s: float | None = None
    row: LatencyRow | None = None  # cached until something is added


class LatencySeries:
    """The last hour in buckets of 5 s, wait and run separately; or another period and width.

    Counts are kept for two minutes, for the headline and for late values; after that a bucket has only its percentiles.
    """

    def __init__(
        self,
        bucket_ms: int = BUCKET_MS,
        *,
        history_buckets: int = _HISTORY_BUCKETS,
        open_buckets: int = _OPEN_BUCKETS,
    ) -> None:
        self.bucket_ms = bucket_ms
        self._history_buckets, self._open_buckets = history_buckets, open_buckets
        self._open: dict[int, _Bucket] = {}  # by number: start / bucket_ms
        self._sealed: dict[int, LatencyRow] = {}  # likewise; each older than every open one
        self._headline: tuple[Percentiles | None, Percentiles | None] | None = None  # cached until something is added

    def __len__(self) -> int:
        return len(self._open) + len(self._sealed)

    def record(self, at_ms: int, waits_ms: Iterable[float], runs_ms: Iterable[float]) -> None:
        """Times more than two minutes behind the newest are from a clock that was set back: newer buckets are
        dropped."""
        bucket = self._bucket(at_ms)
        bucket.wait.record(waits_ms)
        bucket.run.record(runs_ms)

    def sample_oldest(self, at_ms: int, oldest_age_s: float) -> None:
        """The bucket keeps the oldest of its samples."""
        bucket = self._bucket(at_ms)
        bucket.oldest_age_s = max(oldest_age_s, bucket.oldest_age_s or 0.0)

    def rows(self, from_ms: float) -> list[LatencyRow]:
        """Buckets that end after `from_ms`, oldest first; empty ones are left out."""
        first_ms = from_ms - self.bucket_ms
        rows = [row for row in self._sealed.values() if row.start_ms > first_ms]
        rows += [self._row(number) for number in self._open if number * self.bucket_ms > first_ms]
        return sorted(rows, key=lambda row: row.start_ms)

    def fill(self, rows: Iterable[LatencyRow]) -> None:
        """Add counts of another source, for past buckets in which nothing was recorded here."""
        first_open = min(self._open, default=None)
        for row in rows:
            number = row.start_ms // self.bucket_ms
            if first_open is not None and number >= first_open:
                continue
            known = self._sealed.get(number)
            if known is None:
                self._sealed[number] = row
            elif known.wait is None and known.run is None:
                self._sealed[number] = replace(row, oldest_age_s=known.oldest_age_s)
        self._trim()

    def headline(self) -> tuple[Percentiles | None, Percentiles | None]:
        """Wait and run over the minute that ends with the newest processing."""
        if self._headline is None:
            self._headline = self._make_headline()
        return self._headline

    def _make_headline(self) -> tuple[Percentiles | None, Percentiles | None]:
        filled = [number for number, bucket in self._open.items() if bucket.run.total]
        if not filled:
            return self._newest_sealed()
        last = max(filled)
        wait, run = LogHistogram(), LogHistogram()
        for number in filled:
            if number > last - HEADLINE_MS // self.bucket_ms:
                wait.merge(self._open[number].wait)
                run.merge(self._open[number].run)
        return wait.percentiles(), run.percentiles()

    def _newest_sealed(self) -> tuple[Percentiles | None, Percentiles | None]:
        worked = [row for row in self._sealed.values() if row.run is not None]
        newest = max(worked, key=lambda row: row.start_ms, default=None)
        return (newest.wait, newest.run) if newest else (None, None)

    def _bucket(self, at_ms: int) -> _Bucket:
        number = at_ms // self.bucket_ms
        bucket = self._open.get(number)
        if bucket is None:
            bucket = self._begin(number)
        bucket.row = self._headline = None
        return bucket

    def _begin(self, number: int) -> _Bucket:
        if self._open and number <= max(self._open) - self._open_buckets:
            self._sealed = {old: row for old, row in self._sealed.items() if old < number}
            self._open = {}
        bucket = self._open[number] = _Bucket()
        for old in [old for old in self._open if old <= number - self._open_buckets]:
            self._sealed[old] = self._row(old)
            del self._open[old]
        self._trim()
        return bucket

    def _trim(self) -> None:
        while len(self) > self._history_buckets:
            del self._sealed[min(self._sealed)]

    def _row(self, number: int) -> LatencyRow:
        bucket = self._open[number]
        if bucket.row is None:
            wait, run = bucket.wait.percentiles(), bucket.run.percentiles()
            bucket.row = LatencyRow(number * self.bucket_ms, wait, run, bucket.oldest_age_s)
        return bucket.row
