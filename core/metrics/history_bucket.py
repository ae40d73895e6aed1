"""Counts of one period from the results; the store reads it, the charts show it."""

from __future__ import annotations

from dataclasses import dataclass

from core.metrics.latency import Percentiles


@dataclass(frozen=True, slots=True)
class HistoryBucket:
    """One period: how many were stored and given up, and how long they had waited.

    Processing time is not included: a row's time is set before its commit, and is that of its whole batch.
    """

    start_ms: int
    stored: int
    failed: int
    wait: Percentiles | None
