"""What every broker promises about tries that failed: nothing is lost, nothing changed, and the reason is told."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import pytest

from core.broker.extras import HEADERS, Extras, encoded_text, table_of
from core.broker.ports import Delivery, FailedDelivery, Message
from core.broker.topology import (
    HEADER_ATTEMPTS,
    HEADER_FAILED_AT,
    HEADER_FAILED_REASON,
    HEADER_FAILED_TYPE,
    HEADER_FAILED_WORKER,
    HEADER_RETRY_REASON,
)
from core.codec.workout_codec import DecodedMessage, decode
from core.errors import UndecodableBodyError
from tests.support.broker_rigs import Rig, bodies, take, until
from tests.support.failures import each
from tests.support.retries import later


def failure(delivery: Delivery, reason: str = "duration: must be above 0") -> FailedDelivery:
    return FailedDelivery(delivery, reason, "invalid", "w1", 1_765_360_800_123)


def read(message: Message) -> DecodedMessage:
    return decode(message, now_ms=1_765_360_800_123)


def test_that_a_failure_keeps_its_body_and_tells_why(rig: Rig) -> None:
    body = b'\x00{"type": "Running", "duration": -1}\xff'
    rig.publisher().publish([Message(body, "id-1", "workout.submitted", headers={"x-own": "stays"})])
    consumer = rig.consumer()
    assert consumer.dead_letter([failure(take(consumer, 1)[0])]) == 1
    kept = rig.failed()
    assert [(message.body, message.message_id, message.type) for message in kept] == [
        (body, "id-1", "workout.submitted")
    ]
    assert dict(kept[0].headers) == {
        "x-own": "stays",
        HEADER_ATTEMPTS: 1,
        HEADER_FAILED_REASON: "duration: must be above 0",
        HEADER_FAILED_TYPE: "invalid",
        HEADER_FAILED_AT: 1_765_360_800_123,
        HEADER_FAILED_WORKER: "w1",
    }
    consumer.close()
    assert rig.consumer().fetch(1, 0.1) == []


def test_that_many_failures_are_kept_in_order(rig: Rig) -> None:
    rig.publish(*[b"%d" % n for n in range(30)])
    consumer, inspector = rig.consumer(), rig.inspector()
    deliveries = take(consumer, 30)
    assert consumer.dead_letter([failure(delivery) for delivery in deliveries[:20]]) == 20
    assert consumer.ack(deliveries[20:]) == 10
    until(lambda: inspector.depth().failed == 20)
    assert [message.body for message in rig.failed()] == [b"%d" % n for n in range(20)]


def test_that_a_failure_of_an_older_generation_is_dropped(rig: Rig) -> None:
    rig.publish(b"a")
    consumer = rig.consumer()
    old = take(consumer, 1)[0]
    consumer.close()
    consumer.open()
    assert consumer.dead_letter([failure(old)]) == 0
    assert bodies(take(consumer, 1)) == [b"a"]


def test_that_a_very_long_reason_is_shortened(rig: Rig) -> None:
    rig.publish(b"a")
    consumer = rig.consumer()
    consumer.dead_letter([failure(take(consumer, 1)[0], "x" * 100_000)])
    reason = rig.failed()[0].headers[HEADER_FAILED_REASON]
    assert isinstance(reason, str)
    assert 100 < len(reason) < 5000


def test_that_a_retry_comes_back_after_its_delay_with_its_attempts(rig: Rig) -> None:
    rig.publisher().publish([Message(b"again", "id-1", headers={"x-own": "stays"})])
    consumer = rig.consumer()
    first = take(consumer, 1)[0]
    assert first.attempts == 0
    started_s = monotonic()
    assert consumer.retry([later(first, 1, "The database is locked.")]) == 1
    second = take(consumer, 1)[0]
    assert monotonic() - started_s > 0.9
    assert second.attempts == 1
    assert second.message.body == b"again"
    assert second.message.message_id == "id-1"
    assert dict(second.message.headers) == {
        "x-own": "stays",
        HEADER_ATTEMPTS: 1,
        HEADER_RETRY_REASON: "The database is locked.",
    }
    assert consumer.dead_letter([failure(second)]) == 1
    kept = rig.failed()[0]
    assert kept.headers[HEADER_ATTEMPTS] == 2
    assert HEADER_RETRY_REASON not in kept.headers


def test_that_copies_of_a_message_without_an_id_stand_for_the_same_workout(rig: Rig) -> None:
    sent = Message(
        b'{"type": "Running", "duration": 45}', content_type="text/json", app_id="x", timestamp_s=1_700_000_000
    )
    rig.publisher().publish([sent])
    consumer = rig.consumer()
    (first,) = take(consumer, 1)
    assert consumer.retry([later(first, 1, "The database is locked.")]) == 1
    (second,) = take(consumer, 1)
    assert consumer.dead_letter([failure(second)]) == 1
    given_up: list[Message] = []

    def judge(message: Message) -> bool:
        given_up.append(message)
        return False

    rig.inspector().scan_failed(each(judge))
    messages = [first.message, second.message, *given_up]
    assert [replace(message, headers={}) for message in messages] == [sent] * 3
    assert len({(one.workout_id, one.submitted_at_ms) for one in map(read, messages)}) == 1


def test_that_what_others_set_comes_through_a_retry_a_failure_and_a_resend(rig: Rig) -> None:
    properties = {
        "content_encoding": encoded_text("gzip"),
        "priority": b"\x05",
        "correlation_id": encoded_text("c-1"),
        "reply_to": encoded_text("answers"),
        HEADERS: table_of([encoded_text("table") + b"F" + table_of([encoded_text("deep") + b"t\x01"])]),
    }
    sent = Message(b"a", "id-1", headers={"x-own": "stays"}, extras=Extras.of(properties))
    rig.publisher().publish([sent])
    consumer = rig.consumer()
    (first,) = take(consumer, 1)
    assert first.message.content_encoding == "gzip"
    assert consumer.retry([later(first, 1)]) == 1
    (second,) = take(consumer, 1)
    assert consumer.dead_letter([failure(second)]) == 1
    given_up: list[Message] = []

    def judge(message: Message) -> bool:
        given_up.append(message)
        return True

    assert rig.inspector().scan_failed(each(judge)).taken == 1
    rig.publisher().publish(given_up)
    (again,) = take(consumer, 1)
    shown = {"content_encoding": "gzip", "priority": "5", "correlation_id": "c-1", "reply_to": "answers"}
    for message in (first.message, second.message, *given_up, again.message):
        assert message.extras is not None
        assert dict(message.extras.shown()) == {**shown, "table": "{deep: True}"}
    with pytest.raises(UndecodableBodyError, match="content_encoding 'gzip' is not supported"):
        read(again.message)


def test_that_a_waiting_retry_survives_its_worker(rig: Rig) -> None:
    rig.publish(b"a")
    first = rig.consumer()
    first.retry([later(take(first, 1)[0], 1, "later")])
    first.close()
    assert bodies(take(rig.consumer(), 1)) == [b"a"]


def test_that_a_retry_does_not_hold_up_the_others(rig: Rig) -> None:
    rig.publish(b"slow", b"quick")
    consumer = rig.consumer(prefetch=1)
    consumer.retry([later(take(consumer, 1)[0], 5, "later")])
    assert bodies(take(consumer, 1)) == [b"quick"]


@pytest.mark.parametrize("attempts", ["3", -1, 10**12, None, True])
def test_that_foreign_attempt_counts_are_no_attempts(rig: Rig, attempts: int | str | None) -> None:
    rig.publisher().publish([Message(b"a", headers={HEADER_ATTEMPTS: attempts})])
    assert take(rig.consumer(), 1)[0].attempts == 0
