"""A quorum queue counts how often a message was in hand: workers that end do not wear out what they merely held."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.broker.ports import Message
from core.broker.rabbitmq.delivery_limit import DELIVERY_COUNT, RENEW_AT_DELIVERY_COUNT
from core.broker.topology import HEADER_ATTEMPTS, JOBS_QUEUE
from tests.support.broker_rigs import RabbitMQRig, bodies, take, until
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import set_policy

pytestmark = pytest.mark.rabbitmq

LIMIT = 6
HELD = 10


@pytest.fixture
def rig(rabbitmq_node: PrivateNode) -> Iterator[RabbitMQRig]:
    rig = RabbitMQRig(f"{rabbitmq_node.new_vhost()}?queue_type=quorum")
    set_policy(rabbitmq_node, rig, f"^{JOBS_QUEUE}$", **{"delivery-limit": LIMIT})
    yield rig
    rig.close()


def test_that_what_is_held_while_worker_after_worker_ends_stays_in_the_queue(rig: RabbitMQRig) -> None:
    rig.publish(*(b"%d" % number for number in range(HELD)))
    for _ in range(3 * LIMIT):
        consumer = rig.consumer(prefetch=HELD)
        take(consumer, HELD)
        consumer.close()  # as if it had died: the broker counts
    consumer = rig.consumer(prefetch=HELD)
    deliveries = take(consumer, HELD)
    assert sorted(bodies(deliveries)) == [b"%d" % number for number in range(HELD)]
    assert consumer.ack(deliveries) == HELD
    inspector = rig.inspector()
    until(lambda: inspector.depth().ready == 0)
    assert inspector.depth().failed == 0


def test_that_a_copy_keeps_its_tries_and_leaves_those_around_it_alone(rig: RabbitMQRig) -> None:
    """One that is worn comes between others that are not, which are neither lost nor settled by it."""
    publisher = rig.publisher()
    publisher.publish([Message(b"worn", "id-1", headers={HEADER_ATTEMPTS: 2, "mine": "kept"})])
    for _ in range(RENEW_AT_DELIVERY_COUNT):
        consumer = rig.consumer(prefetch=1)
        take(consumer, 1)
        consumer.close()
    publisher.publish([Message(b"one"), Message(b"two")])
    consumer = rig.consumer(prefetch=3)
    assert sorted(bodies(take(consumer, 3))) == [b"one", b"two", b"worn"]
    consumer.close()
    consumer = rig.consumer(prefetch=3)
    deliveries = take(consumer, 3)
    assert sorted(bodies(deliveries)) == [b"one", b"two", b"worn"]
    (worn,) = [delivery for delivery in deliveries if delivery.message.body == b"worn"]
    assert (worn.attempts, worn.message.message_id, worn.message.headers["mine"]) == (2, "id-1", "kept")
    assert worn.message.headers[DELIVERY_COUNT] == 1
    assert consumer.ack(deliveries) == 3
    inspector = rig.inspector()
    until(lambda: inspector.depth().ready == 0)
    assert inspector.depth().failed == 0
