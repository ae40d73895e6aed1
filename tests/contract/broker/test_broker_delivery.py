"""What every broker promises about messages: confirmed is kept, each comes in order, none is settled by mistake."""

from __future__ import annotations

from collections import Counter
from threading import Thread
from time import monotonic

import pytest

from core.broker.ports import Consumer, Delivery, Message, PublishStatus
from core.errors import BrokerUnavailableError
from tests.support.broker_rigs import Rig, bodies, take
from tests.support.retries import later

FOR_EVER_S = 3_600.0  # the suite's bound is far below it
SMALLEST = b'{"type": "Running", "duration": 45}'


def numbered(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def test_that_what_is_published_is_fetched_in_order_and_gone_once_acked(rig: Rig) -> None:
    results = rig.publisher().publish([Message(body) for body in numbered(50)])
    assert [result.verdict for result in results] == [PublishStatus.CONFIRMED] * 50
    consumer = rig.consumer()
    deliveries = take(consumer, 50)
    assert bodies(deliveries) == numbered(50)
    assert not any(delivery.redelivered for delivery in deliveries)
    assert consumer.ack(deliveries) == 50
    consumer.close()
    assert rig.consumer().fetch(10, 0.1) == []


def test_that_an_empty_batch_is_nothing(rig: Rig) -> None:
    consumer = rig.consumer()
    assert rig.publisher().publish([]) == []
    assert consumer.ack([]) == 0
    assert consumer.dead_letter([]) == 0
    consumer.requeue([])


def test_that_confirmed_messages_are_there_for_another_program(rig: Rig) -> None:
    publisher = rig.publisher()
    publisher.publish([Message(b"kept")])
    publisher.close()
    later = rig.another_broker().consumer("later", 10)
    later.open()
    assert bodies(take(later, 1)) == [b"kept"]
    later.close()


def test_that_a_message_keeps_its_properties_and_headers(rig: Rig) -> None:
    sent = Message(
        SMALLEST,
        "0b8f2a30-7a30-4b6f-8a58-9f1f6f0c9c33",
        "workout.submitted",
        "application/json",
        "paceline",
        1_765_360_800,
        {"x-submitted-at": 1_765_360_800_123, "x-note": "Zoë ⚡", "x-yes": True, "x-nothing": None, "x-less": -7},
    )
    rig.publisher().publish([sent])
    assert take(rig.consumer(), 1)[0].message == sent


@pytest.mark.parametrize("message", [Message(SMALLEST), Message(SMALLEST, "", "", "", "", 0, {})])
def test_that_a_message_may_have_no_properties_or_empty_ones(rig: Rig, message: Message) -> None:
    rig.publisher().publish([message])
    delivery = take(rig.consumer(), 1)[0]
    assert delivery.message == message
    assert delivery.attempts == 0


def test_that_any_bytes_are_carried_unchanged(rig: Rig) -> None:
    sent = [
        b"",
        b"\x00\xff\xfe not text \x00",
        "Läuferin 🏃 \u2028 ｗｉｄｅ".encode(),
        bytes(range(256)) * 256,
        bytes(range(256)) * 4096,
    ]
    rig.publish(*sent)
    assert bodies(take(rig.consumer(), len(sent))) == sent


def test_that_what_was_not_acked_comes_again_marked_as_redelivered(rig: Rig) -> None:
    rig.publish(*numbered(6))
    first = rig.consumer()
    held = take(first, 4)
    assert first.ack(held[:1]) == 1
    first.close()
    again = take(rig.consumer(), 5)
    assert bodies(again) == numbered(6)[1:]
    assert [delivery.redelivered for delivery in again][:3] == [True] * 3


def test_that_an_ack_of_an_older_generation_is_dropped(rig: Rig) -> None:
    rig.publish(b"once")
    consumer = rig.consumer()
    old = take(consumer, 1)
    before = consumer.connection_epoch
    consumer.close()
    consumer.open()
    assert consumer.connection_epoch == before + 1
    new = take(consumer, 1)
    assert consumer.ack(old) == 0
    assert consumer.retry([later(old[0], 1, "too late")]) == 0
    assert consumer.ack(new) == 1
    assert consumer.ack(new) == 0


def test_that_a_closed_consumer_says_so_and_opens_again(rig: Rig) -> None:
    consumer = rig.consumer()
    consumer.close()
    consumer.close()
    with pytest.raises(BrokerUnavailableError):
        consumer.fetch(1, 0.0)
    consumer.open()
    rig.publish(b"a")
    assert bodies(take(consumer, 1)) == [b"a"]


def test_that_a_closed_publisher_says_so_and_opens_again(rig: Rig) -> None:
    publisher = rig.publisher()
    publisher.keep_alive()
    publisher.close()
    with pytest.raises(BrokerUnavailableError):
        publisher.publish([Message(b"a")])
    with pytest.raises(BrokerUnavailableError):
        publisher.keep_alive()
    publisher.open()
    assert publisher.publish([Message(b"a")])[0].verdict is PublishStatus.CONFIRMED


def test_that_released_messages_are_ready_at_once_and_in_their_old_order(rig: Rig) -> None:
    rig.publish(*numbered(6))
    consumer = rig.consumer(prefetch=6)
    held = take(consumer, 6)
    consumer.requeue(held[:3])
    assert bodies(take(consumer, 3)) == numbered(3)


def test_that_no_more_than_the_prefetch_is_held(rig: Rig) -> None:
    rig.publish(*numbered(10))
    consumer = rig.consumer(prefetch=3)
    held = take(consumer, 3)
    assert consumer.fetch(10, 0.1) == []
    consumer.ack(held[:2])
    assert bodies(take(consumer, 2)) == numbered(5)[3:]
    assert consumer.fetch(10, 0.1) == []


def test_that_the_prefetch_changes_at_once(rig: Rig) -> None:
    rig.publish(*numbered(10))
    consumer = rig.consumer(prefetch=2)
    take(consumer, 2)
    consumer.set_prefetch(5)
    take(consumer, 3)
    consumer.set_prefetch(5)
    take(rig.consumer(name="other"), 1)


def test_that_fetch_never_gives_more_than_asked_for(rig: Rig) -> None:
    rig.publish(*numbered(10))
    consumer = rig.consumer()
    assert len(consumer.fetch(4, 5.0)) <= 4
    assert consumer.fetch(0, 0.0) == []


def test_that_two_consumers_share_and_none_gets_the_same(rig: Rig) -> None:
    one, other = rig.consumer(10, "one"), rig.consumer(10, "other")
    rig.publish(*numbered(20))
    seen = take(one, 10) + take(other, 10)
    assert sorted(bodies(seen)) == sorted(numbered(20))


def test_that_pause_takes_no_more_and_leaves_the_rest_to_others(rig: Rig) -> None:
    paused, other = rig.consumer(100, "paused"), rig.consumer(100, "other")
    paused.pause()
    rig.publish(*numbered(20))
    assert bodies(take(other, 20)) == numbered(20)
    assert paused.fetch(10, 0.05) == []
    other.close()
    paused.resume()
    assert bodies(take(paused, 20)) == numbered(20)


def test_that_what_is_held_can_be_acked_while_paused(rig: Rig) -> None:
    rig.publish(b"held")
    consumer = rig.consumer()
    held = take(consumer, 1)
    consumer.pause()
    assert consumer.ack(held) == 1


def test_that_wake_ends_a_waiting_fetch_from_another_thread(rig: Rig) -> None:
    consumer = rig.consumer()
    waker = Thread(target=consumer.wake)
    waker.start()
    assert consumer.fetch(1, FOR_EVER_S) == []
    waker.join()


def test_that_a_waiting_fetch_sees_what_another_program_publishes(rig: Rig) -> None:
    consumer = rig.consumer()

    def publish() -> None:
        publisher = rig.another_broker().publisher()
        publisher.open()
        publisher.publish([Message(b"from afar")])
        publisher.close()

    other = Thread(target=publish)
    other.start()
    assert bodies(consumer.fetch(1, FOR_EVER_S)) == [b"from afar"]
    other.join()


def test_that_5000_messages_come_once_each_over_three_consumers(rig: Rig) -> None:
    total, seen, until_s = 5000, Counter[bytes](), monotonic() + 60.0

    def work(consumer: Consumer, part: list[Delivery]) -> None:
        consumer.open()
        while sum(map(len, found)) < total:
            assert monotonic() < until_s
            deliveries = consumer.fetch(100, 0.1)
            assert consumer.ack(deliveries) == len(deliveries)
            part += deliveries
        assert consumer.fetch(100, 0.1) == []
        consumer.close()

    publisher = rig.publisher()
    rounds = [[Message(b"%d" % n) for n in range(start, start + 500)] for start in range(0, total, 500)]
    publisher.publish(rounds[0])
    found: list[list[Delivery]] = [[], [], []]
    threads = [Thread(target=work, args=(rig.broker.consumer(f"w{n}", 200), part)) for n, part in enumerate(found)]
    for thread in threads:
        thread.start()
    for messages in rounds[1:]:
        assert {result.verdict for result in publisher.publish(messages)} == {PublishStatus.CONFIRMED}
    for thread in threads:
        thread.join()
    for part in found:
        seen.update(bodies(part))
    assert len(seen) == total
    assert set(seen.values()) == {1}
