"""Durable counts as one event: what the results say, and what the outbox says."""

from __future__ import annotations

from core.events import LedgerSnapshot
from core.outbox.destination import Destination
from core.outbox.outbox import OutboxLedger, SentTo
from core.store.reader import LedgerTotals, SettledCounts

_NOTHING = SettledCounts()


def build_ledger_snapshot(
    totals: LedgerTotals, outbox: OutboxLedger, looked_at: Destination | None, at_ms: int, rows_missing: int = 0
) -> LedgerSnapshot:
    """Read `totals` before `outbox`: backwards along the way of a workout. One that moves on meanwhile is seen twice,
    not never, and the ledger, which knows that, waits for the next count.

    `looked_at`: the queue and the results that are counted. What was sent beside other results is left to those; what
    was sent to another queue and is not settled must still be there.
    """
    ours = [sent for sent in outbox.sent if _is_beside(sent, looked_at)]
    settled = {sent.number: totals.here.get(sent.number, _NOTHING) for sent in ours}
    absorbed = sum(each.absorbed for each in settled.values())
    taken_out = outbox.accepted - outbox.kept - sum(sent.sent for sent in outbox.sent)
    accepted = sum(sent.sent for sent in ours) + outbox.kept + taken_out - absorbed
    unsettled = accepted + absorbed - outbox.kept - sum(each.total for each in settled.values())
    # Some may have been published here, their confirmation lost, and been confirmed beside other results.
    other_results = sum(sent.sent for sent in outbox.sent) - sum(sent.sent for sent in ours)
    borrowed = min(other_results, max(0, -unsettled))
    elsewhere = sum(
        max(0, sent.sent - settled[sent.number].total) for sent in ours if sent.destination not in (None, looked_at)
    )
    return LedgerSnapshot(
        at_ms,
        accepted + borrowed,
        outbox.kept,
        totals.stored,
        sum(each.stored for each in settled.values()),
        totals.failed,
        sum(each.failed for each in settled.values()),
        totals.duplicates,
        totals.discarded,
        sum(each.discarded for each in settled.values()),
        totals.corrections,
        totals.deletions,
        totals.superseded,
        totals.conflicts,
        rows_missing,
        # One that was published to both queues, its confirmation lost, may be settled as the other's.
        min(elsewhere, max(0, unsettled)),
        other_results - borrowed,
        outbox.rejected,
        totals.still_queued,
    )


def _is_beside(sent: SentTo, looked_at: Destination | None) -> bool:
    """Whether its results are looked at, or nobody knows which they are."""
    return looked_at is None or sent.destination is None or sent.destination.database == looked_at.database
