"""Consuming from a real RabbitMQ: what the contract suite cannot ask of every broker."""

from __future__ import annotations

import datetime
import decimal
import json
import struct
import threading
from typing import Any

import pika
import pytest

from core.broker.ports import FailedDelivery, Message
from core.broker.rabbitmq import RabbitMQBroker
from core.broker.rabbitmq import confirmed_sender as sender
from core.broker.topology import (
    FAILED_QUEUE,
    HEADER_ATTEMPTS,
    HEADER_FAILED_AT,
    HEADER_FAILED_REASON,
    HEADER_FAILED_TYPE,
    HEADER_FAILED_WORKER,
    HEADER_RETRY_REASON,
    JOBS_QUEUE,
    retry_queue,
)
from core.errors import BrokerUnavailableError
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import (
    ARTICLE_BODY,
    fetch_all,
    foreign,
    message,
    messages,
    ready_count,
    wait_until,
)
from tests.support.retries import later
from tests.support.tcp_relay import Relay

pytestmark = pytest.mark.rabbitmq

NOW_MS = 1_765_360_800_000


def filled(url: str, count: int) -> RabbitMQBroker:
    broker = RabbitMQBroker(url)
    publisher = broker.publisher()
    publisher.open()
    publisher.publish(messages(count))
    publisher.close()
    return broker


def test_that_deliveries_come_in_order_with_their_properties(rabbitmq_node: PrivateNode) -> None:
    broker = filled(rabbitmq_node.new_vhost(), 0)
    publisher, consumer = broker.publisher(), broker.consumer("w", 10)
    publisher.open()
    sent = Message(b"{}", "id", "workout.submitted", "application/json", "paceline", 1_700_000_000, {"x-a": 2**40})
    publisher.publish([sent, message(1)])
    consumer.open()
    first, second = fetch_all(consumer, 2)
    assert first.message == sent
    assert second.message == message(1)
    assert (first.attempts, first.redelivered) == (0, False)
    consumer.close()
    publisher.close()


def test_that_acked_ones_are_gone_and_others_come_again(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    consumer = filled(url, 10).consumer("w", 100)
    consumer.open()
    deliveries = fetch_all(consumer, 10)
    # Out of order, with gaps, and one of them twice.
    assert consumer.ack([deliveries[7], deliveries[1], deliveries[0], deliveries[3], deliveries[3]]) == 4
    assert consumer.ack([deliveries[0]]) == 0
    consumer.close()
    consumer.open()
    again = fetch_all(consumer, 6)
    assert [d.message.message_id for d in again] == [f"message-{n}" for n in (2, 4, 5, 6, 8, 9)]
    assert all(d.redelivered for d in again)
    assert consumer.ack(again) == 6
    consumer.close()
    with foreign(url) as channel:
        assert ready_count(channel) == 0


def test_that_an_ack_of_an_older_connection_is_dropped(rabbitmq_node: PrivateNode) -> None:
    consumer = filled(rabbitmq_node.new_vhost(), 3).consumer("w", 100)
    consumer.open()
    old = fetch_all(consumer, 3)
    first_generation = consumer.connection_epoch
    consumer.open()
    assert consumer.connection_epoch == first_generation + 1
    new = fetch_all(consumer, 3)
    assert consumer.ack(old) == 0
    assert not consumer.retry([later(old[0], 1, "stale")])
    assert consumer.dead_letter([FailedDelivery(old[0], "stale", "stale", "w", NOW_MS)]) == 0
    assert consumer.ack(new) == 3
    consumer.close()


def test_that_wake_ends_a_waiting_fetch(rabbitmq_node: PrivateNode) -> None:
    consumer = filled(rabbitmq_node.new_vhost(), 0).consumer("w", 10)
    consumer.open()
    waker = threading.Timer(0.05, consumer.wake)
    waker.start()
    assert consumer.fetch(10, 60.0) == []
    waker.join()
    consumer.wake()
    assert consumer.fetch(10, 60.0) == []
    assert consumer.fetch(10, 0.0) == []
    consumer.close()
    consumer.wake()


def test_that_fetch_with_limit_0_takes_nothing(rabbitmq_node: PrivateNode) -> None:
    consumer = filled(rabbitmq_node.new_vhost(), 3).consumer("w", 10)
    consumer.open()
    assert consumer.fetch(0, 0.05) == []
    assert len(fetch_all(consumer, 3)) == 3
    consumer.close()


def test_that_released_ones_go_to_any_worker(rabbitmq_node: PrivateNode) -> None:
    broker = filled(rabbitmq_node.new_vhost(), 5)
    one, two = broker.consumer("one", 5), broker.consumer("two", 5)
    one.open()
    deliveries = fetch_all(one, 5)
    two.open()
    one.ack(deliveries[:2])
    one.pause()
    one.requeue(deliveries[2:])
    assert sorted(d.message.message_id or "" for d in fetch_all(two, 3)) == ["message-2", "message-3", "message-4"]
    assert one.ack(deliveries) == 0
    one.close()
    two.close()


def test_that_pause_gives_back_what_was_not_fetched(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    consumer = filled(url, 20).consumer("w", 20)
    consumer.open()
    held = fetch_all(consumer, 2)
    consumer.pause()
    with foreign(url) as channel:
        wait_until(lambda: ready_count(channel) == 18, "18 ready", lambda: consumer.fetch(10, 0.02))
        assert consumer.fetch(10, 0.0) == []
        assert consumer.ack(held) == 2
    consumer.resume()
    consumer.resume()
    assert len(fetch_all(consumer, 18)) == 18
    consumer.close()


def test_that_a_paused_consumer_stays_paused_over_a_reconnect(rabbitmq_node: PrivateNode) -> None:
    consumer = filled(rabbitmq_node.new_vhost(), 2).consumer("w", 20)
    consumer.pause()
    consumer.open()
    assert consumer.fetch(10, 0.05) == []
    consumer.resume()
    assert len(fetch_all(consumer, 2)) == 2
    consumer.close()


def test_that_the_prefetch_changes_at_once(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    consumer = filled(url, 50).consumer("w", 40)
    consumer.open()
    with foreign(url) as channel:
        wait_until(lambda: ready_count(channel) == 10, "40 taken", lambda: consumer.fetch(0, 0.02))
        consumer.set_prefetch(5)
        consumer.set_prefetch(5)
        wait_until(lambda: ready_count(channel) == 45, "5 taken", lambda: consumer.fetch(0, 0.02))
    consumer.pause()
    consumer.set_prefetch(7)
    consumer.resume()
    with foreign(url) as channel:
        wait_until(lambda: ready_count(channel) == 43, "7 taken", lambda: consumer.fetch(0, 0.02))
    assert len(fetch_all(consumer, 7)) == 7
    consumer.close()


def test_that_failures_keep_their_body_and_say_why(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    consumer = filled(url, 0).consumer("w", 10)
    with foreign(url) as channel:
        headers = {"x-theirs": "kept", HEADER_ATTEMPTS: 2, HEADER_FAILED_REASON: "an older one"}
        properties = pika.BasicProperties(message_id="m-1", expiration="600000", user_id="guest", headers=headers)
        channel.basic_publish("", JOBS_QUEUE, b"\xff not json", properties)
        consumer.open()
        (delivery,) = fetch_all(consumer, 1)
        assert delivery.attempts == 2
        assert consumer.dead_letter([FailedDelivery(delivery, "It is no JSON.", "undecodable", "anna", NOW_MS)]) == 1
        method, copied, body = channel.basic_get(FAILED_QUEUE, auto_ack=True)
        assert (method.routing_key, body) == (FAILED_QUEUE, b"\xff not json")
        assert (copied.message_id, copied.delivery_mode, copied.expiration) == ("m-1", 2, None)
        assert copied.headers == {
            "x-theirs": "kept",
            HEADER_ATTEMPTS: 3,
            HEADER_FAILED_REASON: "It is no JSON.",
            HEADER_FAILED_TYPE: "undecodable",
            HEADER_FAILED_AT: NOW_MS,
            HEADER_FAILED_WORKER: "anna",
        }
        consumer.close()
        assert ready_count(channel) == 0


def test_that_many_failures_are_copied_in_one_go(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    consumer = filled(url, 300).consumer("w", 300)
    consumer.open()
    deliveries = fetch_all(consumer, 300)
    failures = [FailedDelivery(delivery, "No.", "invalid", "w", NOW_MS) for delivery in deliveries]
    assert consumer.dead_letter(failures[:200]) == 200
    with foreign(url) as channel:
        channel.queue_delete(FAILED_QUEUE)
        assert consumer.dead_letter(failures[200:]) == 100
        assert ready_count(channel, FAILED_QUEUE) == 100
    consumer.close()


def test_that_a_retry_comes_back_with_its_attempts(rabbitmq_node: PrivateNode) -> None:
    broker = filled(rabbitmq_node.new_vhost(), 1)
    consumer, inspector = broker.consumer("w", 10), broker.inspector()
    consumer.open()
    inspector.open()
    (delivery,) = fetch_all(consumer, 1)
    assert consumer.retry([later(delivery, 1, "The disk was busy.")])
    assert inspector.depth().retrying == 1
    (again,) = fetch_all(consumer, 1)
    assert again.attempts == 1
    assert again.message.body == delivery.message.body
    assert again.message.headers == {HEADER_ATTEMPTS: 1, HEADER_RETRY_REASON: "The disk was busy."}
    consumer.close()
    inspector.close()


def test_that_a_deleted_queue_is_noticed_and_made_again(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    broker = filled(url, 3)
    consumer = broker.consumer("w", 10)
    consumer.open()
    first = fetch_all(consumer, 1)
    with foreign(url) as channel:
        channel.queue_delete(JOBS_QUEUE)
        # The two that had come exist nowhere else any more.
        rest = fetch_all(consumer, 2)
        with pytest.raises(BrokerUnavailableError, match="workout_jobs was deleted"):
            wait_until(lambda: False, "the loss is noticed", lambda: consumer.fetch(10, 1.0))
        assert consumer.ack(first + rest) == 0
        consumer.open()
        assert ready_count(channel) == 0
        channel.basic_publish("", JOBS_QUEUE, ARTICLE_BODY)
    assert len(fetch_all(consumer, 1)) == 1
    consumer.close()


def test_that_pause_and_resume_report_a_deleted_queue(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    consumer = filled(url, 0).consumer("w", 10)
    consumer.open()
    consumer.pause()
    with foreign(url) as channel:
        channel.queue_delete(JOBS_QUEUE)
    with pytest.raises(BrokerUnavailableError):
        consumer.resume()
    with pytest.raises(BrokerUnavailableError):
        consumer.fetch(1, 0.0)
    consumer.open()
    consumer.close()


def test_that_a_cut_connection_is_reported_and_opened_again(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    filled(url, 4)
    with Relay(rabbitmq_node.port) as relay:
        consumer = RabbitMQBroker(url.replace(str(rabbitmq_node.port), str(relay.port))).consumer("w", 10)
        consumer.open()
        deliveries = fetch_all(consumer, 4)
        assert consumer.retry([later(deliveries[0], 60, "Later.")])
        relay.cut()
        with pytest.raises(BrokerUnavailableError, match="was lost"):
            wait_until(lambda: False, "the loss is noticed", lambda: consumer.fetch(10, 1.0))
        assert consumer.ack(deliveries) == 0
        consumer.requeue(deliveries)
        consumer.open()
        assert [d.redelivered for d in fetch_all(consumer, 3)] == [True] * 3
        consumer.close()


def test_that_an_ack_over_a_cut_connection_settles_nothing(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    filled(url, 2)
    with Relay(rabbitmq_node.port) as relay:
        consumer = RabbitMQBroker(url.replace(str(rabbitmq_node.port), str(relay.port))).consumer("w", 10)
        consumer.open()
        one, other = fetch_all(consumer, 2)
        relay.stall()
        relay.cut()
        assert consumer.ack([one]) in (0, 1)  # the first write may still get out of the door
        with pytest.raises(BrokerUnavailableError):
            wait_until(lambda: False, "the loss is noticed", lambda: consumer.fetch(10, 1.0))
        with pytest.raises(BrokerUnavailableError):
            consumer.fetch(10, 1.0)
        assert not consumer.retry([later(other, 60, "Later.")])
        consumer.close()


def test_that_in_an_alarm_copies_wait_in_hand_and_all_others_come(
    rabbitmq_node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "ALARM_BOUND_S", 0.2)
    url = rabbitmq_node.new_vhost()
    consumer = filled(url, 20).consumer("w", 4)
    consumer.open()
    deliveries = fetch_all(consumer, 4)
    failures = [FailedDelivery(delivery, "No.", "invalid", "w", NOW_MS) for delivery in deliveries]
    with rabbitmq_node.low_on_memory():
        assert consumer.dead_letter(failures[:1]) == 0  # this is how it learns of the alarm
        assert consumer.dead_letter(failures[1:2]) == 0
        assert consumer.retry([later(deliveries[2], 60, "Later.")]) == 0
        assert consumer.ack(deliveries[3:]) == 1
        # The messages behind may be the cause of the alarm, so held ones must not use up the prefetch.
        more = [FailedDelivery(delivery, "No.", "invalid", "w", NOW_MS) for delivery in fetch_all(consumer, 4)]
        assert consumer.dead_letter(more) == 0
        for number in range(8, 20):
            (good,) = fetch_all(consumer, 1)
            assert good.message == message(number)
            assert consumer.ack([good]) == 1
        assert consumer.held.count == 7
    with foreign(url) as channel:
        # The first copy was on its way when the alarm came, and is read after all.
        wait_until(lambda: ready_count(channel, FAILED_QUEUE) in (6, 7), "all", lambda: consumer.fetch(0, 0.1))
        assert ready_count(channel, retry_queue(60)) == 1
        consumer.close()
        assert ready_count(channel) == 0


def _millisecond_time(name: str) -> bytes:
    """One header, a timestamp of milliseconds where AMQP has seconds: year 57000, which Python cannot hold."""
    entry = bytes([len(name)]) + name.encode() + b"T" + struct.pack(">Q", NOW_MS)
    return struct.pack(">I", len(entry)) + entry


def test_that_foreign_headers_never_end_the_connection(
    rabbitmq_node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = rabbitmq_node.new_vhost()
    consumer = filled(url, 0).consumer("w", 10)
    consumer.open()
    with foreign(url) as channel:
        headers = {
            "table": {"deep": {"deeper": 1}},
            "list": [1, "two", {"three": 3}],
            "bytes": b"\xff\x00",
            "time": datetime.datetime(2025, 12, 10, tzinfo=datetime.UTC),
            "decimal": decimal.Decimal("1.5"),
            "nothing": None,
            "yes": True,
            "large": 2**60,
            HEADER_ATTEMPTS: "many",
        }
        channel.basic_publish("", JOBS_QUEUE, b"one", pika.BasicProperties(message_id="m", headers=headers))

        def encode_raw(pieces: list[bytes], table: dict[str, Any]) -> int:
            pieces.append(_millisecond_time("when"))
            return len(pieces[-1])

        with monkeypatch.context() as patch:
            patch.setattr("pika.data.encode_table", encode_raw)
            channel.basic_publish("", JOBS_QUEUE, b"two", pika.BasicProperties(message_id="m", headers={"when": 1}))
        channel.basic_publish("", JOBS_QUEUE, b"", pika.BasicProperties())
    one, two, three = fetch_all(consumer, 3)
    assert one.message.headers == {
        "bytes": "\ufffd\x00",
        "time": "2025-12-10 00:00:00+00:00",
        "decimal": "1.5",
        "nothing": None,
        "yes": True,
        "large": 2**60,
        HEADER_ATTEMPTS: "many",
    }
    assert one.attempts == 0
    assert (two.message.body, two.message.message_id, dict(two.message.headers)) == (b"two", None, {})
    assert three.message == Message(b"")
    failures = [FailedDelivery(delivery, "No.", "invalid", "w", NOW_MS) for delivery in (one, two, three)]
    assert consumer.dead_letter(failures) == 3
    consumer.close()


@pytest.mark.parametrize("arguments", [{"x-queue-type": "quorum"}, {"x-max-priority": 5}, {"x-message-ttl": 600_000}])
def test_that_a_queue_of_another_form_is_used_as_it_is(
    rabbitmq_node: PrivateNode, arguments: dict[str, object]
) -> None:
    url = rabbitmq_node.new_vhost()
    with foreign(url) as channel:
        channel.queue_declare(JOBS_QUEUE, durable=True, arguments=arguments)
    consumer = filled(url, 3).consumer("w", 10)
    consumer.open()
    deliveries = fetch_all(consumer, 3)
    assert consumer.retry([later(deliveries[0], 0, "At once.")])
    assert consumer.ack(deliveries[1:]) == 2
    (again,) = fetch_all(consumer, 1)
    assert again.attempts == 1
    consumer.close()


def test_that_the_article_s_programs_work_before_and_after_ours(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    with foreign(url) as channel:
        channel.queue_declare(JOBS_QUEUE, durable=True)
        channel.basic_publish("", JOBS_QUEUE, ARTICLE_BODY)
        broker = filled(url, 1)
        channel.queue_declare(JOBS_QUEUE, durable=True)
        channel.basic_publish("", JOBS_QUEUE, ARTICLE_BODY)
        consumer = broker.consumer("w", 10)
        consumer.open()
        first, _, third = fetch_all(consumer, 3)
        assert first.message == third.message == Message(ARTICLE_BODY)
        assert json.loads(first.message.body)["type"] == "Running"
        consumer.ack([first, third])
        consumer.close()
        channel.queue_declare(JOBS_QUEUE, durable=True)
        method, _, body = channel.basic_get(JOBS_QUEUE, auto_ack=True)
        assert method.redelivered
        assert body == message(0).body
