"""The definitions in deploy/ give each program just the rights it needs, on a real RabbitMQ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.broker.ports import FailedDelivery, Message, PublishStatus, RetryRequest
from core.broker.rabbitmq.queue_arguments import QueueType, jobs_arguments, retry_arguments
from core.broker.topology import EVENTS_EXCHANGE, FAILED_QUEUE, JOBS_QUEUE, RETRY_DELAYS_S, retry_queue
from core.errors import BrokerRefusedError
from tests.support.broker_rigs import Rig, take
from tests.support.failures import each
from tests.support.rabbitmq_node import PrivateNode

pytestmark = pytest.mark.rabbitmq

DEFINITIONS = Path(__file__).parents[2] / "deploy" / "rabbitmq-definitions.json"
VHOST, PASSWORD = "paceline", "a-secret"
AT_MS = 1_765_360_800_123


@pytest.fixture(scope="module")
def prepared(rabbitmq_node: PrivateNode) -> PrivateNode:
    """As an administrator does it once."""
    rabbitmq_node.ctl("import_definitions", str(DEFINITIONS))
    for user in ("producer", "worker", "console"):
        rabbitmq_node.ctl("change_password", f"paceline-{user}", PASSWORD)
    return rabbitmq_node


def url_of(node: PrivateNode, user: str, vhost: str = VHOST) -> str:
    return node.url_for(vhost, f"paceline-{user}", PASSWORD)


@pytest.fixture
def rigs(prepared: PrivateNode) -> Iterator[dict[str, Rig]]:
    made = {user: Rig(url_of(prepared, user)) for user in ("producer", "worker", "console")}
    yield made
    for rig in made.values():
        rig.close()
    for queue in (JOBS_QUEUE, FAILED_QUEUE, *map(retry_queue, RETRY_DELAYS_S)):
        prepared.ctl("purge_queue", "-p", VHOST, queue)


def test_that_the_definitions_say_what_this_program_would_make() -> None:
    queues = {each["name"]: each["arguments"] for each in json.loads(DEFINITIONS.read_text())["queues"]}
    assert queues == {
        JOBS_QUEUE: jobs_arguments(QueueType.CLASSIC),
        FAILED_QUEUE: QueueType.CLASSIC.arguments(),
        **{retry_queue(delay_s): retry_arguments(delay_s, QueueType.CLASSIC) for delay_s in RETRY_DELAYS_S},
    }


def test_that_a_producer_publishes_and_does_nothing_else(rigs: dict[str, Rig]) -> None:
    (result,) = rigs["producer"].publisher().publish([Message(b"1")])
    assert result.verdict is PublishStatus.CONFIRMED
    with pytest.raises(BrokerRefusedError, match="does not let 'paceline-producer'"):
        rigs["producer"].consumer()
    with pytest.raises(BrokerRefusedError, match="does not let 'paceline-producer'"):
        rigs["producer"].event_subscriber()


def test_that_a_worker_needs_no_right_to_configure_but_to_check_its_retry_queues(rigs: dict[str, Rig]) -> None:
    watching = rigs["console"].event_subscriber()
    rigs["producer"].publish(b"done", b"again", b"bad")
    consumer = rigs["worker"].consumer()
    done, again, bad = take(consumer, 3)
    assert consumer.ack([done]) == 1
    assert consumer.retry([RetryRequest(again, 1, 50, "Later.")]) == 1
    assert consumer.dead_letter([FailedDelivery(bad, "No.", "invalid", "w1", AT_MS)]) == 1
    (back,) = take(consumer, 1)
    assert (back.message.body, back.attempts) == (b"again", 1)
    rigs["worker"].event_publisher().announce(b"told")
    assert watching.poll(5.0) == [b"told"]
    with pytest.raises(BrokerRefusedError, match="does not let 'paceline-worker'"):
        rigs["worker"].event_subscriber()


def test_that_a_retry_waits_with_a_worker_that_may_not_check_the_queue_for_it(prepared: PrivateNode) -> None:
    producer, worker = Rig(url_of(prepared, "producer")), Rig(url_of(prepared, "worker"))
    prepared.ctl(
        "set_permissions", "-p", VHOST, "paceline-worker", "^$", r"^(amq\.default|workout_events)$", "^workout_jobs$"
    )
    producer.publish(b"again")
    consumer = worker.consumer()
    assert consumer.retry([RetryRequest(take(consumer, 1)[0], 1, 50, "Later.")]) == 1
    (back,) = take(consumer, 1)
    assert (back.message.body, back.attempts) == (b"again", 1)
    assert consumer.ack([back]) == 1
    producer.close()
    worker.close()
    prepared.ctl("import_definitions", str(DEFINITIONS))
    for user in ("producer", "worker", "console"):
        prepared.ctl("change_password", f"paceline-{user}", PASSWORD)


def test_that_a_console_watches_sends_and_repairs(rigs: dict[str, Rig]) -> None:
    rigs["console"].publish(b"bad", b"waiting")
    consumer = rigs["worker"].consumer(prefetch=1)
    assert (
        consumer.dead_letter([FailedDelivery(each, "No.", "invalid", "w1", AT_MS) for each in take(consumer, 1)]) == 1
    )
    consumer.close()
    inspector = rigs["console"].inspector()
    depth = inspector.depth()
    assert (depth.ready, depth.failed) == (1, 1)
    assert inspector.scan_failed(each(lambda message: message.body == b"bad")).taken == 1
    # And works on them, where it runs a worker of its own.
    own = rigs["console"].consumer()
    assert own.ack(take(own, 1)) == 1


def test_that_what_only_an_administrator_may_make_is_told_by_name(prepared: PrivateNode) -> None:
    empty = prepared.new_vhost().rpartition("/")[2]
    prepared.ctl("set_permissions", "-p", empty, "paceline-worker", "^$", f"^(amq.default|{EVENTS_EXCHANGE})$", ".*")
    rig = Rig(url_of(prepared, "worker", empty))
    with pytest.raises(BrokerRefusedError, match=f"does not let 'paceline-worker' create the queue {JOBS_QUEUE}"):
        rig.consumer()
    with pytest.raises(BrokerRefusedError, match=f"does not let 'paceline-worker' use the exchange {EVENTS_EXCHANGE}"):
        open_broker(rig.url).event_publisher().open()
