"""One change for many failed messages, on every broker: each is linked to its original, and none is lost half-way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.broker.ports import Message
from core.broker.topology import HEADER_ATTEMPTS, HEADER_FAILED_REASON, HEADER_RETRY_OF
from core.errors import BrokerUnavailableError
from core.failures.corrections import FieldCorrection
from core.failures.models import FailedState
from tests.support.broker_rigs import Rig, take
from tests.support.pipeline_rig import ALL, Works, bad
from worker.failed.bulk_fix import find_mistake
from worker.failed.failed_service import ActionResult
from worker.runtime.clock import now_ms


@pytest.fixture
def works(rig: Rig, tmp_path: Path) -> Iterator[Works]:
    works = Works(rig, tmp_path / "results.db")
    yield works
    works.close()


def metres(number: int) -> Message:
    body = b'{"pool": "north",  "distance": %d.0, "type": "Running", "duration": 45, "userId": "Ana"}' % (5000 + number)
    return Message(body, f"00000000-0000-4000-8000-{number:012d}", headers={"x-theirs": "kept"})


def changes_of(works: Works) -> tuple[FieldCorrection, ...]:
    found = find_mistake(works.failed, ALL, now_ms=now_ms())
    assert found is not None
    return found.changes


def test_that_many_are_sent_with_one_field_changed_and_linked_to_the_original(works: Works) -> None:
    works.fail(metres(1), metres(2), bad(3))
    changes = changes_of(works)
    assert works.desk.resend_changed(changes) == ActionResult(2)
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
    consumer.requeue(sent)
    consumer.close()
    works.drain()
    assert works.totals_of("Ana").workouts == 2
    for change in changes:
        kept = works.failed.message(change.key)
        assert kept is not None
        assert kept.state is FailedState.STORED


def test_that_what_was_settled_or_sent_again_since_is_skipped(works: Works) -> None:
    works.fail(*(metres(n) for n in range(4)))
    changes = changes_of(works)
    works.desk.discard([changes[0].key])
    works.desk.retry([changes[1].key])
    works.drain()  # it failed again: on the list, but not as it was seen
    assert works.failed.count(ALL) == 3
    unknown = FieldCorrection("unknown", 0, "distance", 5.0)
    useless = FieldCorrection(changes[2].key, 0, "distance", 9_000.0)  # would fail again
    assert works.desk.resend_changed([*changes[:2], unknown, useless, changes[3]]) == ActionResult(1, 4)
    works.drain()
    assert works.totals_of("Ana").workouts == 1
    assert set(works.failed.keys(ALL)) == {changes[1].key, changes[2].key}


def test_that_converting_tells_how_far_it_is_and_can_be_stopped(works: Works) -> None:
    works.fail(*(metres(n) for n in range(250)))
    seen: list[tuple[int, int]] = []
    acted = works.desk.resend_changed(
        changes_of(works), progress=lambda done, total: seen.append((done, total)), stopped=lambda: bool(seen)
    )
    assert acted == ActionResult(200, 0, "Stopped.")
    assert seen == [(200, 250)]
    assert works.failed.count(ALL) == 50
    assert works.desk.resend_changed(changes_of(works)) == ActionResult(50)
    works.drain()
    assert works.totals_of("Ana").workouts == 250


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
        patch.setattr(works.desk._actions, "mark", crash)
        with pytest.raises(Crashed):
            works.desk.resend_changed(changes)
    assert works.failed.count(ALL) == 3, "still on the list, and sent"
    assert works.desk.resend_changed(changes) == ActionResult(3)
    works.drain()
    totals = works.totals_of("Ana")
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
    assert works.desk.resend_changed(changes) == ActionResult(50, 200)
    works.drain()
    assert works.totals_of("Ana").workouts == 250
