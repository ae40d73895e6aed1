"""Receipts: every stage, any order, bounded, and counts that always agree with the rows."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import (
    Accepted,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    EarnedBadge,
    Event,
    OutboxSampled,
    OutcomeKind,
    PickedUp,
    Refused,
    WorkoutOutcome,
)
from core.live.receipts import CountGroup, Receipt, ReceiptCounts, ReceiptLog, Stage


def accepted(workout_id: str = "a", at_ms: int = 1_000, athlete: str = "Ana Ruiz") -> Accepted:
    return Accepted(at_ms, workout_id, athlete, "Running", 45.0, 5.2)


def processed(
    kind: OutcomeKind, workout_id: str = "a", at_ms: int = 1_900, reason: str = "", badges: tuple[EarnedBadge, ...] = ()
) -> BatchProcessed:
    outcome = WorkoutOutcome(workout_id, "Ana Ruiz", "Running", kind, 100.0, 5.0, 382.5, badges, reason)
    return BatchProcessed(at_ms, "worker-2", (outcome,))


def link(state: ConnectionState) -> ConnectionChanged:
    return ConnectionChanged(1, state, "RabbitMQ", "localhost:5672")


def folded(*events: Event) -> ReceiptLog:
    book = ReceiptLog()
    book.apply_all(events)
    return book


def row(book: ReceiptLog, workout_id: str = "a") -> Receipt:
    found = book.get(workout_id)
    assert found is not None
    return found


def test_that_a_workout_walks_through_its_stages() -> None:
    book = folded(accepted())
    assert row(book).stage is Stage.ACCEPTED
    book.apply(Confirmed(1_100, ("a",)))
    assert row(book).stage is Stage.WAITING
    book.apply(PickedUp(1_500, "worker-2", ("a",)))
    assert (row(book).stage, row(book).journey.worker) == (Stage.RUNNING, "worker-2")
    book.apply(processed(OutcomeKind.STORED, badges=(EarnedBadge("5k", "5K Runner"),)))
    done = row(book)
    assert (done.stage, done.journey.calories_kcal) == (Stage.STORED, 382.5)
    assert [badge.name for badge in done.journey.badges] == ["5K Runner"]


@pytest.mark.parametrize(
    ("stage", "node"),
    [
        (Stage.ACCEPTED, 0),
        (Stage.PENDING, 0),
        (Stage.WAITING, 2),
        (Stage.OTHER_QUEUE, 2),
        (Stage.RETRYING, 2),
        (Stage.RUNNING, 3),
        (Stage.FAILED, 3),
        (Stage.STORED, 4),
    ],
)
def test_that_each_stage_stands_on_its_step(stage: Stage, node: int) -> None:
    assert stage.node == node


def test_that_took_stops_with_the_end_and_runs_before_it() -> None:
    book = folded(accepted(at_ms=1_000), PickedUp(1_500, "w", ("a",)))
    assert row(book).took_ms(3_000) == 2_000
    book.apply(processed(OutcomeKind.STORED, at_ms=1_900))
    assert row(book).took_ms(9_999) == 900


def test_that_took_is_never_negative_when_clocks_disagree() -> None:
    book = folded(accepted(at_ms=5_000), processed(OutcomeKind.STORED, at_ms=4_000))
    assert row(book).took_ms(0) == 0


def test_that_a_late_confirm_does_not_take_back_what_is_stored() -> None:
    book = folded(accepted(), processed(OutcomeKind.STORED))
    book.take_changes()
    book.apply_all([Confirmed(1_100, ("a",)), PickedUp(1_500, "w", ("a",)), processed(OutcomeKind.FAILED, at_ms=9_000)])
    assert row(book).stage is Stage.STORED


def test_that_what_a_worker_said_before_the_row_was_there_counts() -> None:
    book = folded(PickedUp(900, "w", ("a",)), processed(OutcomeKind.STORED), Confirmed(1, ("a",)), accepted())
    assert row(book).stage is Stage.STORED


def test_that_a_retry_names_its_reason_and_counts_its_tries() -> None:
    book = folded(accepted(), PickedUp(1_500, "w", ("a",)), processed(OutcomeKind.RETRYING, reason="database away"))
    assert (row(book).stage, row(book).journey.reason) == (Stage.RETRYING, "database away")
    book.apply(PickedUp(2_500, "w", ("a",)))
    assert row(book).stage is Stage.RUNNING
    assert len(row(book).journey.failed_tries) == 1


def test_that_a_failed_one_may_be_tried_again_later_but_not_by_old_news() -> None:
    book = folded(accepted(), processed(OutcomeKind.FAILED, at_ms=1_900, reason="Swim over 100 km"))
    book.apply(PickedUp(1_500, "w", ("a",)))
    assert (row(book).stage, row(book).journey.reason) == (Stage.FAILED, "Swim over 100 km")
    book.apply(PickedUp(2_000, "w", ("a",)))
    assert row(book).stage is Stage.RUNNING


def test_that_stored_beats_duplicate_in_either_order() -> None:
    one = folded(accepted(), processed(OutcomeKind.DUPLICATE, at_ms=2_500), processed(OutcomeKind.STORED))
    other = folded(accepted(), processed(OutcomeKind.STORED), processed(OutcomeKind.DUPLICATE, at_ms=2_500))
    assert row(one) == row(other)
    assert row(one).stage is Stage.STORED


def test_that_a_repair_sent_under_the_same_id_starts_anew() -> None:
    book = folded(accepted(at_ms=1_000), processed(OutcomeKind.FAILED, at_ms=1_900), accepted(at_ms=8_000))
    assert (row(book).stage, row(book).sent_at_ms, len(book)) == (Stage.ACCEPTED, 8_000, 1)


def test_that_a_repair_whose_end_came_first_keeps_that_end() -> None:
    book = folded(accepted(at_ms=1_000), processed(OutcomeKind.STORED, at_ms=8_100), accepted(at_ms=8_000))
    assert (row(book).stage, row(book).sent_at_ms) == (Stage.STORED, 8_000)


def test_that_the_same_acceptance_twice_is_one_row() -> None:
    book = folded(accepted(), Confirmed(1_100, ("a",)), accepted())
    assert (len(book), row(book).stage) == (1, Stage.WAITING)


def test_that_offline_keeps_here_only_what_the_broker_has_not() -> None:
    book = folded(accepted("a"), accepted("b"), Confirmed(1_100, ("a",)), link(ConnectionState.OFFLINE), accepted("c"))
    assert [row(book, name).stage for name in "abc"] == [Stage.WAITING, Stage.PENDING, Stage.PENDING]
    assert not book.online
    book.apply(link(ConnectionState.OFFLINE))
    book.apply(link(ConnectionState.CONNECTING))
    assert book.counts().kept_here == 2
    book.apply(link(ConnectionState.ONLINE))
    assert [row(book, name).stage for name in "abc"] == [Stage.WAITING, Stage.ACCEPTED, Stage.ACCEPTED]


def test_that_what_another_queue_has_is_not_waiting_here() -> None:
    book = folded(
        accepted("a"), accepted("b"), accepted("c"), Confirmed(1_100, ("a", "b")), link(ConnectionState.OFFLINE)
    )
    book.apply(processed(OutcomeKind.STORED, "b"))
    book.set_elsewhere(["a", "b", "unknown"])
    assert [row(book, name).stage for name in "abc"] == [Stage.OTHER_QUEUE, Stage.STORED, Stage.PENDING]
    assert book.counts() == ReceiptCounts(total=3, kept_here=1)
    book.set_elsewhere([])
    assert row(book).stage is Stage.WAITING
    assert book.counts().in_flight == 1


def test_that_what_another_queue_has_is_known_before_its_row_and_forgotten_with_news_of_it() -> None:
    book = ReceiptLog()
    book.set_elsewhere(["a", "b"])
    book.apply_all([accepted("a"), accepted("b"), Confirmed(1_100, ("a", "b"))])
    assert [row(book, name).stage for name in "ab"] == [Stage.OTHER_QUEUE, Stage.OTHER_QUEUE]
    book.apply(PickedUp(1_500, "worker-2", ("a",)))
    assert row(book).stage is Stage.RUNNING
    book.apply_all([accepted("b", 2_000), Confirmed(2_100, ("b",))])  # sent once more, over this connection
    assert row(book, "b").stage is Stage.WAITING


def test_that_a_refused_one_is_kept_here_with_the_reason_until_confirmed() -> None:
    book = folded(accepted(), Refused(1_050, "a", "disk alarm"))
    assert (row(book).stage, row(book).journey.reason) == (Stage.REFUSED, "disk alarm")
    assert book.counts() == ReceiptCounts(total=1, kept_here=1)
    book.apply(Confirmed(2_000, ("a",)))
    assert row(book).stage is Stage.WAITING


def test_that_events_about_no_workout_change_nothing() -> None:
    book = folded(accepted())
    book.take_changes()
    book.apply(OutboxSampled(1, 3))
    assert not book.take_changes()


def test_that_groups_and_counts_agree() -> None:
    book = folded(
        *(accepted(name, at_ms) for at_ms, name in enumerate("abcd")),
        Confirmed(5, ("a",)),
        processed(OutcomeKind.FAILED, "b"),
        processed(OutcomeKind.STORED, "c"),
        Refused(6, "d", "no"),
    )
    assert [r.workout_id for r in book.newest_first()] == ["d", "c", "b", "a"]
    assert book.counts() == ReceiptCounts(total=4, in_flight=1, failed=1, kept_here=1)
    for group in CountGroup:
        assert len(book.newest_first(group)) == book.counts().of(group)


def test_that_changes_are_told_once() -> None:
    book = folded(accepted("a"), accepted("b"), Confirmed(1, ("a",)))
    changes = book.take_changes()
    assert (changes.added, changes.changed, changes.dropped) == (["a", "b"], {"a"}, set())
    assert not book.take_changes()


def test_that_old_rows_make_room_for_new_ones() -> None:
    book = ReceiptLog(max_receipts=2)
    book.apply_all(accepted(name, at_ms) for at_ms, name in enumerate("abc"))
    assert [r.workout_id for r in book.newest_first()] == ["c", "b"]
    assert (book.take_changes().dropped, book.counts().total) == ({"a"}, 2)


def test_that_foreign_ids_are_forgotten_in_turn() -> None:
    book = ReceiptLog(max_early=2)
    for name in "abc":
        book.apply(processed(OutcomeKind.STORED, name))
    book.apply_all(accepted(name) for name in "abc")
    assert [row(book, name).stage for name in "abc"] == [Stage.ACCEPTED, Stage.STORED, Stage.STORED]


def test_that_a_flood_of_foreign_events_is_cheap() -> None:
    outcomes = [WorkoutOutcome(f"id-{n}", "Ben", "Cycling", OutcomeKind.STORED, 1.0, 1.0) for n in range(10_000)]
    batches = [BatchProcessed(n, "w", tuple(outcomes[n : n + 100])) for n in range(0, 10_000, 100)]
    book = ReceiptLog()
    began_s = time.process_time()
    book.apply_all(batches)
    assert time.process_time() - began_s < 0.4  # 40 µs each would already be too slow to watch
    assert len(book) == 0


EVENTS: list[Event] = [
    accepted(at_ms=1_000),
    Confirmed(1_100, ("a",)),
    PickedUp(1_200, "w1", ("a",)),
    processed(OutcomeKind.RETRYING, at_ms=1_300, reason="busy"),
    PickedUp(1_400, "w2", ("a",)),
    processed(OutcomeKind.FAILED, at_ms=1_500, reason="no"),
    processed(OutcomeKind.STORED, at_ms=1_700),
    processed(OutcomeKind.DUPLICATE, at_ms=1_800),
]


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(EVENTS), max_size=4), st.integers(1, len(EVENTS)))
def test_that_any_order_and_any_repetition_end_in_the_same_row(
    shuffler: random.Random, repeated: list[Event], upto: int
) -> None:
    events = EVENTS[:upto]
    jumbled = events + [event for event in repeated if event in events]
    shuffler.shuffle(jumbled)
    book = folded(*jumbled)
    assert row(book) == row(folded(*events))
    assert book.counts().total == 1


def test_what_the_broker_rejects_is_a_failure_to_repair_until_it_is_sent_again() -> None:
    words = "PRECONDITION_FAILED - message size 70000 larger than configured max size 65536"
    book = folded(accepted(), Refused(1_050, "a", words, rejected=True))
    found = row(book)
    assert (found.stage, found.journey.reason, found.stage.node) == (Stage.REJECTED, words, 1)
    assert found.stage.is_failure
    assert book.counts() == ReceiptCounts(total=1, failed=1)
    assert found.belongs_to(CountGroup.FAILED)
    assert found.took_ms(9_999_999) == 50
    book.apply(accepted(at_ms=2_000))
    assert row(book).stage is Stage.ACCEPTED


def test_what_was_rejected_before_and_is_taken_now_goes_on() -> None:
    book = folded(accepted(), Refused(1_050, "a", "too big", rejected=True), Confirmed(1_060, ("a",)))
    assert row(book).stage is Stage.WAITING


def test_that_a_receipt_knows_its_start() -> None:
    book = ReceiptLog()
    book.apply(replace(accepted("a"), started_at="2025-12-10T10:00:00-08:00"))
    receipt = book.get("a")
    assert receipt is not None
    assert receipt.started_at == "2025-12-10T10:00:00-08:00"
