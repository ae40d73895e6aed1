"""What every broker promises to those who only look: depth, and the event feed."""

from __future__ import annotations

from threading import Thread
from time import monotonic

import pytest

from core.broker.connect import BrokerDescription, describe_broker
from core.broker.ports import EventSubscriber, FailedDelivery
from core.errors import BrokerUnavailableError
from tests.support.broker_rigs import BOUND_S, Rig, take, until
from tests.support.retries import later


def collect(subscriber: EventSubscriber, count: int) -> list[bytes]:
    payloads: list[bytes] = []
    deadline_s = monotonic() + BOUND_S
    while len(payloads) < count and monotonic() < deadline_s:
        payloads += subscriber.poll(0.5)
    return payloads


def test_that_a_broker_has_a_name_and_a_place(rig: Rig) -> None:
    assert BrokerDescription(rig.broker.kind, rig.broker.location) == describe_broker(rig.url)
    assert rig.broker.kind
    assert rig.broker.location
    assert "guest" not in rig.broker.location


def test_that_an_empty_queue_has_no_depth(rig: Rig) -> None:
    depth = rig.inspector().depth()
    assert (depth.ready, depth.failed, depth.retrying, depth.consumers) == (0, 0, 0, 0)
    assert depth.running in {0, None}
    assert depth.oldest_age_s is None


def test_that_depth_counts_every_place_a_message_can_be(rig: Rig) -> None:
    rig.publish(*[b"%d" % n for n in range(10)])
    consumer, inspector = rig.consumer(prefetch=2), rig.inspector()
    first = take(consumer, 2)
    consumer.dead_letter([FailedDelivery(first[0], "no", "invalid", "w1", 1)])
    assert consumer.retry([later(first[1], 30, "later")])
    take(consumer, 2)

    def is_counted() -> bool:
        depth = inspector.depth()
        counted = (depth.ready, depth.failed, depth.retrying, depth.consumers)
        return counted == (6, 1, 1, 1) and depth.running in {2, None}

    until(is_counted)
    age_s = inspector.depth().oldest_age_s
    assert age_s is None or 0.0 <= age_s < 60.0
    consumer.close()
    until(lambda: (inspector.depth().ready, inspector.depth().consumers) == (8, 0))


def test_that_a_closed_inspector_says_so_and_opens_again(rig: Rig) -> None:
    inspector = rig.inspector()
    inspector.close()
    with pytest.raises(BrokerUnavailableError):
        inspector.depth()
    inspector.open()
    assert inspector.depth().ready == 0


def test_that_every_subscriber_gets_every_payload_in_order(rig: Rig) -> None:
    subscribers = [rig.event_subscriber(), rig.event_subscriber()]
    event_publishers = [rig.event_publisher(), rig.event_publisher()]
    sent = [b"\x00%d\xff" % n for n in range(50)]
    for payload in sent:
        event_publishers[0].announce(payload)
    for subscriber in subscribers:
        assert collect(subscriber, 50) == sent
    event_publishers[1].announce(b"last")
    for subscriber in subscribers:
        assert collect(subscriber, 1) == [b"last"]


def test_that_another_program_is_heard(rig: Rig) -> None:
    subscriber, event_publisher = rig.event_subscriber(), rig.another_broker().event_publisher()
    event_publisher.open()
    event_publisher.announce(b"from afar")
    event_publisher.close()
    assert collect(subscriber, 1) == [b"from afar"]


def test_that_a_subscriber_hears_only_what_comes_after_it(rig: Rig) -> None:
    event_publisher, first = rig.event_publisher(), rig.event_subscriber()
    event_publisher.announce(b"before")
    assert collect(first, 1) == [b"before"]
    late = rig.event_subscriber()
    event_publisher.announce(b"after")
    assert collect(late, 1) == [b"after"]


def test_that_announcing_to_nobody_is_no_error(rig: Rig) -> None:
    event_publisher = rig.event_publisher()
    for _ in range(20):
        event_publisher.announce(b"hello?")


def test_that_a_subscriber_that_listens_late_holds_nobody_up_and_gets_the_newest_in_order(rig: Rig) -> None:
    event_publisher, subscriber = rig.event_publisher(), rig.event_subscriber()
    for number in range(3000):
        event_publisher.announce(b"%d" % number)
    event_publisher.announce(b"newest")
    payloads: list[bytes] = []

    def has_come() -> bool:
        payloads.extend(subscriber.poll(0.2))
        return payloads[-1:] == [b"newest"]

    until(has_come)
    assert payloads == [*sorted(payloads[:-1], key=int), b"newest"]


def test_that_wake_ends_a_waiting_poll_from_another_thread(rig: Rig) -> None:
    subscriber = rig.event_subscriber()
    waker = Thread(target=subscriber.wake)
    waker.start()
    assert subscriber.poll(3_600.0) == []  # the suite's bound is far below that
    waker.join()


def test_that_a_closed_feed_says_so_and_opens_again(rig: Rig) -> None:
    subscriber, event_publisher = rig.event_subscriber(), rig.event_publisher()
    subscriber.close()
    event_publisher.close()
    with pytest.raises(BrokerUnavailableError):
        subscriber.poll(0.0)
    with pytest.raises(BrokerUnavailableError):
        event_publisher.announce(b"a")
    subscriber.open()
    event_publisher.open()
    event_publisher.announce(b"again")
    assert collect(subscriber, 1) == [b"again"]
