"""Durable counts as one event: what the results say, and what the outbox says."""

from __future__ import annotations

from core.events import LedgerCounted
from core.store.outbox import OutboxCounts
from core.store.queries import LedgerTotals


def counted(totals: LedgerTotals, sent: OutboxCounts, at_ms: int, rows_missing: int = 0) -> LedgerCounted:
    """Read `totals` before `sent`: backwards along the way of a workout. One that moves on meanwhile is seen twice,
    not never, and the ledger, which knows that, waits for the next count."""
    return LedgerCounted(
        at_ms,
        sent.accepted,
        sent.kept,
        totals.stored,
        totals.stored_here,
        totals.failed,
        totals.failed_here,
        totals.duplicates,
        totals.discarded,
        totals.discarded_here,
        totals.corrections,
        totals.deletions,
        totals.overtaken,
        totals.conflicts,
        rows_missing,
    )
