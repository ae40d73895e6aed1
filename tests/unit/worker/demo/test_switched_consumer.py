"""What becomes of deliveries whose acknowledgement came early, and of those that were fetched before."""

from __future__ import annotations

import pytest

from core.broker.ports import Delivery, FailedDelivery, Message, RetryRequest
from tests.support.fakes import FakeConsumer, FakeQueue
from worker.demo.protections import ALL_ON, Protections, ProtectionSwitch
from worker.demo.switched_consumer import SwitchedConsumer

EARLY = Protections(acknowledge_after_commit=False)
DROPPING = Protections(failed_queue=False)


class Desk:
    def __init__(self, protections: Protections = ALL_ON, count: int = 2) -> None:
        self.queue = FakeQueue()
        self.switch = ProtectionSwitch(protections)
        self.consumer = SwitchedConsumer(FakeConsumer(self.queue), self.switch)
        self.consumer.open()
        self.queue.put(Message(b"", str(number)) for number in range(count))

    def fetch(self) -> list[Delivery]:
        return self.consumer.fetch(10, 0.0)


def failed(delivery: Delivery) -> FailedDelivery:
    return FailedDelivery(delivery, "why", "invalid", "W", 0)


def to_retry(delivery: Delivery) -> RetryRequest:
    return RetryRequest(delivery, 1, 1, "why")


def test_that_with_all_protections_it_does_what_is_inside() -> None:
    desk = Desk(count=4)
    first, second, third, fourth = desk.fetch()
    assert len(desk.queue.held) == 4
    assert desk.consumer.ack([first]) == 1
    assert desk.consumer.dead_letter([failed(second)]) == 1
    assert desk.consumer.retry([to_retry(third)]) == 1
    desk.consumer.requeue([fourth])
    assert [failure.delivery for failure in desk.queue.failed] == [second]
    assert [message.message_id for message, _, _ in desk.queue.ready] == ["3", "2"]
    assert not desk.queue.held


def test_that_an_early_acknowledgement_leaves_nothing_to_settle() -> None:
    desk = Desk(EARLY, count=4)
    first, second, third, fourth = desk.fetch()
    assert not desk.queue.held
    assert desk.consumer.ack([first]) == 1
    assert desk.consumer.dead_letter([failed(second)]) == 1
    assert desk.consumer.retry([to_retry(third)]) == 1
    desk.consumer.requeue([fourth])
    assert (desk.queue.failed, desk.queue.retries, list(desk.queue.ready)) == ([], [], [])


@pytest.mark.parametrize(("before", "after"), [(ALL_ON, EARLY), (EARLY, ALL_ON)])
def test_that_a_delivery_is_settled_as_it_was_fetched(before: Protections, after: Protections) -> None:
    desk = Desk(before)
    (first, second) = desk.fetch()
    desk.switch.set(after)
    desk.queue.put([Message(b"", "2")])
    (third,) = desk.fetch()
    assert desk.consumer.ack([first, second, third]) == 3
    assert not desk.queue.held
    assert not desk.queue.ready


def test_that_tags_of_an_earlier_connection_are_forgotten() -> None:
    desk = Desk(EARLY)
    deliveries = desk.fetch()
    desk.consumer.close()
    desk.consumer.open()
    assert desk.consumer.ack(deliveries) == 0


def test_that_a_given_up_delivery_is_dropped_without_the_failed_queue() -> None:
    desk = Desk(DROPPING)
    assert desk.consumer.dead_letter([failed(delivery) for delivery in desk.fetch()]) == 2
    assert (desk.queue.failed, desk.queue.held, list(desk.queue.ready)) == ([], {}, [])


def test_that_prefetch_pauses_and_waking_reach_the_consumer_inside() -> None:
    queue = FakeQueue()
    inner = FakeConsumer(queue)
    consumer = SwitchedConsumer(inner, ProtectionSwitch())
    consumer.open()
    consumer.set_prefetch(3)
    consumer.pause()
    assert (inner.prefetch, inner.paused, consumer.connection_epoch, consumer.held) == (3, True, 1, inner.held)
    consumer.resume()
    consumer.wake()
    assert not inner.paused
    assert consumer.fetch(1, 30.0) == []
    consumer.close()
    assert not inner.is_open
