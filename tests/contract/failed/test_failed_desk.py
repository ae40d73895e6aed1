"""Acting on the failed list, on every broker: nothing is lost on the way, and looking takes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from core.broker.extras import Extras, encoded_text
from core.broker.ports import FailedDelivery, HeaderValue, Message, PublishResult, PublishStatus
from core.broker.topology import (
    HEADER_ATTEMPTS,
    HEADER_FAILED_REASON,
    HEADER_ORIGIN,
    HEADER_RETRIES,
    HEADER_RETRY_OF,
)
from core.codec.workout_codec import MessageKind, encode, id_from_content
from core.errors import BrokerUnavailableError, InvalidWorkoutError, StoreUnavailableError
from core.failures.failed_json import message_fields
from core.failures.models import FailedFilter, FailedState
from core.store.failure_actions import FailureMark
from core.store.failure_record import FailureRecord
from core.store.models import StoredDetails
from core.workouts.model import Workout
from tests.support.broker_rigs import Rig, take
from tests.support.databases import Place
from tests.support.incoming import make_workout
from tests.support.pipeline_rig import ALL, BAD, GOOD, Works, bad
from worker.failed.failed_service import (
    QUEUE_TOO_LONG,
    ActionResult,
    AnsweredConflict,
    FailedMessageService,
    Pair,
    with_body,
)


@pytest.fixture
def works(rig: Rig, tmp_path: Path) -> Iterator[Works]:
    works = Works(rig, tmp_path / "results.db")
    yield works
    works.close()


def test_that_looking_leaves_no_trace(works: Works) -> None:
    works.fail(*(bad(n) for n in range(5)))
    before = works.rig.failed_again()
    for _ in range(3):
        assert len(works.failed.rows(ALL, 10)) == 5
        assert works.failed.groups()[0].count == 5
        assert works.desk.count_unlisted() == 0
    assert works.rig.failed() == before


def test_that_a_retry_begins_anew_and_fails_again_on_the_same_line(works: Works) -> None:
    works.fail(bad())
    (key,) = works.failed.keys(ALL)
    assert works.desk.retry([key]) == ActionResult(1)
    assert works.failed.count(ALL) == 0
    works.queue_failed(0)
    consumer = works.rig.consumer()
    (delivery,) = take(consumer, 1)
    assert (delivery.message.body, delivery.attempts) == (bad().body, 0)
    assert delivery.message.headers[HEADER_RETRY_OF] == key
    assert delivery.message.headers[HEADER_RETRIES] == 1
    assert HEADER_ATTEMPTS not in delivery.message.headers
    assert HEADER_FAILED_REASON not in delivery.message.headers
    consumer.requeue([delivery])
    consumer.close()
    works.drain()
    (row,) = works.failed.rows(ALL, 10)
    assert (row.key, row.attempts) == (key, 2)
    works.queue_failed(1)


def test_that_what_other_programs_set_is_sent_again_too(works: Works) -> None:
    extras = Extras.of(
        {"priority": b"\x05", "content_encoding": encoded_text("gzip"), "reply_to": encoded_text("answers")}
    )
    works.fail(replace(bad(), extras=extras))
    (key,) = works.failed.keys(ALL)
    (one,) = works.failed.messages([key])
    assert one.message.extras == extras
    assert message_fields(one)["properties"] == {"content_encoding": "gzip", "priority": "5", "reply_to": "answers"}
    edited = with_body(one, GOOD).extras
    assert edited is not None
    assert dict(edited.shown()) == {"priority": "5", "reply_to": "answers"}  # what was typed is not compressed
    assert works.desk.retry([key]) == ActionResult(1)
    (delivery,) = take(works.rig.consumer(), 1)
    assert delivery.message.extras == extras


def test_that_all_that_match_are_sent_again_with_progress(works: Works) -> None:
    works.fail(*(bad(n) for n in range(450)), Message(b"no json", "other"))
    keys = works.failed.keys(FailedFilter("invalid/distance/range"))
    seen: list[tuple[int, int]] = []
    acted = works.desk.retry(keys, progress=lambda done, total: seen.append((done, total)))
    assert acted == ActionResult(450)
    assert seen == [(200, 450), (400, 450), (450, 450)]
    assert [row.message_id for row in works.failed.rows(ALL, 10)] == ["other"]
    works.queue_failed(1)


def test_that_a_frozen_selection_does_not_take_what_came_later(works: Works) -> None:
    works.fail(bad(1))
    keys = works.failed.keys(ALL)
    works.fail(bad(2))
    assert works.desk.retry(keys) == ActionResult(1)
    assert [row.message_id for row in works.failed.rows(ALL, 10)] == [bad(2).message_id]


def test_that_what_has_gone_meanwhile_is_skipped(works: Works) -> None:
    works.fail(bad(1), bad(2))
    keys = works.failed.keys(ALL)
    works.desk.discard(keys[:1])
    assert works.desk.retry([*keys, "unknown"]) == ActionResult(1, 2)


def test_that_an_act_can_be_stopped(works: Works) -> None:
    works.fail(*(bad(n) for n in range(250)))
    keys = works.failed.keys(ALL)
    stopped: list[bool] = []

    def progress(_done: int, _total: int) -> None:
        stopped.append(True)

    assert works.desk.retry(keys, progress=progress, stopped=lambda: bool(stopped)) == ActionResult(200, 0, "Stopped.")
    assert works.failed.count(ALL) == 50
    stopped.clear()
    assert works.desk.discard(works.failed.keys(ALL), stopped=lambda: True) == ActionResult(0, 0, "Stopped.")


def test_that_a_repair_is_stored_under_the_id_of_the_original(works: Works) -> None:
    works.fail(Message(BAD))
    (key,) = works.failed.keys(ALL)
    assert works.desk.resend(key, GOOD) == ActionResult(1)
    works.drain()
    assert works.failed.count(ALL) == 0
    stored = works.reader.past.story(str(id_from_content(Message(BAD))), brief=True)
    assert isinstance(stored, StoredDetails)
    assert stored.distance_km == 1.2
    whole = works.failed.message(key)
    assert whole is not None
    assert whole.state is FailedState.STORED
    works.queue_failed(0)


def test_that_a_repair_that_would_fail_again_is_not_sent(works: Works) -> None:
    works.fail(bad())
    (key,) = works.failed.keys(ALL)
    with pytest.raises(InvalidWorkoutError, match="distance"):
        works.desk.resend(key, BAD)
    assert works.failed.count(ALL) == 1
    assert works.rig.inspector().depth().ready == 0
    assert works.desk.resend("unknown", GOOD) == ActionResult(0, 1)


def test_that_one_with_many_headers_is_on_the_list_again_when_its_retry_fails(works: Works) -> None:
    works.fail(replace(bad(), headers={f"theirs-{n}": n for n in range(80)}))
    (key,) = works.failed.keys(ALL)
    assert works.desk.retry([key]) == ActionResult(1)
    works.drain()
    assert works.failed.keys(ALL) == (key,)


def test_that_the_headers_of_one_do_not_grow_beyond_what_a_broker_takes(works: Works) -> None:
    """RabbitMQ ends the connection over it: this one and all behind it would come round for ever."""
    works.fail(replace(bad(), headers={f"h{n}": "x" * 2_068 for n in range(63)}), Message(GOOD))
    works.queue_failed(1)
    assert works.failed.count(ALL) == 1
    assert works.totals_of("Cy Tan").workouts == 1


def test_that_an_unknown_message_type_becomes_a_submission(works: Works) -> None:
    works.fail(Message(GOOD, "m-1", "workout.eaten"))
    (key,) = works.failed.keys(ALL)
    assert works.desk.resend(key, GOOD) == ActionResult(1)
    works.drain()
    assert works.totals_of("Cy Tan").workouts == 1


def test_that_discarding_takes_it_out_of_the_queue_and_keeps_a_record(works: Works) -> None:
    works.fail(bad(1), bad(2))
    first, second = works.failed.keys(ALL)
    assert works.desk.discard([first]) == ActionResult(1)
    works.queue_failed(1)
    assert works.failed.keys(ALL) == (second,)
    counts = works.reader.ledger_counts("")
    assert (counts.failed, counts.discarded) == (1, 1)
    assert works.desk.discard([first]) == ActionResult(0)


def test_that_what_another_program_put_there_is_read_in_once(works: Works) -> None:
    works.fail(bad(1))
    stranger = works.rig.consumer(name="stranger")
    works.rig.publish(b"from a stranger", b"from a stranger, too")
    stranger.dead_letter([FailedDelivery(each, "Did not like it.", "Moody", "w9", 5) for each in take(stranger, 2)])
    works.queue_failed(3)
    assert works.desk.count_unlisted() == 2
    assert works.desk.import_queue() == ActionResult(2)
    assert works.desk.import_queue() == ActionResult(0)
    assert works.desk.count_unlisted() == 0
    row = works.failed.rows(FailedFilter(text="Did not like"), 9)[0]
    assert (row.worker, row.failed_at_ms, row.cause.title) == ("w9", 5, "Moody while storing")
    works.queue_failed(3)


def test_that_twins_which_only_the_queue_has_are_one_on_the_list_and_settled_for_both(works: Works) -> None:
    accepted = ("here", "there", "here")
    works.rig.publisher().publish([replace(bad(), headers={HEADER_ORIGIN: outbox}) for outbox in accepted])
    stranger = works.rig.consumer(name="stranger")
    stranger.dead_letter(
        [FailedDelivery(each, "Why.", "Moody", f"w{n}", 5) for n, each in enumerate(take(stranger, 3))]
    )
    works.queue_failed(3)
    assert works.desk.import_queue() == ActionResult(1)
    works.queue_failed(1)
    for outbox in accepted:
        assert [each.total for each in works.reader.ledger_counts(outbox).here.values()] == [1]


@pytest.mark.expects_warnings
def test_that_what_cannot_be_put_on_the_list_stays_in_the_queue_and_the_others_are_read_in(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    Place(works.url).execute(
        "CREATE TRIGGER odd BEFORE INSERT ON failures WHEN NEW.reason = 'Odd.' BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    adopt = works.desk._actions.import_failures

    def adopt_some(records: Sequence[FailureRecord]) -> list[str]:
        if any(record.reason == "Odder." for record in records):
            raise OverflowError("an integer is too large")
        return adopt(records)

    monkeypatch.setattr(works.desk._actions, "import_failures", adopt_some)
    stranger = works.rig.consumer(name="stranger")
    works.rig.publish(b"one", b"two", b"three", b"four")
    reasons = ("Fine.", "Odd.", "Odder.", "Fine, too.")
    stranger.dead_letter(
        [FailedDelivery(each, why, "Moody", "w9", 5) for each, why in zip(take(stranger, 4), reasons, strict=True)]
    )
    works.queue_failed(4)
    acted = works.desk.import_queue()
    assert (acted.done, acted.problem) == (2, "")
    assert acted.remark == "2 could not be put on the list and stay in the failed queue; the log has the details."
    works.queue_failed(4)
    assert works.desk.count_unlisted() == 2
    monkeypatch.undo()
    Place(works.url).execute("DROP TRIGGER odd")
    assert works.desk.import_queue() == ActionResult(2)


def test_that_a_copy_of_what_was_stored_all_the_same_leaves_the_queue_and_is_not_new(works: Works) -> None:
    good = Message(GOOD, "00000000-0000-4000-8000-000000000001")
    works.rig.publisher().publish([good, good])
    stranger = works.rig.consumer(name="stranger", prefetch=1)
    stranger.dead_letter([FailedDelivery(each, "Why.", "Moody", "w9", 5) for each in take(stranger, 1)])
    stranger.close()
    works.drain()
    works.queue_failed(1)
    assert works.desk.import_queue() == ActionResult(0)
    works.queue_failed(0)
    assert works.desk.count_unlisted() == works.failed.count(ALL) == 0


def test_that_a_database_that_goes_ends_the_reading_in_and_nothing_is_lost(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = works.rig.consumer(name="stranger")
    works.rig.publish(b"one", b"two")
    stranger.dead_letter([FailedDelivery(each, "Why.", "Moody", "w9", 5) for each in take(stranger, 2)])
    works.queue_failed(2)

    def adopt(_records: object) -> int:
        raise StoreUnavailableError("The database is away.")

    monkeypatch.setattr(works.desk._actions, "import_failures", adopt)
    with pytest.raises(StoreUnavailableError):
        works.desk.import_queue()
    monkeypatch.undo()
    assert works.desk.import_queue() == ActionResult(2)


def test_that_reading_in_removes_what_is_off_the_list(works: Works) -> None:
    works.fail(bad(1), bad(2))
    first, _ = works.failed.keys(ALL)
    works.desk._actions.mark(
        [FailureMark(first, 0)], FailedState.DISCARDED
    )  # as if the copy had not been taken out at the time
    assert works.desk.import_queue() == ActionResult(0)
    works.queue_failed(1)


def test_that_while_the_broker_takes_nothing_all_stays_on_the_list(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.fail(bad(1), bad(2))
    keys = works.failed.keys(ALL)

    class Refusing:
        def open(self) -> None: ...

        def keep_alive(self) -> None: ...

        def close(self) -> None: ...

        def publish(self, messages: list[Message]) -> list[PublishResult]:
            return [PublishResult(PublishStatus.CONFIRMED), PublishResult(PublishStatus.REFUSED, "The queue is full.")]

    monkeypatch.setattr(works.desk, "_opened_publisher", Refusing)
    acted = works.desk.retry(keys)
    assert (acted.done, acted.problem) == (1, "The queue is full.")
    assert works.failed.keys(ALL) == keys[1:]

    def away() -> None:
        raise BrokerUnavailableError("Could not reach it.")

    monkeypatch.setattr(works.desk, "_opened_publisher", away)
    assert works.desk.retry(keys[1:]) == ActionResult(0, 0, "Could not reach it.")
    assert works.failed.keys(ALL) == keys[1:]


def test_that_copies_that_cannot_be_taken_out_are_told(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    works.fail(bad(1))
    keys = works.failed.keys(ALL)

    def away() -> None:
        raise BrokerUnavailableError("Could not reach it.")

    monkeypatch.setattr(works.desk, "_opened_inspector", away)
    acted = works.desk.discard(keys)
    assert (acted.done, acted.remark) == (1, "Copies stay in the failed queue. Could not reach it.")


def test_that_a_long_queue_is_not_walked_through_for_the_copy_of_one(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.failed.failed_service.LONG_QUEUE", 10)
    works.fail(*(bad(n) for n in range(25)))
    works.queue_failed(25)
    keys = works.failed.keys(ALL)
    assert works.desk.discard(keys[:1]) == ActionResult(1, remark=QUEUE_TOO_LONG)
    assert works.desk.count_unlisted() == 1
    assert works.desk.import_queue() == ActionResult(0)
    works.queue_failed(24)
    assert works.desk.discard(keys[1:3]) == ActionResult(2)
    works.queue_failed(22)


def test_that_the_body_of_a_message_is_what_an_export_gets(works: Works) -> None:
    works.fail(bad(1), Message(b"\xff", "raw"))
    found = {
        one.row.message_id: one.message.body for one in works.failed.messages([*works.failed.keys(ALL), "unknown"])
    }
    assert found == {bad(1).message_id: bad(1).body, "raw": b"\xff"}
    assert json.loads(found[bad(1).message_id or ""])["distance"] == 120


def test_that_what_failed_again_while_nobody_could_write_it_down_is_read_in(works: Works) -> None:
    works.fail(bad())
    (key,) = works.failed.keys(ALL)
    assert works.desk.retry([key]) == ActionResult(1)
    works.queue_failed(0)
    consumer = works.rig.consumer()
    (delivery,) = take(consumer, 1)
    assert (
        consumer.dead_letter([FailedDelivery(delivery, "The database was away.", "StoreUnavailableError", "w9", 7)])
        == 1
    )
    consumer.close()
    works.queue_failed(1)
    assert works.failed.count(ALL) == 0
    assert works.desk.import_queue() == ActionResult(1)
    works.queue_failed(1)
    assert [row.key for row in works.failed.rows(ALL, 10)] == [key]


@pytest.mark.parametrize("times", [7, 999_999, 1_000_000, 2**62])
@pytest.mark.parametrize("linked", [False, True])
def test_that_a_count_from_outside_does_not_hide_a_new_failure(works: Works, times: HeaderValue, linked: bool) -> None:
    headers = {HEADER_RETRIES: times, HEADER_ATTEMPTS: times}
    works.fail(replace(bad(), headers={**headers, HEADER_RETRY_OF: "0" * 40} if linked else headers))
    (key,) = works.failed.keys(ALL)
    for retries in (1, 2):
        assert works.desk.retry([key]) == ActionResult(1)
        works.queue_failed(0)
        works.drain()
        assert works.failed.keys(ALL) == (key,)
        assert works.desk.import_queue() == ActionResult(0)
        works.queue_failed(1)
        whole = works.failed.message(key)
        assert whole is not None
        assert linked or whole.retries == retries


def test_that_what_failed_after_an_absurd_count_is_read_in(works: Works) -> None:
    works.fail(replace(bad(), headers={HEADER_RETRIES: 1_000_000, HEADER_RETRY_OF: "0" * 40}))
    (key,) = works.failed.keys(ALL)
    assert works.desk.retry([key]) == ActionResult(1)
    consumer = works.rig.consumer()
    (delivery,) = take(consumer, 1)
    consumer.dead_letter([FailedDelivery(delivery, "The database was away.", "StoreUnavailableError", "w9", 7)])
    consumer.close()
    works.queue_failed(1)
    assert works.desk.import_queue() == ActionResult(1)
    works.queue_failed(1)
    assert works.failed.keys(ALL) == (key,)


def test_that_a_copy_of_a_new_failure_is_not_taken_for_that_of_the_old_one(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is quicker than the walk that takes out the copies."""
    works.fail(bad())
    (key,) = works.failed.keys(ALL)
    marked = works.desk._actions.mark

    def mark_and_fail_again(marks: Sequence[FailureMark], state: FailedState) -> int:
        done = marked(marks, state)
        works.drain()
        return done

    monkeypatch.setattr(works.desk._actions, "mark", mark_and_fail_again)
    assert works.desk.retry([key]) == ActionResult(1)
    assert works.failed.keys(ALL) == (key,)
    works.queue_failed(1)


EDIT, OTHER_EDIT, RETRY = "edit", "other edit", "retry"


@pytest.mark.parametrize("quick_worker", [False, True])
@pytest.mark.parametrize(
    ("first", "second"),
    [(EDIT, RETRY), (RETRY, EDIT), (RETRY, RETRY), (EDIT, EDIT), (EDIT, OTHER_EDIT)],
)
def test_that_what_two_people_do_with_one_at_once_settles_it_once(
    works: Works, monkeypatch: pytest.MonkeyPatch, first: str, second: str, quick_worker: bool
) -> None:
    """The second acts after the first has sent it, and before that is written down."""
    works.fail(replace(bad(), headers={HEADER_ORIGIN: "here"}))
    (key,) = works.failed.keys(ALL)
    other = works.another_desk()

    def act(desk: FailedMessageService, what: str) -> ActionResult:
        if what == RETRY:
            return desk.retry([key])
        return desk.resend(key, GOOD if what == EDIT else GOOD.replace(b"1.2", b"1.3"))

    send = works.desk._send

    def send_and_be_late(pairs: Sequence[Pair]) -> tuple[list[Pair], str]:
        sent = send(pairs)
        if quick_worker:
            works.drain()
        act(other, second)
        return sent

    monkeypatch.setattr(works.desk, "_send", send_and_be_late)
    assert act(works.desk, first) == ActionResult(1)
    works.drain()
    (settled,) = works.reader.ledger_counts("here").here.values()
    assert settled.total == 1
    assert settled.stored == int((first, second) != (RETRY, RETRY))
    works.desk.import_queue()
    assert works.desk.count_unlisted() == 0
    works.queue_failed(works.failed.count(ALL))


def test_that_a_conflict_leaves_the_list_once_a_newer_revision_of_its_outbox_is_stored(works: Works) -> None:
    first = make_workout(1, km=5.0)

    def message(workout: Workout, outbox: str) -> Message:
        sent = encode(workout, kind=MessageKind.CORRECTED, submitted_at_ms=1)
        return replace(sent, headers={**sent.headers, HEADER_ORIGIN: f"{outbox}.0.0"})

    def revision(number: int, km: float, outbox: str = "ana") -> Message:
        return message(first.model_copy(update={"revision": number, "distance_km": km}), outbox)

    works.fail(revision(2, 6.0, "ben"))
    works.fail(revision(2, 7.0), revision(2, 8.0, "cy"))
    answered = AnsweredConflict(first.workout_id, 2, "ana")
    assert works.failed.count(ALL) == 2
    assert works.desk.settle_conflicts(answered) == ActionResult(0)  # nothing newer is stored
    works.fail(revision(3, 7.5))
    assert works.desk.settle_conflicts(AnsweredConflict(first.workout_id, 1, "ana")) == ActionResult(0)
    assert works.failed.count(ALL) == 2
    assert works.desk.settle_conflicts(answered) == ActionResult(1)
    assert [one.origin for one in works.failed.conflicts([first.workout_id])] == ["cy.0.0"]
    totals = works.reader.ledger_counts("ana")
    assert (totals.conflicts, totals.discarded, totals.here[0].stored, totals.here[0].discarded) == (1, 1, 1, 1)
    works.queue_failed(1)
    assert works.desk.settle_conflicts(answered) == ActionResult(0)
    assert works.desk.settle_conflicts(AnsweredConflict(str(UUID(int=9)), 2, "ana")) == ActionResult(0)
