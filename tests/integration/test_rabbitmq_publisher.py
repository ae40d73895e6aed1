"""Publishing to a real RabbitMQ: every verdict, and what it means for the queue."""

from __future__ import annotations

import threading

import pytest

from core.broker.ports import Message, PublishStatus
from core.broker.rabbitmq import RabbitMQBroker
from core.broker.rabbitmq import confirmed_sender as sender
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerUnavailableError
from tests.support.broker_rigs import until
from tests.support.rabbitmq_node import READER, READER_PASSWORD, PrivateNode
from tests.support.rabbitmq_tools import foreign, message, messages, ready_count, wait_until
from tests.support.tcp_relay import Relay

pytestmark = pytest.mark.rabbitmq


def by_relay(url: str, node: PrivateNode, relay: Relay) -> RabbitMQBroker:
    return RabbitMQBroker(url.replace(str(node.port), str(relay.port)))


def test_that_more_than_a_window_is_confirmed_and_kept(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    publisher = RabbitMQBroker(url).publisher()
    publisher.open()
    assert publisher.publish([]) == []
    results = publisher.publish(messages(2 * sender.WINDOW + 7))
    assert {result.verdict for result in results} == {PublishStatus.CONFIRMED}
    assert len(results) == 2 * sender.WINDOW + 7
    publisher.keep_alive()
    publisher.close()
    publisher.close()
    with foreign(url) as channel:
        assert ready_count(channel) == 2 * sender.WINDOW + 7
        method, properties, body = channel.basic_get(JOBS_QUEUE, auto_ack=True)
        assert (properties.delivery_mode, properties.message_id, body) == (2, "message-0", message(0).body)
        assert method.exchange == ""


def test_that_any_header_of_a_message_can_be_sent(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    publisher = RabbitMQBroker(url).publisher()
    publisher.open()
    odd = Message(b"", headers={"float": 1.5, "huge": 2**70, "no": None, "text": "ß" * 300, "yes": True})
    assert [result.verdict for result in publisher.publish([odd])] == [PublishStatus.CONFIRMED]
    publisher.close()
    with foreign(url) as channel:
        _, properties, _ = channel.basic_get(JOBS_QUEUE, auto_ack=True)
        assert properties.headers == {"float": "1.5", "huge": str(2**70), "no": None, "text": "ß" * 300, "yes": True}


def test_that_a_full_queue_refuses_what_it_does_not_keep(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    with foreign(url) as channel:
        channel.queue_declare(JOBS_QUEUE, durable=True, arguments={"x-max-length": 3, "x-overflow": "reject-publish"})
        publisher = RabbitMQBroker(url).publisher()
        publisher.open()
        first = [publisher.publish([message(number)])[0].verdict for number in range(3)]
        assert first == [PublishStatus.CONFIRMED] * 3
        (result,) = publisher.publish([message(3)])
        assert (result.verdict, result.reason) == (
            PublishStatus.REFUSED,
            "RabbitMQ did not take it: the queue is full, or has no leader just now.",
        )
        publisher.close()
        assert ready_count(channel) == 3


def test_that_a_deleted_queue_is_made_again_and_loses_nothing(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    publisher = RabbitMQBroker(url).publisher()
    publisher.open()
    with foreign(url) as channel:
        channel.queue_delete(JOBS_QUEUE)
        results = publisher.publish([message(1), message(1), Message(b"no id"), message(2)])
        assert [result.verdict for result in results] == [PublishStatus.CONFIRMED] * 4
        assert ready_count(channel) == 4
    publisher.close()


def test_that_a_queue_that_may_not_be_made_again_refuses(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    vhost = url.rsplit("/", 1)[1]
    rabbitmq_node.ctl("set_permissions", "-p", vhost, READER, "^$", ".*", ".*")
    with foreign(url) as channel:
        channel.queue_declare(JOBS_QUEUE, durable=True)
        publisher = RabbitMQBroker(rabbitmq_node.url_for(vhost, READER, READER_PASSWORD)).publisher()
        publisher.open()
        channel.queue_delete(JOBS_QUEUE)
        (result,) = publisher.publish([message(1)])
        assert (result.verdict, result.reason) == (PublishStatus.REFUSED, "RabbitMQ has no queue for it just now.")
        with pytest.raises(BrokerUnavailableError):
            publisher.publish([message(1)])


def test_that_a_user_who_may_not_write_is_refused(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    with foreign(url) as channel:
        channel.queue_declare(JOBS_QUEUE, durable=True)
    publisher = RabbitMQBroker(rabbitmq_node.url_for(url.rsplit("/", 1)[1], READER, READER_PASSWORD)).publisher()
    publisher.open()
    results = publisher.publish(messages(2))
    assert [result.verdict for result in results] == [PublishStatus.REFUSED] * 2
    assert "does not let 'reader' publish messages" in results[0].reason
    publisher.close()


def test_that_a_silent_broker_leaves_the_outcome_unknown(
    rabbitmq_node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "SEND_BOUND_S", 0.3)
    with Relay(rabbitmq_node.port) as relay:
        publisher = by_relay(rabbitmq_node.new_vhost(), rabbitmq_node, relay).publisher()
        publisher.open()
        relay.stall()
        results = publisher.publish(messages(3))
        assert [result.verdict for result in results] == [PublishStatus.UNKNOWN] * 3
        assert "did not confirm" in results[0].reason
        with pytest.raises(BrokerUnavailableError):
            publisher.publish(messages(1))


def test_that_a_cut_while_publishing_leaves_the_unanswered_unknown(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    with Relay(rabbitmq_node.port) as relay:
        publisher = by_relay(url, rabbitmq_node, relay).publisher()
        publisher.open()
        relay.stall()

        def cut_what_was_sent() -> None:
            until(relay.swallows_something)
            relay.cut()

        cutter = threading.Thread(target=cut_what_was_sent)
        cutter.start()
        results = publisher.publish(messages(5))
        cutter.join()
        assert [result.verdict for result in results] == [PublishStatus.UNKNOWN] * 5
        assert "was lost" in results[0].reason
        relay.resume()
        publisher.open()
        assert [result.verdict for result in publisher.publish(messages(5))] == [PublishStatus.CONFIRMED] * 5
        publisher.close()


def test_that_a_loss_before_anything_was_sent_is_an_error(rabbitmq_node: PrivateNode) -> None:
    with Relay(rabbitmq_node.port) as relay:
        publisher = by_relay(rabbitmq_node.new_vhost(), rabbitmq_node, relay).publisher()
        publisher.open()
        relay.cut()
        with pytest.raises(BrokerUnavailableError, match="was lost"):
            wait_until(lambda: False, "the loss is noticed", publisher.keep_alive)
        with pytest.raises(BrokerUnavailableError, match="not open"):
            publisher.keep_alive()
        publisher.open()
        relay.cut()
        with pytest.raises(BrokerUnavailableError):
            # The loss may take a moment to arrive; until then a message may have been sent.
            wait_until(lambda: False, "the loss is noticed", lambda: publisher.publish(messages(1)))


def test_that_an_alarm_refuses_with_its_reason_and_passes(
    rabbitmq_node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "ALARM_BOUND_S", 0.2)
    broker = RabbitMQBroker(rabbitmq_node.new_vhost())
    publisher, event_publisher, consumer = broker.publisher(), broker.event_publisher(), broker.consumer("w", 10)
    publisher.open()
    event_publisher.open()
    publisher.publish(messages(1))
    with rabbitmq_node.low_on_memory():
        # The broker tells of its alarm only when it is published to; what it did not read by then stays unknown.
        first = publisher.publish(messages(3))
        assert PublishStatus.REFUSED not in {result.verdict for result in first}
        second = publisher.publish(messages(3))
        assert [result.verdict for result in second] == [PublishStatus.REFUSED] * 3
        assert "low on memory" in second[0].reason
        event_publisher.announce(b"1")
        event_publisher.announce(b"2")
        # Consumers go on, and so the alarm can end.
        consumer.open()
        wait_until(lambda: consumer.ack(consumer.fetch(10, 0.2)), "one is consumed", lambda: None)
    results = publisher.publish(messages(3))
    assert [result.verdict for result in results] == [PublishStatus.CONFIRMED] * 3
    publisher.close()
    event_publisher.close()
    consumer.close()
