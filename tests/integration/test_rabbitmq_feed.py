"""Depth and the event feed over a real RabbitMQ."""

from __future__ import annotations

import threading

import pytest

from core.broker.ports import Depth, EventSubscriber
from core.broker.rabbitmq import RabbitMQBroker, feed
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.inspector import RabbitMQInspector
from core.broker.topology import EVENTS_EXCHANGE, JOBS_QUEUE, retry_queue
from core.errors import BrokerUnavailableError
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign, messages, wait_until
from tests.support.tcp_relay import Relay

pytestmark = pytest.mark.rabbitmq


def test_that_depth_counts_every_queue_and_survives_missing_ones(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    broker = RabbitMQBroker(url, retry_delays_s=(600,))
    inspector, publisher = broker.inspector(), broker.publisher()
    inspector.open()
    assert inspector.depth() == Depth(0, None, 0, 0, 0, None)
    publisher.open()
    publisher.publish(messages(7))
    assert inspector.depth() == Depth(7, None, 0, 0, 0, None)
    inspector.close()
    with pytest.raises(BrokerUnavailableError, match="not open"):
        inspector.depth()
    publisher.close()


def test_that_a_missing_retry_queue_is_not_asked_for_on_every_look(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    now_s = [100.0]
    inspector = RabbitMQInspector(ConnectionFactory(url), lambda: (600,), lambda: now_s[0])
    inspector.open()
    inspector.depth()
    with foreign(url) as channel:
        channel.queue_declare(retry_queue(600), durable=True)
        channel.confirm_delivery()
        channel.basic_publish("", retry_queue(600), b"")
    assert inspector.depth().retrying == 0
    now_s[0] += 2.1
    assert inspector.depth().retrying == 1
    inspector.close()


def test_that_the_inspector_reports_a_cut_connection(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    with Relay(rabbitmq_node.port) as relay:
        inspector = RabbitMQBroker(url.replace(str(rabbitmq_node.port), str(relay.port))).inspector()
        inspector.open()
        relay.cut()
        with pytest.raises(BrokerUnavailableError, match="was lost"):
            inspector.depth()


def poll_all(subscriber: EventSubscriber, count: int) -> list[bytes]:
    came: list[bytes] = []
    wait_until(lambda: len(came) >= count, f"{count} payloads", lambda: came.extend(subscriber.poll(0.5)))
    return came


def test_that_every_subscriber_gets_every_payload(rabbitmq_node: PrivateNode) -> None:
    broker = RabbitMQBroker(rabbitmq_node.new_vhost())
    event_publisher, one, two = broker.event_publisher(), broker.event_subscriber(), broker.event_subscriber()
    event_publisher.open()
    event_publisher.announce(b"unheard")
    one.open()
    two.open()
    sent = [b"payload %d" % number for number in range(5)]
    for payload in sent:
        event_publisher.announce(payload)
    assert poll_all(one, 5) == sent
    assert poll_all(two, 5) == sent
    one.close()
    two.close()
    event_publisher.close()
    with pytest.raises(BrokerUnavailableError, match="not open"):
        event_publisher.announce(b"")
    with pytest.raises(BrokerUnavailableError, match="not open"):
        one.poll(0.0)


def test_that_wake_ends_a_waiting_poll(rabbitmq_node: PrivateNode) -> None:
    subscriber = RabbitMQBroker(rabbitmq_node.new_vhost()).event_subscriber()
    subscriber.wake()
    subscriber.open()
    assert subscriber.poll(60.0) == []
    waker = threading.Timer(0.05, subscriber.wake)
    waker.start()
    assert subscriber.poll(60.0) == []
    waker.join()
    assert subscriber.poll(0.0) == []
    subscriber.close()


def test_that_the_feed_is_bounded_and_counts_what_it_drops(
    rabbitmq_node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MAX_QUEUED", 10)
    broker = RabbitMQBroker(rabbitmq_node.new_vhost())
    event_publisher, subscriber = broker.event_publisher(), broker.event_subscriber()
    event_publisher.open()
    subscriber.open()
    for number in range(200):
        event_publisher.announce(b"%d" % number)
    came: list[bytes] = []
    wait_until(lambda: b"199" in came, "the newest", lambda: came.extend(subscriber.poll(0.2)))
    assert came == sorted(came, key=int)
    assert len(came) <= 200
    subscriber.close()
    event_publisher.close()


def test_that_a_cut_announcer_connects_again_by_itself(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    subscriber = RabbitMQBroker(url).event_subscriber()
    subscriber.open()
    with Relay(rabbitmq_node.port) as relay:
        event_publisher = RabbitMQBroker(url.replace(str(rabbitmq_node.port), str(relay.port))).event_publisher()
        event_publisher.open()
        relay.cut()
        came: list[bytes] = []

        def announce_and_poll() -> None:
            event_publisher.announce(b"hello")
            came.extend(subscriber.poll(0.1))

        wait_until(lambda: came, "a payload", announce_and_poll)
        event_publisher.close()
    subscriber.close()


def test_that_a_lost_feed_is_reported(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    with Relay(rabbitmq_node.port) as relay:
        subscriber = RabbitMQBroker(url.replace(str(rabbitmq_node.port), str(relay.port))).event_subscriber()
        subscriber.open()
        relay.cut()
        with pytest.raises(BrokerUnavailableError, match="was lost"):
            wait_until(lambda: False, "the loss is noticed", lambda: subscriber.poll(1.0))
    with pytest.raises(BrokerUnavailableError):
        wait_until(lambda: False, "a subscriber that is refused", subscriber.open)


def test_that_a_deleted_exchange_is_made_again(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    event_publisher = RabbitMQBroker(url).event_publisher()
    event_publisher.open()
    with foreign(url) as channel:
        channel.exchange_delete(EVENTS_EXCHANGE)
        subscriber = RabbitMQBroker(url).event_subscriber()
        channel.queue_declare(JOBS_QUEUE, durable=True)

        def exists() -> bool:
            event_publisher.announce(b"x")
            subscriber.open()
            return True

        assert exists()
        came: list[bytes] = []

        def announce_and_poll() -> None:
            event_publisher.announce(b"hello")
            came.extend(subscriber.poll(0.1))

        wait_until(lambda: came, "a payload", announce_and_poll)
    subscriber.close()
    event_publisher.close()


def test_that_an_exchange_of_another_type_is_used_as_it_is(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    with foreign(url) as channel:
        channel.exchange_declare(EVENTS_EXCHANGE, "topic")
    broker = RabbitMQBroker(url)
    event_publisher, subscriber = broker.event_publisher(), broker.event_subscriber()
    event_publisher.open()
    subscriber.open()
    event_publisher.announce(b"hello")
    came: list[bytes] = []
    wait_until(lambda: came, "a payload", lambda: came.extend(subscriber.poll(0.2)))
    event_publisher.close()
    subscriber.close()
