"""Messages that cannot be put away are held, said, and tried again; what is behind them goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from core.broker.ports import Delivery, FailedDelivery, Message
from core.broker.rabbitmq import failed_scan as sieve
from core.broker.rabbitmq import held as held_module
from core.broker.topology import FAILED_QUEUE, JOBS_QUEUE, own_retry_queue, retry_queue
from core.events import ProblemRaised
from tests.support.broker_rigs import RabbitMQRig, bodies, take
from tests.support.fakes import EventLog, FakeStore
from tests.support.loop_rig import good
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign, ready_count, wait_until
from tests.support.retries import later
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions

pytestmark = pytest.mark.rabbitmq

MAX_BYTES = 200_000
LARGE = b"x" * (MAX_BYTES + 1)
AT_MS = 1_765_360_800_123


def failure(delivery: Delivery) -> FailedDelivery:
    return FailedDelivery(delivery, "No.", "invalid", "w1", AT_MS)


def limit_message_size(node: PrivateNode, limit: int) -> None:
    """For channels that are opened from now on."""
    node.ctl("eval", f"application:set_env(rabbit, max_message_size, {limit}).")


@pytest.fixture
def small_messages(rabbitmq_node: PrivateNode) -> Iterator[PrivateNode]:
    """A node whose limit an administrator lowers with `limit_message_size` after something larger has come."""
    yield rabbitmq_node
    limit_message_size(rabbitmq_node, 134_217_728)


@pytest.mark.parametrize("prefetch", [1, 2, 10])
def test_that_a_full_failed_queue_holds_up_nothing_behind_it(rig: RabbitMQRig, prefetch: int) -> None:
    rig.publish(*[b"bad%d" % n for n in range(3)], *[b"good%d" % n for n in range(20)])
    consumer = rig.consumer(prefetch)
    with foreign(rig.url) as channel:
        channel.queue_declare(FAILED_QUEUE, durable=True, arguments={"x-max-length": 0, "x-overflow": "reject-publish"})
        generation = consumer.connection_epoch
        for _ in range(3):
            (bad,) = take(consumer, 1)
            assert consumer.dead_letter([failure(bad)]) == 0
        for n in range(20):
            (good,) = take(consumer, 1)
            assert good.message.body == b"good%d" % n
            assert consumer.ack([good]) == 1
        assert consumer.connection_epoch == generation
        assert consumer.held.count == 3
        assert "full" in consumer.held.reason
        channel.queue_delete(FAILED_QUEUE)
        wait_until(lambda: not consumer.held.count, "put away", lambda: consumer.fetch(1, 0.2))
        assert ready_count(channel, FAILED_QUEUE) == 3
        consumer.close()
        assert ready_count(channel) == 0


def test_that_more_bad_ones_than_a_round_tries_hold_up_no_good_one(rig: RabbitMQRig) -> None:
    count = 600
    rig.publish(*[b"%s%d" % (kind, n) for n in range(count) for kind in (b"bad", b"good")])
    consumer = rig.consumer(500)
    with foreign(rig.url) as channel:
        channel.queue_declare(FAILED_QUEUE, durable=True, arguments={"x-max-length": 0, "x-overflow": "reject-publish"})
        stored = 0
        while stored < count:
            came = take(consumer, 1) + consumer.fetch(249, 0.0)
            good = [each for each in came if each.message.body.startswith(b"good")]
            stored += consumer.ack(good)
            assert consumer.dead_letter([failure(each) for each in came if each not in good]) == 0
        assert consumer.fetch(1, 0.0) == []
        assert (consumer.held.count, consumer.held.is_full) == (count, False)
        channel.queue_delete(FAILED_QUEUE)
        wait_until(lambda: not consumer.held.count, "put away", lambda: consumer.fetch(1, 0.2))
        assert sorted(message.body for message in rig.failed()) == sorted(b"bad%d" % n for n in range(count))


def test_that_no_right_to_make_the_failed_queue_holds_the_message(rabbitmq_node: PrivateNode, rig: RabbitMQRig) -> None:
    vhost = rig.url.rpartition("/")[2]
    rig.publish(b"bad", b"good")
    rabbitmq_node.ctl("add_user", f"worker-{vhost}", "secret")
    rabbitmq_node.ctl("set_permissions", "-p", vhost, f"worker-{vhost}", "^$", ".*", ".*")
    worker = RabbitMQRig(rabbitmq_node.url_for(vhost, f"worker-{vhost}", "secret"))
    consumer = worker.consumer(prefetch=2)
    bad, good = take(consumer, 2)
    assert consumer.dead_letter([failure(bad)]) == 0
    assert consumer.ack([good]) == 1
    assert f"does not let 'worker-{vhost}' create the queue {FAILED_QUEUE}" in consumer.held.reason
    with foreign(rig.url) as channel:
        channel.queue_declare(FAILED_QUEUE, durable=True)
        wait_until(lambda: not consumer.held.count, "put away", lambda: consumer.fetch(1, 0.2))
        assert ready_count(channel, FAILED_QUEUE) == 1
    worker.close()


def test_that_one_message_over_the_broker_s_limit_is_held_alone(rig: RabbitMQRig, small_messages: PrivateNode) -> None:
    rig.publish(b"bad1", LARGE, b"bad2", b"good")
    limit_message_size(small_messages, MAX_BYTES)
    consumer = rig.consumer()
    *bad, good = take(consumer, 4)
    assert consumer.dead_letter([failure(each) for each in bad]) == 2
    assert consumer.ack([good]) == 1
    assert consumer.held.count == 1
    assert f"message size {len(LARGE)} is larger than configured max size {MAX_BYTES}" in consumer.held.reason
    assert [message.body for message in rig.failed()] == [b"bad1", b"bad2"]
    limit_message_size(small_messages, 2 * MAX_BYTES)
    wait_until(lambda: not consumer.held.count, "put away", lambda: consumer.fetch(1, 0.2))
    assert [message.body for message in rig.failed()] == [LARGE]


def test_that_a_retry_over_the_limit_is_held_too(rig: RabbitMQRig, small_messages: PrivateNode) -> None:
    rig.publish(LARGE, b"good")
    limit_message_size(small_messages, MAX_BYTES)
    consumer = rig.consumer(prefetch=1)
    (large,) = take(consumer, 1)
    assert consumer.retry([later(large, 1)]) == 0
    assert consumer.ack(take(consumer, 1)) == 1
    assert "larger than" in consumer.held.reason
    limit_message_size(small_messages, 2 * MAX_BYTES)
    (again,) = take(consumer, 1)
    assert (again.message.body, again.attempts) == (LARGE, 1)
    assert consumer.held.count == 0


def test_that_a_retry_that_its_queue_refuses_comes_back_all_the_same(rig: RabbitMQRig) -> None:
    rig.publish(b"a", b"b")
    consumer = rig.consumer(prefetch=1)
    arguments = {
        "x-message-ttl": 1000,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": JOBS_QUEUE,
        "x-max-length": 0,
        "x-overflow": "reject-publish",
    }
    with foreign(rig.url) as channel:
        for name in (retry_queue(1), own_retry_queue(1)):
            channel.queue_declare(name, durable=True, arguments=arguments)
        assert consumer.retry([later(take(consumer, 1)[0], 1)]) == 0
        assert bodies(other := take(consumer, 1)) == [b"b"]
        assert "full" in consumer.held.reason
        assert consumer.ack(other) == 1
        channel.queue_delete(retry_queue(1))
        (again,) = take(consumer, 1)
        assert (again.message.body, again.attempts) == (b"a", 1)


def test_that_only_so_many_are_held(rig: RabbitMQRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_module, "MAX_HELD", 4)
    rig.publish(*[b"%d" % n for n in range(20)])
    consumer = rig.consumer(prefetch=2)
    with foreign(rig.url) as channel:
        channel.queue_declare(FAILED_QUEUE, durable=True, arguments={"x-max-length": 0, "x-overflow": "reject-publish"})
        while deliveries := consumer.fetch(10, 0.5):
            assert consumer.dead_letter([failure(each) for each in deliveries]) == 0
        assert 4 <= consumer.held.count <= 6
        assert consumer.held.is_full
        assert ready_count(channel) == 20 - consumer.held.count
        channel.queue_delete(FAILED_QUEUE)
        done = consumer.held.count

        def go_on() -> None:
            nonlocal done
            done += consumer.dead_letter([failure(each) for each in consumer.fetch(10, 0.2)])

        wait_until(lambda: done == 20, "all put away", go_on)
        assert not consumer.held.is_full


@pytest.mark.expects_warnings
def test_that_a_worker_stores_all_that_is_good_by_one_connection(rig: RabbitMQRig) -> None:
    bad = [Message(b"{%d" % n, message_id=f"bad-{n}") for n in range(3)]
    rig.publisher().publish([*bad, *map(good, range(20))])
    store, events = FakeStore(), EventLog()
    consumer = rig.broker.consumer("west", 4)
    loop = WorkerLoop(
        consumer,
        store,
        rig.broker.event_publisher(),
        name="west",
        on_event=events,
        options=LoopOptions(prefetch=4, drain_idle_s=0.2, now_ms=lambda: AT_MS),
    )
    with foreign(rig.url) as channel:
        channel.queue_declare(FAILED_QUEUE, durable=True, arguments={"x-max-length": 0, "x-overflow": "reject-publish"})
        loop.controls.drain()
        loop.run()
        assert len(store.stored) == 20
        assert consumer.connection_epoch == 1
        (told,) = events.of(ProblemRaised)
        assert "full" in told.text
        wait_until(lambda: ready_count(channel) == 3, "the held ones are back", lambda: rig.inspector().depth())


def test_that_one_over_the_limit_does_not_keep_the_failed_list_from_being_worked_on(
    rig: RabbitMQRig, small_messages: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sieve, "HELD", 2)
    consumer = rig.consumer()
    rig.publish(b"1", LARGE, b"2", b"wanted", b"3")
    assert consumer.dead_letter([failure(each) for each in take(consumer, 5)]) == 5
    limit_message_size(small_messages, MAX_BYTES)
    seen: list[bytes] = []

    def judge(messages: Sequence[Message]) -> list[bool]:
        seen.extend(message.body for message in messages)
        return [message.body == b"wanted" for message in messages]

    sifted = rig.inspector().scan_failed(judge)
    assert (sifted.scanned, sifted.taken) == (5, 1)
    assert seen == [b"1", LARGE, b"2", b"wanted", b"3"]
    assert sorted(message.body for message in rig.failed()) == [b"1", b"2", b"3", LARGE]
