"""What became of messages that were sent again: from events, in any order, bounded."""

from __future__ import annotations

from core.events import BatchProcessed, DepthSampled, Event, OutcomeKind, WorkoutOutcome
from core.live.resends import FOLLOWED_MS, LIMIT, ResendCounts, Resends

STORED, FAILED, DUPLICATE, RETRYING = (
    OutcomeKind.STORED,
    OutcomeKind.FAILED,
    OutcomeKind.DUPLICATE,
    OutcomeKind.RETRYING,
)


def processed(kind: OutcomeKind, *ids: str) -> BatchProcessed:
    return BatchProcessed(0, "worker-1", tuple(WorkoutOutcome(each, "", "", kind, None, 1.0) for each in ids))


def test_each_outcome_of_a_followed_message_counts_once() -> None:
    resends = Resends()
    resends.begin()
    assert resends.follow("retry", ("a", "b", "c", "d"), 0)
    assert resends.counts.waiting == 4
    assert resends.take([processed(FAILED, "a"), processed(STORED, "b", "other"), processed(RETRYING, "c")])
    assert resends.take([processed(DUPLICATE, "c"), processed(FAILED, "a")])
    assert resends.counts == ResendCounts("retry", sent=4, stored=1, known=1, failed=1)
    assert resends.counts.waiting == 1
    assert not resends.take([processed(STORED, "other")])


def test_an_outcome_that_comes_before_the_ids_are_known_counts() -> None:
    resends = Resends()
    assert not resends.take([processed(FAILED, "a")]), "before anything was sent"
    resends.begin()
    sample: Event = DepthSampled(0, 1, 0, 1, 0, 0, None)
    assert not resends.take([sample, processed(FAILED, "b")])
    resends.follow("retry", ("a", "b"), 0)
    assert (resends.counts.failed, resends.counts.waiting) == (1, 1)


def test_two_messages_of_one_workout_have_two_outcomes() -> None:
    resends = Resends()
    resends.follow("retry", ("a", "a"), 0)
    resends.take([processed(STORED, "a")])
    assert resends.counts.waiting == 1
    resends.take([processed(DUPLICATE, "a", "a")])
    assert resends.counts == ResendCounts("retry", 2, 1, 1, 0)


def test_what_is_sent_while_others_wait_is_counted_with_them_and_otherwise_anew() -> None:
    resends = Resends()
    resends.follow("retry", ("a",), 0)
    resends.begin()
    resends.take([processed(FAILED, "a")])
    resends.follow("retry", ("b",), 0)
    assert resends.counts == ResendCounts("retry", 1, 0, 0, 0), "the first was settled before"
    resends.begin()
    resends.follow("resend", ("c",), 0)
    assert (resends.counts.act, resends.counts.sent) == ("sent", 2)


def test_waiting_has_an_end() -> None:
    resends = Resends()
    resends.follow("retry", ("a", "b"), 1_000)
    resends.take([processed(STORED, "a")])
    assert resends.overdue(1_000 + FOLLOWED_MS - 1) is None
    late = resends.overdue(1_000 + FOLLOWED_MS)
    assert late == ResendCounts("retry", 2, 1, 0, 0, overdue=True)
    assert resends.overdue(1_000 + 2 * FOLLOWED_MS) is None
    assert not resends.take([processed(STORED, "b")])


def test_none_and_more_than_can_be_followed_are_not() -> None:
    resends = Resends()
    resends.begin()
    assert not resends.follow("discard", (), 0)
    assert not resends.take([processed(FAILED, "0")])
    assert not resends.follow("retry", tuple(map(str, range(LIMIT + 1))), 0)
    assert resends.counts == ResendCounts("", 0, 0, 0, 0)
    assert resends.follow("retry", tuple(map(str, range(LIMIT))), 0)
    assert not resends.follow("retry", ("one more",), 0)
