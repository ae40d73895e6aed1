"""An administrator's policies on our queues hold, and what they refuse is told, not lost."""

from __future__ import annotations

import pytest

from core.broker.ports import Message, PublishStatus
from core.broker.topology import JOBS_QUEUE, retry_queue
from tests.support.broker_rigs import RabbitMQRig, bodies, take, until
from tests.support.failures import each
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign, set_policy
from tests.support.retries import later

pytestmark = pytest.mark.rabbitmq


def test_that_a_bound_on_the_queue_refuses_what_is_too_many_until_there_is_room(rabbitmq_node: PrivateNode) -> None:
    rig = RabbitMQRig(rabbitmq_node.new_vhost())
    set_policy(rabbitmq_node, rig, f"^{JOBS_QUEUE}$", **{"max-length": 5, "overflow": "reject-publish"})
    publisher = rig.publisher()
    for number in range(5):
        (result,) = publisher.publish([Message(b"%d" % number)])
        assert result.verdict is PublishStatus.CONFIRMED
    (refused,) = publisher.publish([Message(b"5")])
    assert refused.verdict is PublishStatus.REFUSED
    assert "full" in refused.reason
    consumer = rig.consumer(prefetch=10)
    assert consumer.ack(take(consumer, 5)) == 5
    assert publisher.publish([Message(b"5")])[0].verdict is PublishStatus.CONFIRMED
    assert [each.message.body for each in take(consumer, 1)] == [b"5"]
    rig.close()


def test_that_what_a_delivery_limit_gives_up_is_in_the_failed_queue(rabbitmq_node: PrivateNode) -> None:
    rig = RabbitMQRig(f"{rabbitmq_node.new_vhost()}?queue_type=quorum")
    set_policy(rabbitmq_node, rig, f"^{JOBS_QUEUE}$", **{"delivery-limit": 2})
    rig.publish(b"poison")
    for _ in range(3):
        consumer = rig.consumer()
        take(consumer, 1)
        consumer.close()  # as if it had died: the broker counts
    inspector = rig.inspector()
    until(lambda: inspector.depth().failed == 1)
    assert inspector.depth().ready == 0
    assert inspector.scan_failed(each(lambda message: message.body == b"poison")).taken == 1
    rig.close()


@pytest.mark.parametrize(
    "definition",
    [
        {"message-ttl": 1000, "dead-letter-exchange": "", "dead-letter-routing-key": JOBS_QUEUE},
        {"max-length": 1, "overflow": "drop-head"},
        {"message-ttl": 1},
        {"dead-letter-exchange": "elsewhere", "dead-letter-routing-key": "elsewhere"},
    ],
    ids=["way back", "bound", "ttl", "elsewhere"],
)
@pytest.mark.parametrize("is_plain", [True, False])
def test_that_no_policy_on_retry_queues_loses_a_retry(
    rabbitmq_node: PrivateNode, is_plain: bool, definition: dict[str, object]
) -> None:
    rig = RabbitMQRig(rabbitmq_node.new_vhost())
    set_policy(rabbitmq_node, rig, r"^workout_jobs\.retry\.", **definition)
    if is_plain:
        with foreign(rig.url) as channel:
            channel.queue_declare(retry_queue(1), durable=True)
    rig.publish(*[b"%d" % number for number in range(3)])
    consumer = rig.consumer()
    assert consumer.retry([later(delivery, 1) for delivery in take(consumer, 3)]) == 3
    again = take(consumer, 3)
    assert sorted(bodies(again)) == [b"0", b"1", b"2"]
    assert {delivery.attempts for delivery in again} == {1}
    assert consumer.ack(again) == 3
    rig.close()
