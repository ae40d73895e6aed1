"""What must be in the queue that is looked at, when there were others before."""

from __future__ import annotations

from collections.abc import Mapping

from core.events import LedgerSnapshot
from core.live.ledger import expected_in_queue
from core.outbox.destination import Destination
from core.outbox.outbox import OutboxLedger, SentTo
from core.store.reader import LedgerTotals, SettledCounts
from worker.monitoring.ledger_counts import build_ledger_snapshot

FIRST, SECOND = Destination("first", "results"), Destination("second", "results")
OTHER_RESULTS = Destination("second", "other results")


def count(
    outbox: OutboxLedger, here: Mapping[int, SettledCounts], looked_at: Destination | None = SECOND, *, others: int = 0
) -> LedgerSnapshot:
    stored, failed, discarded = (
        sum(getattr(each, name) for each in here.values()) for name in ("stored", "failed", "discarded")
    )
    return build_ledger_snapshot(
        LedgerTotals(stored + others, failed, discarded, 0, here, 0, 0, 0, 0), outbox, looked_at, 5
    )


def test_that_what_another_queue_still_has_is_elsewhere() -> None:
    outbox = OutboxLedger(10, 1, (SentTo(0, FIRST, 6), SentTo(1, SECOND, 3)))
    found = count(outbox, {0: SettledCounts(stored=2, failed=1), 1: SettledCounts(stored=1)}, others=4)
    assert (found.accepted_here, found.pending, found.in_other_queue, found.other_results) == (10, 1, 3, 0)
    assert (found.stored, found.stored_here, found.failed_here) == (7, 3, 1)
    assert expected_in_queue(found) == 2


def test_that_what_went_beside_other_results_is_left_to_those() -> None:
    outbox = OutboxLedger(9, 0, (SentTo(0, OTHER_RESULTS, 6), SentTo(1, SECOND, 3)))
    found = count(outbox, {0: SettledCounts(stored=2), 1: SettledCounts(stored=3)})
    assert (found.accepted_here, found.stored_here, found.in_other_queue, found.other_results) == (3, 3, 0, 6)
    assert expected_in_queue(found) == 0


def test_that_what_was_sent_who_knows_where_must_be_in_the_queue_that_is_looked_at() -> None:
    found = count(OutboxLedger(4, 0, (SentTo(0, None, 4),)), {0: SettledCounts(stored=1)})
    assert (found.in_other_queue, expected_in_queue(found)) == (0, 3)
    known = count(OutboxLedger(4, 0, (SentTo(0, FIRST, 4),)), {0: SettledCounts(stored=1)}, None)
    assert known.accepted_here == 4


def test_that_one_published_to_both_queues_is_neither_missing_nor_too_many() -> None:
    """Confirmed by the second, its confirmation by the first was lost; the first one's copy was stored."""
    outbox = OutboxLedger(2, 0, (SentTo(0, FIRST, 1), SentTo(1, SECOND, 1)))
    found = count(outbox, {0: SettledCounts(stored=2)})
    assert (found.in_other_queue, expected_in_queue(found)) == (0, 0)
    found = count(outbox, {0: SettledCounts(stored=2)}, FIRST)
    assert (found.in_other_queue, expected_in_queue(found)) == (0, 0)


def test_that_one_confirmed_beside_other_results_and_stored_in_these_is_not_too_many() -> None:
    """Published here first, its confirmation lost."""
    outbox = OutboxLedger(4, 0, (SentTo(0, SECOND, 1), SentTo(1, OTHER_RESULTS, 3)))
    found = count(outbox, {0: SettledCounts(stored=3)})
    assert (found.accepted_here, expected_in_queue(found), found.other_results) == (3, 0, 1)
    found = count(outbox, {0: SettledCounts(stored=5)})
    assert expected_in_queue(found) == -1


def test_that_a_duplicate_accepted_for_itself_is_neither_accepted_nor_missing() -> None:
    found = count(OutboxLedger(5, 0, (SentTo(0, SECOND, 5),)), {0: SettledCounts(stored=2, absorbed=3)})
    assert (found.accepted_here, expected_in_queue(found)) == (2, 0)


def test_that_an_entry_taken_out_of_the_outbox_must_be_somewhere() -> None:
    found = count(OutboxLedger(5, 1, (SentTo(0, SECOND, 3),)), {0: SettledCounts(stored=3)})
    assert (found.accepted_here, expected_in_queue(found)) == (5, 1)


def test_that_one_stored_too_many_is_told_although_another_queue_has_some() -> None:
    outbox = OutboxLedger(3, 0, (SentTo(0, FIRST, 2), SentTo(1, SECOND, 1)))
    assert expected_in_queue(count(outbox, {1: SettledCounts(stored=4)})) == -1


def test_that_what_the_broker_rejects_is_among_the_kept() -> None:
    found = count(OutboxLedger(3, 2, (SentTo(0, SECOND, 1),), 1), {0: SettledCounts(stored=1)})
    assert (found.pending, found.rejected, expected_in_queue(found)) == (2, 1, 0)
