"""Acting on the failed list, on every broker: nothing is lost on the way, and looking takes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.broker.ports import Failure, Message, PublishResult, Verdict
from core.broker.topology import HEADER_ATTEMPTS, HEADER_FAILED_REASON, HEADER_RETRIES, HEADER_RETRY_OF
from core.errors import BrokerUnavailableError, InvalidWorkoutError
from core.failed_list import FailedFilter, FailedState
from core.mending import Change
from core.store.failed_marks import FailedMarks, Mark
from core.store.queries import ResultsReader
from core.store.results import ResultsStore
from core.wire import derived_id
from tests.contract.conftest import Rig, take, until
from tests.helpers.fakes import EventLog
from worker.assembly import now_ms
from worker.failed_desk import Acted, FailedDesk
from worker.failed_mending import find_mistake
from worker.link import Link
from worker.loop import WorkerLoop
from worker.options import LoopOptions

BAD = b'{"type": "swim", "duration": 40, "distance": 120, "userId": "Cy Tan", "pool": "north"}'
GOOD = b'{"type": "swim", "duration": 40, "distance": 1.2, "userId": "Cy Tan", "pool": "north"}'
ALL = FailedFilter()


class Works:
    """A broker, its results, a worker on request and a desk."""

    def __init__(self, rig: Rig, path: Path) -> None:
        self.rig = rig
        self.url = f"sqlite:///{path}"
        self.reader = ResultsReader(self.url, now_ms=now_ms)
        self.desk = FailedDesk(rig.broker, self.reader, FailedMarks(self.url, by="coach", now_ms=now_ms), now_ms=now_ms)
        self.desk.open()
        self.failed = self.reader.failed

    def drain(self) -> None:
        """A worker that ends when the queue is empty."""
        events = EventLog()
        link = Link("broker", "here", now_ms=now_ms, on_event=events)
        loop = WorkerLoop(
            self.rig.broker.consumer("w1", 100),
            ResultsStore(self.url, now_ms=now_ms),
            self.rig.broker.announcer(),
            name="w1",
            now_ms=now_ms,
            on_event=events,
            options=LoopOptions(drain_quiet_s=0.1),
            link=link,
        )
        loop.drain()
        loop.run()

    def fail(self, *messages: Message) -> None:
        self.rig.publisher().publish(messages)
        self.drain()

    def queue_failed(self, count: int) -> None:
        inspector = self.rig.inspector()
        until(lambda: inspector.depth().failed == count)

    def close(self) -> None:
        self.desk.close()


@pytest.fixture
def works(rig: Rig, tmp_path: Path) -> Iterator[Works]:
    works = Works(rig, tmp_path / "results.db")
    yield works
    works.close()


def bad(number: int = 0) -> Message:
    return Message(BAD.replace(b"north", b"north %d" % number), f"00000000-0000-4000-8000-{number:012d}")


def test_that_looking_leaves_no_trace(works: Works) -> None:
    works.fail(*(bad(n) for n in range(5)))
    before = works.rig.failed_again()
    for _ in range(3):
        assert len(works.failed.rows(ALL, 10)) == 5
        assert works.failed.groups()[0].count == 5
        assert works.desk.unseen() == 0
    assert works.rig.failed() == before


def test_that_a_retry_begins_anew_and_fails_again_on_the_same_line(works: Works) -> None:
    works.fail(bad())
    (key,) = works.failed.keys(ALL)
    assert works.desk.retry([key]) == Acted(1)
    assert works.failed.count(ALL) == 0
    works.queue_failed(0)
    consumer = works.rig.consumer()
    (delivery,) = take(consumer, 1)
    assert (delivery.message.body, delivery.attempts) == (bad().body, 0)
    assert delivery.message.headers[HEADER_RETRY_OF] == key
    assert delivery.message.headers[HEADER_RETRIES] == 1
    assert HEADER_ATTEMPTS not in delivery.message.headers
    assert HEADER_FAILED_REASON not in delivery.message.headers
    consumer.release([delivery])
    consumer.close()
    works.drain()
    (row,) = works.failed.rows(ALL, 10)
    assert (row.key, row.attempts) == (key, 2)
    works.queue_failed(1)


def test_that_all_that_match_are_sent_again_with_progress(works: Works) -> None:
    works.fail(*(bad(n) for n in range(450)), Message(b"no json", "other"))
    keys = works.failed.keys(FailedFilter("invalid/distance/range"))
    seen: list[tuple[int, int]] = []
    acted = works.desk.retry(keys, progress=lambda done, total: seen.append((done, total)))
    assert acted == Acted(450)
    assert seen == [(200, 450), (400, 450), (450, 450)]
    assert [row.message_id for row in works.failed.rows(ALL, 10)] == ["other"]
    works.queue_failed(1)


def test_that_a_frozen_selection_does_not_take_what_came_later(works: Works) -> None:
    works.fail(bad(1))
    keys = works.failed.keys(ALL)
    works.fail(bad(2))
    assert works.desk.retry(keys) == Acted(1)
    assert [row.message_id for row in works.failed.rows(ALL, 10)] == [bad(2).message_id]


def test_that_what_has_gone_meanwhile_is_skipped(works: Works) -> None:
    works.fail(bad(1), bad(2))
    keys = works.failed.keys(ALL)
    works.desk.discard(keys[:1])
    assert works.desk.retry([*keys, "unknown"]) == Acted(1, 2)


def test_that_an_act_can_be_stopped(works: Works) -> None:
    works.fail(*(bad(n) for n in range(250)))
    keys = works.failed.keys(ALL)
    stopped: list[bool] = []

    def progress(_done: int, _total: int) -> None:
        stopped.append(True)

    assert works.desk.retry(keys, progress=progress, stopped=lambda: bool(stopped)) == Acted(200, 0, "Stopped.")
    assert works.failed.count(ALL) == 50
    stopped.clear()
    assert works.desk.discard(works.failed.keys(ALL), stopped=lambda: True) == Acted(0, 0, "Stopped.")


def test_that_a_repair_is_stored_under_the_id_of_the_original(works: Works) -> None:
    works.fail(Message(BAD))
    (key,) = works.failed.keys(ALL)
    assert works.desk.resend(key, GOOD) == Acted(1)
    works.drain()
    assert works.failed.count(ALL) == 0
    stored = works.reader.workout(str(derived_id(Message(BAD))))
    assert stored is not None
    assert stored.distance_km == 1.2
    whole = works.failed.message(key)
    assert whole is not None
    assert whole.state is FailedState.RESENT
    works.queue_failed(0)


def test_that_a_repair_that_would_fail_again_is_not_sent(works: Works) -> None:
    works.fail(bad())
    (key,) = works.failed.keys(ALL)
    with pytest.raises(InvalidWorkoutError, match="distance"):
        works.desk.resend(key, BAD)
    assert works.failed.count(ALL) == 1
    assert works.rig.inspector().depth().ready == 0
    assert works.desk.resend("unknown", GOOD) == Acted(0, 1)


def test_that_an_unknown_message_type_becomes_a_submission(works: Works) -> None:
    works.fail(Message(GOOD, "m-1", "workout.eaten"))
    (key,) = works.failed.keys(ALL)
    assert works.desk.resend(key, GOOD) == Acted(1)
    works.drain()
    assert works.reader.athlete_totals("Cy Tan").workouts == 1


def test_that_discarding_takes_it_out_of_the_queue_and_keeps_a_record(works: Works) -> None:
    works.fail(bad(1), bad(2))
    first, second = works.failed.keys(ALL)
    assert works.desk.discard([first]) == Acted(1)
    works.queue_failed(1)
    assert works.failed.keys(ALL) == (second,)
    counts = works.reader.ledger_counts(None)
    assert (counts.failed, counts.discarded) == (1, 1)
    assert works.desk.discard([first]) == Acted(0)


def test_that_what_another_program_put_there_is_read_in_once(works: Works) -> None:
    works.fail(bad(1))
    stranger = works.rig.consumer(name="stranger")
    works.rig.publish(b"from a stranger", b"from a stranger, too")
    stranger.fail([Failure(each, "Did not like it.", "Moody", "w9", 5) for each in take(stranger, 2)])
    works.queue_failed(3)
    assert works.desk.unseen() == 2
    assert works.desk.read_in() == 2
    assert works.desk.read_in() == 0
    assert works.desk.unseen() == 0
    row = works.failed.rows(FailedFilter(text="Did not like"), 9)[0]
    assert (row.worker, row.failed_at_ms, row.cause.title) == ("w9", 5, "Moody while storing")
    works.queue_failed(3)


def test_that_reading_in_removes_what_is_off_the_list(works: Works) -> None:
    works.fail(bad(1), bad(2))
    first, _ = works.failed.keys(ALL)
    works.desk._marks.mark([Mark(first, 0)], FailedState.DISCARDED)  # as if the copy had not been taken out at the time
    assert works.desk.read_in() == 0
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
            return [PublishResult(Verdict.CONFIRMED), PublishResult(Verdict.REFUSED, "The queue is full.")]

    monkeypatch.setattr(works.desk, "_opened_publisher", Refusing)
    acted = works.desk.retry(keys)
    assert (acted.done, acted.problem) == (1, "The queue is full.")
    assert works.failed.keys(ALL) == keys[1:]

    def away() -> None:
        raise BrokerUnavailableError("Could not reach it.")

    monkeypatch.setattr(works.desk, "_opened_publisher", away)
    assert works.desk.retry(keys[1:]) == Acted(0, 0, "Could not reach it.")
    assert works.failed.keys(ALL) == keys[1:]


def test_that_copies_that_cannot_be_taken_out_are_told(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    works.fail(bad(1))
    keys = works.failed.keys(ALL)

    def away() -> None:
        raise BrokerUnavailableError("Could not reach it.")

    monkeypatch.setattr(works.desk, "_opened_inspector", away)
    acted = works.desk.discard(keys)
    assert (acted.done, acted.remark) == (1, "Copies stay in the failed queue. Could not reach it.")


def test_that_the_body_of_a_message_is_what_an_export_gets(works: Works) -> None:
    works.fail(bad(1), Message(b"\xff", "raw"))
    found = {one.row.message_id: one.message.body for one in works.desk.messages([*works.failed.keys(ALL), "unknown"])}
    assert found == {bad(1).message_id: bad(1).body, "raw": b"\xff"}
    assert json.loads(found[bad(1).message_id or ""])["distance"] == 120


def metres(number: int) -> Message:
    body = b'{"pool": "north",  "distance": %d.0, "type": "Running", "duration": 45, "userId": "Ana"}' % (5000 + number)
    return Message(body, f"00000000-0000-4000-8000-{number:012d}", headers={"x-theirs": "kept"})


def changes_of(works: Works) -> tuple[Change, ...]:
    found = find_mistake(works.failed, ALL, now_ms=now_ms())
    assert found is not None
    return found.changes


def test_that_many_are_sent_with_one_field_changed_and_linked_to_the_original(works: Works) -> None:
    works.fail(metres(1), metres(2), bad(3))
    changes = changes_of(works)
    assert works.desk.resend_changed(changes) == Acted(2)
    assert [row.message_id for row in works.failed.rows(ALL, 10)] == [bad(3).message_id]
    works.queue_failed(1)
    consumer = works.rig.consumer()
    sent = take(consumer, 2)
    for delivery in sent:
        original = next(each for each in (metres(1), metres(2)) if each.message_id == delivery.message.message_id)
        assert delivery.message.body == original.body.replace(b"500", b"5.00").replace(b".0,", b",")
        assert delivery.attempts == 0
        assert delivery.message.headers[HEADER_RETRY_OF] in {change.key for change in changes}
        assert delivery.message.headers["x-theirs"] == "kept"
        assert HEADER_ATTEMPTS not in delivery.message.headers
        assert HEADER_FAILED_REASON not in delivery.message.headers
    consumer.release(sent)
    consumer.close()
    works.drain()
    assert works.reader.athlete_totals("Ana").workouts == 2
    for change in changes:
        kept = works.failed.message(change.key)
        assert kept is not None
        assert kept.state is FailedState.RESENT


def test_that_what_was_settled_or_sent_again_since_is_skipped(works: Works) -> None:
    works.fail(*(metres(n) for n in range(4)))
    changes = changes_of(works)
    works.desk.discard([changes[0].key])
    works.desk.retry([changes[1].key])
    works.drain()  # it failed again: on the list, but not as it was seen
    assert works.failed.count(ALL) == 3
    unknown = Change("unknown", 0, "distance", 5.0)
    useless = Change(changes[2].key, 0, "distance", 9_000.0)  # would fail again
    assert works.desk.resend_changed([*changes[:2], unknown, useless, changes[3]]) == Acted(1, 4)
    works.drain()
    assert works.reader.athlete_totals("Ana").workouts == 1
    assert set(works.failed.keys(ALL)) == {changes[1].key, changes[2].key}


def test_that_converting_tells_how_far_it_is_and_can_be_stopped(works: Works) -> None:
    works.fail(*(metres(n) for n in range(250)))
    seen: list[tuple[int, int]] = []
    acted = works.desk.resend_changed(
        changes_of(works), progress=lambda done, total: seen.append((done, total)), stopped=lambda: bool(seen)
    )
    assert acted == Acted(200, 0, "Stopped.")
    assert seen == [(200, 250)]
    assert works.failed.count(ALL) == 50
    assert works.desk.resend_changed(changes_of(works)) == Acted(50)
    works.drain()
    assert works.reader.athlete_totals("Ana").workouts == 250


def test_that_an_end_between_sending_and_noting_loses_nothing_and_stores_nothing_twice(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.fail(*(metres(n) for n in range(3)))
    changes = changes_of(works)

    class Crashed(Exception):
        pass

    def crash(*_: object) -> int:
        raise Crashed

    with monkeypatch.context() as patch:
        patch.setattr(works.desk._marks, "mark", crash)
        with pytest.raises(Crashed):
            works.desk.resend_changed(changes)
    assert works.failed.count(ALL) == 3, "still on the list, and sent"
    assert works.desk.resend_changed(changes) == Acted(3)
    works.drain()
    totals = works.reader.athlete_totals("Ana")
    assert totals.workouts == 3
    assert totals.distance_km == pytest.approx(15.003)
    assert works.failed.count(ALL) == 0


def test_that_a_broker_lost_half_way_leaves_the_rest_on_the_list(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    works.fail(*(metres(n) for n in range(250)))
    changes = changes_of(works)
    real, calls = works.desk._opened_publisher, iter((True,))

    def once() -> object:
        if next(calls, False):
            return real()
        raise BrokerUnavailableError("Could not reach it.")

    with monkeypatch.context() as patch:
        patch.setattr(works.desk, "_opened_publisher", once)
        acted = works.desk.resend_changed(changes)
    assert (acted.done, acted.skipped, acted.problem) == (200, 0, "Could not reach it.")
    assert works.failed.count(ALL) == 50
    assert works.desk.resend_changed(changes) == Acted(50, 200)
    works.drain()
    assert works.reader.athlete_totals("Ana").workouts == 250
