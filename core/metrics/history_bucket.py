"""What the results know of one stretch of time; the store reads it, the charts show it."""

from __future__ import annotations

from dataclasses import dataclass

from core.metrics.latency import Percentiles


@dataclass(frozen=True, slots=True)
class HistoryBucket:
    """What the results know of one stretch of time: how many were stored and given up, and how long they had waited.

    How long the work took is not among it: a row is stamped before its commit, and with its whole batch.
    """

    start_ms: int
    stored: int
    failed: int
    wait: Percentiles | None
