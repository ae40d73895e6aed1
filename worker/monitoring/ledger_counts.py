"""Combines the durable counts of the results database and of the outbox into one LedgerSnapshot."""

from __future__ import annotations

from core.events import LedgerSnapshot
from core.outbox.destination import Destination
from core.outbox.outbox import OutboxLedger, SentTo
from core.store.reader import LedgerTotals, SettledCounts

_NOTHING = SettledCounts()


def build_ledger_snapshot(
    totals: LedgerTotals, outbox: OutboxLedger, counted: Destination | None, at_ms: int, rows_missing: int = 0
) -> LedgerSnapshot:
    """Read `totals` before `outbox`: a workout that moves between the two reads is then counted twice, never zero
    times; the ledger tolerates a surplus until the next count.

    `counted`: the queue and the database that are counted. Workouts sent for another database are left out; those sent
    to another queue for this database and not settled are counted as in the other queue.
    """
    ours = [sent for sent in outbox.sent if _shares_database(sent, counted)]
    settled = {sent.number: totals.here.get(sent.number, _NOTHING) for sent in ours}
    duplicate_submissions = sum(each.absorbed for each in settled.values())
    removed = outbox.accepted - outbox.pending - sum(sent.sent for sent in outbox.sent)
    accepted = sum(sent.sent for sent in ours) + outbox.pending + removed - duplicate_submissions
    unsettled = accepted + duplicate_submissions - outbox.pending - sum(each.total for each in settled.values())
    # Published for this database, confirmation lost, then sent again and confirmed for another database: settled here.
    other_results = sum(sent.sent for sent in outbox.sent) - sum(sent.sent for sent in ours)
    borrowed = min(other_results, max(0, -unsettled))
    in_other_queue = sum(
        max(0, sent.sent - settled[sent.number].total) for sent in ours if sent.destination not in (None, counted)
    )
    return LedgerSnapshot(
        at_ms,
        accepted + borrowed,
        outbox.pending,
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
        # One published to both queues after a lost confirmation may be settled already, under the other destination.
        min(in_other_queue, max(0, unsettled)),
        other_results - borrowed,
        outbox.rejected,
        totals.still_queued,
    )


def _shares_database(sent: SentTo, counted: Destination | None) -> bool:
    """Whether it was sent for the counted database; an unknown destination counts as that."""
    return counted is None or sent.destination is None or sent.destination.database == counted.database
