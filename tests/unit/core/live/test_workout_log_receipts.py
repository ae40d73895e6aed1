"""The rows of the receipts: every stage, any order, bounded, and counts that always agree with the rows."""

from __future__ import annotations

import random
import time
from dataclasses import replace

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
from core.live.receipts import CountGroup, Stage
from core.live.workout_log import WorkoutLog, WorkoutTrace


def accepted(workout_id: str = "a", at_ms: int = 1_000, athlete: str = "Ana Ruiz") -> Accepted:
    return Accepted(at_ms, workout_id, athlete, "Running", 45.0, 5.2)


def processed(
    kind: OutcomeKind, workout_id: str = "a", at_ms: int = 1_900, reason: str = "", badges: tuple[EarnedBadge, ...] = ()
) -> BatchProcessed:
    outcome = WorkoutOutcome(workout_id, "Ana Ruiz", "Running", kind, 100.0, 5.0, 382.5, badges, reason)
    return BatchProcessed(at_ms, "worker-2", (outcome,))


def link(state: ConnectionState) -> ConnectionChanged:
    return ConnectionChanged(1, state, "RabbitMQ", "localhost:5672")


def folded(*events: Event) -> WorkoutLog:
    book = WorkoutLog()
    book.apply_all(events)
    return book


def row(book: WorkoutLog, workout_id: str = "a") -> WorkoutTrace:
    (found,) = [trace for trace in book.receipts() if trace.workout_id == workout_id]
    return found


def counts(book: WorkoutLog) -> dict[CountGroup, int]:
    """Those that are not 0, and they agree with the rows."""
    found = {group: book.count(group) for group in CountGroup}
    assert found == {group: len(book.receipts(group)) for group in CountGroup}
    return {group: count for group, count in found.items() if count}


def test_that_a_workout_walks_through_its_stages() -> None:
    book = folded(accepted())
    assert row(book).stage is Stage.ACCEPTED
    book.apply_all([Confirmed(1_100, ("a",))])
    assert row(book).stage is Stage.WAITING
    book.apply_all([PickedUp(1_500, "worker-2", ("a",))])
    assert (row(book).stage, row(book).worker) == (Stage.RUNNING, "worker-2")
    book.apply_all([processed(OutcomeKind.STORED, badges=(EarnedBadge("5k", "5K Runner"),))])
    done = row(book)
    assert (done.stage, done.calories_kcal) == (Stage.STORED, 382.5)
    assert [badge.name for badge in done.badges] == ["5K Runner"]


def test_that_took_stops_with_the_end_and_runs_before_it() -> None:
    book = folded(accepted(at_ms=1_000), PickedUp(1_500, "w", ("a",)))
    assert row(book).took_ms(3_000) == 2_000
    book.apply_all([processed(OutcomeKind.STORED, at_ms=1_900)])
    assert row(book).took_ms(9_999) == 900


def test_that_took_is_never_negative_when_clocks_disagree() -> None:
    book = folded(accepted(at_ms=5_000), processed(OutcomeKind.STORED, at_ms=4_000))
    assert row(book).took_ms(0) == 0


def test_that_a_late_confirm_does_not_take_back_what_is_stored() -> None:
    book = folded(accepted(), processed(OutcomeKind.STORED))
    book.apply_all([Confirmed(1_100, ("a",)), PickedUp(1_500, "w", ("a",)), processed(OutcomeKind.FAILED, at_ms=9_000)])
    assert row(book).stage is Stage.STORED


def test_that_what_a_worker_said_before_the_row_was_there_counts() -> None:
    book = folded(PickedUp(900, "w", ("a",)), processed(OutcomeKind.STORED), Confirmed(1, ("a",)), accepted())
    assert row(book).stage is Stage.STORED


def test_that_a_retry_names_its_reason_and_counts_its_tries() -> None:
    book = folded(accepted(), PickedUp(1_500, "w", ("a",)), processed(OutcomeKind.RETRYING, reason="database away"))
    assert (row(book).stage, row(book).reason) == (Stage.RETRYING, "database away")
    book.apply_all([PickedUp(2_500, "w", ("a",))])
    assert row(book).stage is Stage.RUNNING
    assert row(book).failed_tries == 1


def test_that_a_failed_one_may_be_tried_again_later_but_not_by_old_news() -> None:
    book = folded(accepted(), processed(OutcomeKind.FAILED, at_ms=1_900, reason="Swim over 100 km"))
    book.apply_all([PickedUp(1_500, "w", ("a",))])
    assert (row(book).stage, row(book).reason) == (Stage.FAILED, "Swim over 100 km")
    book.apply_all([PickedUp(2_000, "w", ("a",))])
    assert row(book).stage is Stage.RUNNING


def test_that_stored_beats_duplicate_in_either_order() -> None:
    one = folded(accepted(), processed(OutcomeKind.DUPLICATE, at_ms=2_500), processed(OutcomeKind.STORED))
    other = folded(accepted(), processed(OutcomeKind.STORED), processed(OutcomeKind.DUPLICATE, at_ms=2_500))
    assert shown(row(one)) == shown(row(other))
    assert row(one).stage is Stage.STORED


def test_that_a_repair_sent_under_the_same_id_starts_anew() -> None:
    book = folded(accepted(at_ms=1_000), processed(OutcomeKind.FAILED, at_ms=1_900), accepted(at_ms=8_000))
    assert (row(book).stage, row(book).sent_at_ms, book.count()) == (Stage.ACCEPTED, 8_000, 1)


def test_that_a_repair_whose_end_came_first_keeps_that_end() -> None:
    book = folded(accepted(at_ms=1_000), processed(OutcomeKind.STORED, at_ms=8_100), accepted(at_ms=8_000))
    assert (row(book).stage, row(book).sent_at_ms) == (Stage.STORED, 8_000)


def test_that_the_same_acceptance_twice_is_one_row() -> None:
    book = folded(accepted(), Confirmed(1_100, ("a",)), accepted())
    assert (book.count(), row(book).stage) == (1, Stage.WAITING)


def test_that_offline_keeps_here_only_what_the_broker_has_not() -> None:
    book = folded(accepted("a"), accepted("b"), Confirmed(1_100, ("a",)), link(ConnectionState.OFFLINE), accepted("c"))
    assert [row(book, name).stage for name in "abc"] == [Stage.WAITING, Stage.PENDING, Stage.PENDING]
    assert not book.online
    book.apply_all([link(ConnectionState.OFFLINE)])
    book.apply_all([link(ConnectionState.CONNECTING)])
    assert counts(book)[CountGroup.PENDING] == 2
    book.apply_all([link(ConnectionState.ONLINE)])
    assert [row(book, name).stage for name in "abc"] == [Stage.WAITING, Stage.ACCEPTED, Stage.ACCEPTED]


def test_that_what_another_queue_has_is_not_waiting_here() -> None:
    book = folded(
        accepted("a"), accepted("b"), accepted("c"), Confirmed(1_100, ("a", "b")), link(ConnectionState.OFFLINE)
    )
    book.apply_all([processed(OutcomeKind.STORED, "b")])
    book.set_in_other_queue(["a", "b", "unknown"])
    assert [row(book, name).stage for name in "abc"] == [Stage.OTHER_QUEUE, Stage.STORED, Stage.PENDING]
    assert counts(book) == {CountGroup.ALL: 3, CountGroup.PENDING: 1}
    book.set_in_other_queue([])
    assert row(book).stage is Stage.WAITING
    assert counts(book)[CountGroup.IN_FLIGHT] == 1


def test_that_what_another_queue_has_is_known_before_its_row_and_forgotten_with_news_of_it() -> None:
    book = WorkoutLog()
    book.set_in_other_queue(["a", "b"])
    book.apply_all([accepted("a"), accepted("b"), Confirmed(1_100, ("a", "b"))])
    assert [row(book, name).stage for name in "ab"] == [Stage.OTHER_QUEUE, Stage.OTHER_QUEUE]
    book.apply_all([PickedUp(1_500, "worker-2", ("a",))])
    assert row(book).stage is Stage.RUNNING
    book.apply_all([accepted("b", 2_000), Confirmed(2_100, ("b",))])  # sent once more, over this connection
    assert row(book, "b").stage is Stage.WAITING


def test_that_a_refused_one_is_kept_here_with_the_reason_until_confirmed() -> None:
    book = folded(accepted(), Refused(1_050, "a", "disk alarm"))
    assert (row(book).stage, row(book).reason) == (Stage.REFUSED, "disk alarm")
    assert counts(book) == {CountGroup.ALL: 1, CountGroup.PENDING: 1}
    book.apply_all([Confirmed(2_000, ("a",))])
    assert row(book).stage is Stage.WAITING


def test_that_events_about_no_workout_change_nothing() -> None:
    book = folded(accepted())
    version = book.version
    book.apply_all([OutboxSampled(1, 3), Confirmed(1, ("other",))])
    assert book.version == version
    book.apply_all([Confirmed(1, ("a",))])
    assert book.version > version


def test_that_groups_and_counts_agree() -> None:
    book = folded(
        *(accepted(name, at_ms) for at_ms, name in enumerate("abcd")),
        Confirmed(5, ("a",)),
        processed(OutcomeKind.FAILED, "b"),
        processed(OutcomeKind.STORED, "c"),
        Refused(6, "d", "no"),
    )
    assert [r.workout_id for r in book.receipts()] == ["d", "c", "b", "a"]
    assert counts(book) == {
        CountGroup.ALL: 4,
        CountGroup.IN_FLIGHT: 1,
        CountGroup.FAILED: 1,
        CountGroup.PENDING: 1,
    }


def test_that_old_rows_make_room_for_new_ones() -> None:
    book = WorkoutLog(max_receipts=2)
    book.apply_all(accepted(name, at_ms) for at_ms, name in enumerate("abc"))
    assert [r.workout_id for r in book.receipts()] == ["c", "b"]
    assert counts(book) == {CountGroup.ALL: 2, CountGroup.IN_FLIGHT: 2}


def test_that_foreign_ids_are_forgotten_in_turn() -> None:
    book = WorkoutLog(max_early=2)
    for name in "abc":
        book.apply_all([processed(OutcomeKind.STORED, name)])
    book.apply_all(accepted(name) for name in "abc")
    assert [row(book, name).stage for name in "abc"] == [Stage.ACCEPTED, Stage.STORED, Stage.STORED]


def test_that_a_flood_of_foreign_events_is_cheap() -> None:
    outcomes = [WorkoutOutcome(f"id-{n}", "Ben", "Cycling", OutcomeKind.STORED, 1.0, 1.0) for n in range(10_000)]
    batches = [BatchProcessed(n, "w", tuple(outcomes[n : n + 100])) for n in range(0, 10_000, 100)]
    book = WorkoutLog()
    began_s = time.process_time()
    book.apply_all(batches)
    assert time.process_time() - began_s < 0.4  # 40 µs each would already be too slow to watch
    assert book.count() == 0


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


def shown(trace: WorkoutTrace) -> tuple[object, ...]:
    """What a row shows."""
    return trace.stage, trace.progress_at_ms, trace.worker, trace.reason, trace.badges, trace.failed_tries


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(EVENTS), max_size=4), st.integers(1, len(EVENTS)))
def test_that_any_order_and_any_repetition_end_in_the_same_row(
    shuffler: random.Random, repeated: list[Event], upto: int
) -> None:
    events = EVENTS[:upto]
    jumbled = events + [event for event in repeated if event in events]
    shuffler.shuffle(jumbled)
    book = folded(*jumbled)
    assert shown(row(book)) == shown(row(folded(*events)))
    assert book.count() == 1


def test_what_the_broker_rejects_is_a_failure_to_repair_until_it_is_sent_again() -> None:
    words = "PRECONDITION_FAILED - message size 70000 larger than configured max size 65536"
    book = folded(accepted(), Refused(1_050, "a", words, rejected=True))
    found = row(book)
    assert (found.stage, found.reason, found.stage.node) == (Stage.REJECTED, words, 1)
    assert found.stage.is_failure
    assert counts(book) == {CountGroup.ALL: 1, CountGroup.FAILED: 1}
    assert found.took_ms(9_999_999) == 50
    book.apply_all([accepted(at_ms=2_000)])
    assert row(book).stage is Stage.ACCEPTED


def test_what_was_rejected_before_and_is_taken_now_goes_on() -> None:
    book = folded(accepted(), Refused(1_050, "a", "too big", rejected=True), Confirmed(1_060, ("a",)))
    assert row(book).stage is Stage.WAITING


def test_that_a_receipt_knows_its_start() -> None:
    book = WorkoutLog()
    book.apply_all([replace(accepted("a"), started_at="2025-12-10T10:00:00-08:00")])
    assert row(book).started_at == "2025-12-10T10:00:00-08:00"


TIMES = st.integers(1, 9)
WORKERS = st.sampled_from(["w1", "w2"])
NEWS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Confirmed, TIMES, st.just(("a", "of another outbox"))),
    st.builds(Refused, TIMES, st.just("a"), st.sampled_from(["full", "too big"]), st.booleans()),
    st.builds(PickedUp, TIMES, WORKERS, st.just(("a", "of another outbox"))),
    st.builds(
        lambda at_ms, worker, kind, name: BatchProcessed(
            at_ms, worker, (WorkoutOutcome(name, "Ana Ruiz", "Running", kind, 1.0, 1.0),)
        ),
        TIMES,
        WORKERS,
        st.sampled_from(OutcomeKind),
        st.sampled_from(["a", "of another outbox"]),
    ),
)


def reference(events: list[Event]) -> tuple[Stage, int]:
    """The stage of workout `a`, and the time of the event that made it (0 for a confirm), from all events at once."""
    outcomes = [
        (event.at_ms, outcome.kind)
        for event in events
        if isinstance(event, BatchProcessed)
        for outcome in event.outcomes
        if outcome.workout_id == "a"
    ]
    for kind, stage in ((OutcomeKind.STORED, Stage.STORED), (OutcomeKind.DUPLICATE, Stage.DUPLICATE)):
        if of_kind := [at_ms for at_ms, one in outcomes if one is kind]:
            return stage, max(of_kind)
    tries = [(event.at_ms, 0, Stage.RUNNING) for event in events if isinstance(event, PickedUp)]
    tries += [(at_ms, 1, Stage.RETRYING) for at_ms, kind in outcomes if kind is OutcomeKind.RETRYING]
    tries += [(at_ms, 2, Stage.FAILED) for at_ms, kind in outcomes if kind is OutcomeKind.FAILED]
    if tries:
        at_ms, _, stage = max(tries, key=lambda one: one[:2])
        return stage, at_ms
    if any(isinstance(event, Confirmed) for event in events):
        return Stage.WAITING, 0
    refused = [(event.at_ms, event.rejected) for event in events if isinstance(event, Refused)]
    if not refused:
        return Stage.ACCEPTED, 0
    at_ms, rejected = max(refused)
    return Stage.REJECTED if rejected else Stage.REFUSED, at_ms


@given(st.lists(NEWS, max_size=10), st.data())
def test_that_the_row_is_what_all_events_together_say(events: list[Event], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(events)), label="how many come before the acceptance")
    book = folded(*events[:place], accepted(at_ms=0), *events[place:])
    assert (row(book).stage, row(book).progress_at_ms) == reference(events)
    assert book.seen("a") == row(book)
    followed = WorkoutLog()
    followed.follow("a")
    followed.apply_all(events)
    assert shown(replace(followed.seen("a"), stage=row(book).stage)) == shown(row(book))


def revision(number: int, at_ms: int, kind: str = "workout.corrected") -> Accepted:
    return Accepted(at_ms, "a", "Ana Ruiz", "Running", 46.0, 5.3, "", number, kind)


def done(number: int, at_ms: int, kind: OutcomeKind = OutcomeKind.STORED, reason: str = "") -> BatchProcessed:
    outcome = WorkoutOutcome("a", "Ana Ruiz", "Running", kind, 100.0, 5.0, reason=reason, revision=number)
    return BatchProcessed(at_ms, "worker-2", (outcome,))


def test_that_a_receipt_is_of_the_newest_revision_and_moves_to_the_top() -> None:
    book = folded(accepted(), accepted("b", 1_100), done(1, 1_200), revision(2, 1_500))
    assert [trace.workout_id for trace in book.receipts()] == ["a", "b"]
    trace = row(book)
    assert (trace.stage, trace.revision, trace.duration_min) == (Stage.ACCEPTED, 2, 46.0)
    assert (trace.is_correction, trace.is_deletion) == (True, False)
    book.apply_all([done(2, 1_900)])
    assert row(book).stage is Stage.STORED
    book.apply_all([revision(3, 2_000, "workout.deleted"), done(3, 2_100, reason="deleted")])
    assert (row(book).stage, row(book).is_deletion) == (Stage.STORED, True)


def test_that_an_earlier_revision_on_its_way_says_nothing_of_a_newer_one() -> None:
    for outcome in (done(1, 1_800), done(1, 1_800, OutcomeKind.RETRYING), done(1, 1_800, OutcomeKind.FAILED)):
        book = folded(accepted(), Confirmed(1_010, ("a",)), revision(2, 1_020), PickedUp(1_700, "worker-2", ("a",)))
        book.apply_all([outcome])
        assert row(book).stage is Stage.ACCEPTED
        book.apply_all([Confirmed(1_850, ("a",)), PickedUp(1_860, "worker-2", ("a",)), done(1, 1_870)])
        assert row(book).stage is Stage.WAITING
        book.apply_all([done(1, 1_880, OutcomeKind.FAILED)])
        assert row(book).stage is Stage.WAITING
        book.apply_all([done(2, 1_900)])
        assert (row(book).stage, row(book).end_revision) == (Stage.STORED, 2)


def test_that_an_earlier_revision_that_arrives_later_changes_nothing() -> None:
    book = folded(accepted(), revision(2, 1_000), Confirmed(1_010, ("a",)), done(2, 1_800))
    book.apply_all([done(1, 1_900, OutcomeKind.DUPLICATE), accepted(at_ms=2_500)])
    assert (row(book).stage, row(book).revision) == (Stage.STORED, 2)


def test_that_the_end_of_a_revision_may_be_known_before_it_was_accepted() -> None:
    """The clock of a worker on another computer may be behind."""
    book = folded(accepted(), done(2, 1_300), revision(2, 1_500))
    assert row(book).stage is Stage.STORED
