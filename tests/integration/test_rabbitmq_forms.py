"""Queues of ours that another program declared in a form that loses messages: nothing is lost, and it is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from core.broker.ports import Consumer, Delivery, FailedDelivery, Message
from core.broker.rabbitmq.confirmed_sender import ConfirmedSender, OutgoingMessage
from core.broker.topology import FAILED_QUEUE, HEADER_ATTEMPTS, JOBS_QUEUE, own_retry_queue, retry_queue
from tests.support.broker_rigs import RabbitMQRig, take
from tests.support.rabbitmq_tools import foreign, ready_count, wait_until
from tests.support.retries import later

pytestmark = pytest.mark.rabbitmq

GOOD = {"x-message-ttl": 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": JOBS_QUEUE}
AT_MS = 1_765_360_800_123


def failure(delivery: Delivery) -> FailedDelivery:
    return FailedDelivery(delivery, "No.", "invalid", "w1", AT_MS)


def retried(rig: RabbitMQRig, consumer: Consumer) -> Delivery:
    """One message, tried again once, as it comes back."""
    rig.publisher().publish([Message(b"a", "id-1")])
    assert consumer.retry([later(take(consumer, 1)[0], 1)]) == 1
    (again,) = take(consumer, 1)
    return again


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {**GOOD, "x-message-ttl": 1},
        {**GOOD, "x-message-ttl": 86_400_000},
        {**GOOD, "x-dead-letter-exchange": "amq.fanout"},
        {**GOOD, "x-dead-letter-routing-key": "elsewhere"},
        {"x-message-ttl": 1000, "x-dead-letter-exchange": ""},
        {**GOOD, "x-max-length": 1},
        {**GOOD, "x-max-length-bytes": 1},
        {**GOOD, "x-expires": 60_000},
        {"x-message-ttl": 1000, "x-single-active-consumer": True},
        {"x-queue-type": "stream"},
        {"x-queue-type": "quorum"},
    ],
    ids=lambda arguments: ",".join(arguments) or "plain",
)
def test_that_a_retry_comes_back_whatever_form_its_queue_has(rig: RabbitMQRig, arguments: dict[str, object]) -> None:
    with foreign(rig.url) as channel:
        channel.queue_declare(retry_queue(1), durable=True, arguments=arguments)
        again = retried(rig, rig.consumer())
        assert (again.message.body, again.attempts) == (b"a", 1)
        assert ready_count(channel, retry_queue(1)) == 0
        channel.queue_declare(own_retry_queue(1), durable=True, arguments=GOOD)  # it went around


def test_that_a_retry_queue_that_is_replaced_at_the_last_moment_swallows_nothing(
    rig: RabbitMQRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer = rig.consumer()
    send = ConfirmedSender.send
    late = [True]
    with foreign(rig.url) as channel:

        def send_late(sender: ConfirmedSender, parcels: Sequence[OutgoingMessage], *, one_by_one: bool = False) -> Any:
            if late and parcels[0].queue == retry_queue(1):  # whose form was looked at a moment ago
                late.clear()
                channel.queue_delete(retry_queue(1))
                channel.queue_declare(retry_queue(1), durable=True)
            return send(sender, parcels, one_by_one=one_by_one)

        monkeypatch.setattr(ConfirmedSender, "send", send_late)
        again = retried(rig, consumer)
        assert (again.message.body, again.attempts) == (b"a", 1)
        assert not late


@pytest.mark.parametrize("flags", [{"durable": False}, {"durable": True, "auto_delete": True}, {"exclusive": True}])
def test_that_a_retry_queue_that_may_go_is_gone_around(rig: RabbitMQRig, flags: dict[str, bool]) -> None:
    with foreign(rig.url) as channel:
        channel.queue_declare(retry_queue(1), arguments=GOOD, **flags)
        assert retried(rig, rig.consumer()).attempts == 1
        assert ready_count(channel, own_retry_queue(1)) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        GOOD,
        {**GOOD, "x-queue-type": "quorum", "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"},
        {**GOOD, "x-max-length": 100, "x-overflow": "reject-publish"},
        {**GOOD, "x-single-active-consumer": True},
    ],
    ids=["classic", "quorum", "bounded", "single"],
)
def test_that_a_retry_queue_that_gives_back_is_used_as_it_is(rig: RabbitMQRig, arguments: dict[str, object]) -> None:
    with foreign(rig.url) as channel:
        channel.queue_declare(retry_queue(1), durable=True, arguments=arguments)
        consumer, inspector = rig.consumer(), rig.inspector()
        rig.publish(b"a")
        assert consumer.retry([later(take(consumer, 1)[0], 1)]) == 1
        assert ready_count(channel, retry_queue(1)) == 1
        assert inspector.depth().retrying == 1
        assert take(consumer, 1)[0].attempts == 1


def test_that_a_queue_of_our_own_name_is_counted_as_retrying(rig: RabbitMQRig) -> None:
    with foreign(rig.url) as channel:
        channel.queue_declare(retry_queue(60), durable=True)
    consumer, inspector = rig.consumer(), rig.inspector()
    rig.publish(b"a")
    assert consumer.retry([later(take(consumer, 1)[0], 60)]) == 1
    assert inspector.depth().retrying == 1


def test_that_a_retry_waits_with_the_worker_where_no_queue_can_be_trusted(rig: RabbitMQRig) -> None:
    with foreign(rig.url) as channel:
        channel.queue_declare(retry_queue(1), durable=True)
        channel.queue_declare(own_retry_queue(1), durable=True)
        consumer = rig.consumer(prefetch=1)
        again = retried(rig, consumer)
        assert again.message.headers[HEADER_ATTEMPTS] == 1
        assert (consumer.held.count, consumer.held.reason) == (0, "")
        assert (ready_count(channel, retry_queue(1)), ready_count(channel, own_retry_queue(1))) == (0, 0)
        assert consumer.ack([again]) == 1
        consumer.close()
        assert ready_count(channel) == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"x-message-ttl": 1000}, "x-message-ttl"),
        ({"x-max-length": 1}, "x-max-length"),
        ({"x-max-length": 1, "x-dead-letter-exchange": "amq.fanout"}, "x-max-length"),
        ({"x-max-length-bytes": 1}, "x-max-length-bytes"),
        ({"x-expires": 60_000}, "x-expires"),
        ({"x-queue-type": "stream"}, "is a stream"),
    ],
)
def test_that_a_failed_queue_that_loses_messages_is_refused_in_words(
    rig: RabbitMQRig, arguments: dict[str, object], why: str
) -> None:
    with foreign(rig.url) as channel:
        channel.queue_declare(FAILED_QUEUE, durable=True, arguments=arguments)
        consumer = rig.consumer()
        rig.publish(b"bad", b"good")
        bad, good = take(consumer, 2)
        assert consumer.dead_letter([failure(bad)]) == 0
        assert consumer.ack([good]) == 1
        assert consumer.held.count == 1
        assert why in consumer.held.reason
        assert ready_count(channel, FAILED_QUEUE) == 0
        channel.queue_delete(FAILED_QUEUE)
        # Once it is gone, one as it should be is made.
        wait_until(lambda: not consumer.held.count, "put away", lambda: consumer.fetch(1, 0.2))
        assert ready_count(channel, FAILED_QUEUE) == 1


def test_that_an_exclusive_failed_queue_holds_the_message(rig: RabbitMQRig) -> None:
    consumer = rig.consumer()
    rig.publish(b"bad")
    with foreign(rig.url) as channel:
        channel.queue_declare(FAILED_QUEUE, exclusive=True)
        assert consumer.dead_letter([failure(take(consumer, 1)[0])]) == 0
        assert "RESOURCE_LOCKED" in consumer.held.reason
    wait_until(lambda: not consumer.held.count, "put away", lambda: consumer.fetch(1, 0.2))
    assert [message.body for message in rig.failed()] == [b"bad"]
