"""What RabbitMQ refuses is said by its own reason; what may pass by itself is waited for."""

from __future__ import annotations

import pytest

from core.broker.ports import FailedDelivery
from core.broker.rabbitmq import probe
from core.broker.topology import EVENTS_EXCHANGE, JOBS_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError, QueueInUseError
from core.events import WorkerState
from tests.support.broker_rigs import RabbitMQRig, take
from tests.support.fakes import EventLog, FakeStore
from tests.support.loop_rig import good
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign, wait_until
from tests.support.retries import later
from tests.support.worker_loops import worker_loop
from worker.consumer.options import LoopOptions

pytestmark = pytest.mark.rabbitmq


def test_that_another_program_s_exclusive_consumer_is_said_and_waited_for(rig: RabbitMQRig) -> None:
    rig.publisher().publish([good(1)])
    events, store = EventLog(), FakeStore()
    loop = worker_loop(rig, store, events, LoopOptions(drain_idle_s=0.2))
    with foreign(rig.url) as channel:
        channel.basic_consume(JOBS_QUEUE, lambda *_: None, exclusive=True)
        with pytest.raises(QueueInUseError, match="Another program consumes workout_jobs exclusively"):
            rig.consumer()
        wait, waits = loop.controls.wait, []

        def let_go(wait_s: float) -> None:
            waits.append(wait_s)
            if len(waits) == 2:
                channel.connection.close()
            wait(wait_s)

        loop.controls.wait = let_go  # type: ignore[method-assign]  # it is on hold then
        loop.controls.drain()
        loop.run()
    assert len(store.stored) == 1
    problems = {state.problem for state in events.events if getattr(state, "state", None) is WorkerState.ON_HOLD}  # type: ignore[union-attr]
    assert problems == {f"Another program consumes workout_jobs exclusively on RabbitMQ at {rig.broker.location}."}


@pytest.mark.parametrize("exclusive", [True, False])
def test_that_a_stream_or_a_queue_of_one_connection_is_no_workout_jobs(rig: RabbitMQRig, exclusive: bool) -> None:
    with foreign(rig.url) as channel:
        if exclusive:
            channel.queue_declare(JOBS_QUEUE, exclusive=True)
        else:
            channel.queue_declare(JOBS_QUEUE, durable=True, arguments={"x-queue-type": "stream", "x-max-age": "1D"})
        for part in (rig.broker.consumer("w", 1), rig.broker.publisher()):
            if exclusive:
                with pytest.raises(QueueInUseError, match="RESOURCE_LOCKED"):
                    part.open()
            else:
                with pytest.raises(BrokerRefusedError, match=r"workout_jobs on RabbitMQ at .* is a stream"):
                    part.open()


def test_that_a_stream_is_known_by_its_deliveries_where_it_cannot_be_asked(
    rabbitmq_node: PrivateNode, rig: RabbitMQRig
) -> None:
    vhost = rig.url.rpartition("/")[2]
    with foreign(rig.url) as channel:
        channel.queue_declare(JOBS_QUEUE, durable=True, arguments={"x-queue-type": "stream"})
        rabbitmq_node.ctl("add_user", f"user-{vhost}", "secret")
        rabbitmq_node.ctl("set_permissions", "-p", vhost, f"user-{vhost}", "^$", ".*", ".*")
        worker = RabbitMQRig(rabbitmq_node.url_for(vhost, f"user-{vhost}", "secret"))
        consumer = worker.consumer()
        channel.basic_publish("", JOBS_QUEUE, b"1")
        with pytest.raises(BrokerRefusedError, match="is a stream"):
            wait_until(lambda: False, "it is found out", lambda: consumer.fetch(1, 1.0))
        worker.close()


def test_that_limits_are_told_in_the_broker_s_words(rabbitmq_node: PrivateNode, rig: RabbitMQRig) -> None:
    vhost = rig.url.rpartition("/")[2]
    rabbitmq_node.ctl("set_vhost_limits", "-p", vhost, '{"max-connections": 0}')
    with pytest.raises(BrokerUnavailableError, match=r"connection limit \(0\) is reached"):
        probe(rig.url, 5.0)
    rabbitmq_node.ctl("clear_vhost_limits", "-p", vhost)
    rabbitmq_node.ctl("add_user", f"limit-{vhost}", "secret")
    rabbitmq_node.ctl("set_permissions", "-p", vhost, f"limit-{vhost}", ".*", ".*", ".*")
    rabbitmq_node.ctl("set_user_limits", f"limit-{vhost}", '{"max-connections": 0}')
    with pytest.raises(BrokerUnavailableError, match=r"user connection limit \(0\) is reached"):
        probe(rabbitmq_node.url_for(vhost, f"limit-{vhost}", "secret"), 5.0)
    rabbitmq_node.ctl("set_user_limits", f"limit-{vhost}", '{"max-connections": 9, "max-channels": 1}')
    limited = RabbitMQRig(rabbitmq_node.url_for(vhost, f"limit-{vhost}", "secret"))
    # The broker counts the channels of a user a moment after they were opened.
    with pytest.raises(BrokerUnavailableError, match=r"maximum allowed user limit of \(1\)"):
        wait_until(lambda: False, "a channel too many is refused", limited.consumer)
    limited.close()
    with pytest.raises(BrokerRefusedError, match="has no virtual host 'limit-not-there'"):
        probe(rabbitmq_node.url_for("limit-not-there"), 5.0)
    with pytest.raises(BrokerRefusedError, match=r"does not let 'limit-.*' use the virtual host '/'"):
        probe(rabbitmq_node.url_for("/", f"limit-{vhost}", "secret"), 5.0)


def test_that_too_few_channels_are_said(rabbitmq_node: PrivateNode, rig: RabbitMQRig) -> None:
    rabbitmq_node.ctl("eval", "application:set_env(rabbit, channel_max, 1).")
    try:
        for part in (rig.broker.consumer("w", 1), rig.broker.publisher(), rig.broker.inspector()):
            with pytest.raises(BrokerRefusedError, match=r"allows 1 channel a connection .* needs 2"):
                part.open()
        rabbitmq_node.ctl("eval", "application:set_env(rabbit, channel_max, 2).")
        rig.publish(b"a", b"b")
        consumer = rig.consumer()
        one, other = take(consumer, 2)
        for _ in range(3):
            assert consumer.retry([later(one, 1)]) == 1
            (one,) = take(consumer, 1)
        assert consumer.dead_letter([FailedDelivery(one, "No.", "invalid", "w", 0)]) == 1
        assert consumer.ack([other]) == 1
        inspector = rig.inspector()
        assert inspector.scan_failed(lambda messages: [False for _ in messages]).scanned == 1
        assert inspector.depth().failed == 1
    finally:
        rabbitmq_node.ctl("eval", "application:set_env(rabbit, channel_max, 2047).")


@pytest.mark.parametrize("kind", ["topic", "direct", "headers"])
def test_that_an_exchange_of_another_type_passes_events_on(rig: RabbitMQRig, kind: str) -> None:
    with foreign(rig.url) as channel:
        channel.exchange_declare(EVENTS_EXCHANGE, kind, durable=True)
        subscriber, event_publisher = rig.event_subscriber(), rig.event_publisher()
        event_publisher.announce(b"news")
        assert subscriber.poll(5.0) == [b"news"]


def test_that_an_exchange_that_takes_nothing_is_said_and_not_tried_again_at_once(rig: RabbitMQRig) -> None:
    with foreign(rig.url) as channel:
        channel.exchange_declare(EVENTS_EXCHANGE, "fanout", durable=True, internal=True)
    event_publisher = rig.event_publisher()

    def announce() -> None:
        event_publisher.announce(b"news")

    with pytest.raises(BrokerRefusedError, match="does not let 'guest' use the exchange workout_events"):
        wait_until(lambda: False, "it is noticed", announce)
    with pytest.raises(BrokerUnavailableError, match="not open"):
        event_publisher.announce(b"news")
