"""kill -9 of the broker under confirmed load: what was confirmed is there afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from core.broker.ports import Message, PublishStatus
from core.broker.rabbitmq import RabbitMQBroker
from core.errors import BrokerUnavailableError
from tests.support.rabbitmq_node import PrivateNode
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.rabbitmq, pytest.mark.timeout(180)]

BATCH = 100
BEFORE_KILL = 1500
AFTER_KILL = 1500
BOUND_S = 90.0


class Load:
    """Publishes numbered messages, and consumes them, each in a thread, through any loss of the broker."""

    def __init__(self, broker: RabbitMQBroker) -> None:
        self._broker = broker
        self._stop = threading.Event()
        self.may_consume = threading.Event()
        self.confirmed: set[str] = set()
        self.unknown: set[str] = set()
        self.received: set[str] = set()
        self.losses = 0
        self._threads = [
            threading.Thread(target=self._run, args=(self._publish,), name="test-publish"),
            threading.Thread(target=self._run, args=(self._consume,), name="test-consume"),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30.0)

    def wait_for(self, what: str, is_so: Callable[[], bool]) -> None:
        wait_until(is_so, BOUND_S, f"not so within {BOUND_S:g} s: {what}")

    def _run(self, work: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                work()
            except BrokerUnavailableError:
                self.losses += 1
                self._stop.wait(0.1)

    def _publish(self) -> None:
        publisher = self._broker.publisher()
        publisher.open()
        try:
            while not self._stop.is_set():
                first = len(self.confirmed) + len(self.unknown)
                names = [f"{first + offset}" for offset in range(BATCH)]
                results = publisher.publish([Message(name.encode(), message_id=name) for name in names])
                for name, result in zip(names, results, strict=True):
                    (self.confirmed if result.verdict is PublishStatus.CONFIRMED else self.unknown).add(name)
        finally:
            publisher.close()

    def _consume(self) -> None:
        consumer = self._broker.consumer("crash", 200)
        consumer.open()
        try:
            while not self._stop.is_set():
                # Until it may, it holds what was prefetched and settles nothing.
                deliveries = consumer.fetch(50 if self.may_consume.is_set() else 0, 0.2)
                self.received.update(delivery.message.body.decode() for delivery in deliveries)
                consumer.ack(deliveries)
        finally:
            consumer.close()


def test_that_a_killed_broker_loses_nothing_it_confirmed(rabbitmq_node: PrivateNode) -> None:
    broker = RabbitMQBroker(rabbitmq_node.new_vhost())
    publisher = broker.publisher()
    publisher.open()  # makes the queue
    publisher.close()
    rabbitmq_node.settle()
    load = Load(broker)
    load.start()
    try:
        load.wait_for("messages are confirmed", lambda: len(load.confirmed) >= BEFORE_KILL)
        rabbitmq_node.kill()
        before = set(load.confirmed)
        rabbitmq_node.restart()
        load.may_consume.set()
        load.wait_for("messages are confirmed again", lambda: len(load.confirmed) >= len(before) + AFTER_KILL)
        goal = set(load.confirmed)
        try:
            load.wait_for("all have come", lambda: goal <= load.received)
        except AssertionError:
            lost = sorted(map(int, goal - load.received))
            pytest.fail(f"{len(lost)} lost ({lost[0]} to {lost[-1]}), {len(before)} were confirmed before the kill")
    finally:
        load.stop()
    assert load.losses >= 2
