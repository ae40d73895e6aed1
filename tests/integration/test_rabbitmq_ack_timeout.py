"""Work that takes longer than the broker waits for its acknowledgement is a failed try, and ends in the failed list."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest

from core.broker.ports import FailedDelivery
from core.broker.rabbitmq import RabbitMQBroker
from core.broker.topology import FAILED_QUEUE
from core.config.settings import WorkSpan
from core.errors import AckTimeoutError
from core.events import BatchProcessed
from tests.support.broker_rigs import RabbitMQRig, take
from tests.support.fakes import EventLog, FakeStore
from tests.support.loop_rig import good
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign, ready_count, wait_until
from tests.support.worker_loops import worker_loop
from worker.consumer import batch as batch_module
from worker.consumer.options import LoopOptions
from worker.consumer.retry_policy import DeadLetter, RetryLater, decide_retry
from worker.consumer.simulated_work import Simulation
from worker.runtime.clock import now_ms

pytestmark = pytest.mark.rabbitmq

TIMEOUT_MS = 1_000


@pytest.fixture(autouse=True)
def little_patience(rabbitmq_node: PrivateNode) -> Iterator[None]:
    change = (
        "application:set_env(rabbit, consumer_timeout, %d), application:set_env(rabbit, channel_tick_interval, %d)."
    )
    rabbitmq_node.ctl("eval", change % (TIMEOUT_MS, 200))
    yield
    rabbitmq_node.ctl("eval", change % (1_800_000, 60_000))


def test_that_a_late_acknowledgement_is_told_with_its_time(rig: RabbitMQRig) -> None:
    rig.publish(b"a")
    consumer = rig.consumer()
    take(consumer, 1)
    with pytest.raises(AckTimeoutError, match=r"not acknowledged within 1 s \(consumer_timeout\)") as caught:
        wait_until(lambda: False, "it is told", lambda: consumer.fetch(0, 0.5))
    assert caught.value.timeout_s == TIMEOUT_MS / 1000


def test_that_it_counts_as_a_try_and_ends_in_failed_for_that_reason(
    rig: RabbitMQRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge_soon(error: BaseException, attempts: int) -> RetryLater | DeadLetter:
        return decide_retry(error, attempts, (1, 1))

    monkeypatch.setattr(batch_module, "decide_retry", judge_soon)
    rig.publisher().publish([good(1)])
    store, events = FakeStore(), EventLog()
    loop = worker_loop(rig, store, events, LoopOptions(simulation=Simulation(WorkSpan(60, 60))))
    thread = Thread(target=loop.run)
    thread.start()
    try:
        with foreign(rig.url) as channel:
            channel.queue_declare(FAILED_QUEUE, durable=True)
            wait_until(
                lambda: ready_count(channel, FAILED_QUEUE) == 1, "given up", lambda: channel.connection.sleep(0.1)
            )
    finally:
        loop.controls.stop_now()
        thread.join(60)
    assert store.stored == {}
    assert store.marked == {}
    (record,) = store.failures.values()
    assert record.reason.startswith("It took longer than RabbitMQ waits for an acknowledgement, 3 times")
    assert (record.failure_code.error_type, record.attempts) == ("AckTimeout", 3)
    assert events.of(BatchProcessed)


def test_that_what_is_held_does_not_blame_the_work_beside_it(rig: RabbitMQRig) -> None:
    """One that cannot be put away is unacknowledged for long; it comes again, and so does what it was held beside."""
    rig.publish(b"bad")
    broker = RabbitMQBroker(rig.url)
    consumer = broker.consumer("w", 10)
    with foreign(rig.url) as channel:
        channel.queue_declare(FAILED_QUEUE, durable=True, arguments={"x-max-length": 0, "x-overflow": "reject-publish"})
        consumer.open()
        (bad,) = take(consumer, 1)
        assert consumer.dead_letter([FailedDelivery(bad, "No.", "invalid", "w", now_ms())]) == 0
        with pytest.raises(AckTimeoutError):
            wait_until(lambda: False, "it is told", lambda: consumer.fetch(1, 0.5))
        consumer.open()
        assert take(consumer, 1)[0].redelivered
        consumer.close()
