"""Everything comes several times, in any order and to any worker: it is stored once. And a stale ack is not sent."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from core.broker.connect import open_broker
from core.broker.ports import Consumer, Delivery, Message
from core.errors import BrokerUnavailableError
from tests.faults.queues import publish
from tests.faults.worker_fleet import fleet_of
from tests.faults.worker_process import Order
from tests.support.broker_rigs import until
from tests.support.figures import Report
from tests.support.invariants import assert_accounted, queue_depth, read_account, read_counts, wait_until_empty
from tests.support.rabbitmq_node import PrivateNode
from tests.support.tcp_relay import Relay
from tests.support.workouts import messages

COPIES = 5
ATHLETES = 40
BOUND_S = 300.0
FETCH_BOUND_S = 10.0
HELD = 3

slow = pytest.mark.slow


@pytest.mark.parametrize(
    ("duplicates", "workers"), [(500, 2), pytest.param(10_000, 4, marks=[slow, pytest.mark.timeout(600)])]
)
def test_that_shuffled_duplicates_are_absorbed_by_any_number_of_workers(
    queue_url: str, tmp_path: Path, report: Report, duplicates: int, workers: int
) -> None:
    results = tmp_path / "results.db"
    fresh = messages(duplicates // (COPIES - 1), ATHLETES)
    row = fresh * COPIES
    random.Random(duplicates).shuffle(row)
    began_s = monotonic()
    with fleet_of(Order(queue_url, f"sqlite:///{results}", "hand"), workers, tmp_path / "hands.log") as fleet:
        publish(queue_url, row)
        fleet.tend_until(lambda: read_counts(results) == (len(fresh), 0), BOUND_S)
        wait_until_empty(queue_url, BOUND_S)
        # RabbitMQ does not say what is in a worker's hands, and that goes back when the worker ends.
        until(lambda: read_account(results).duplicates >= duplicates, BOUND_S)
        shares = [hand.told["settled"] for hand in fleet.hands]
    account = assert_accounted(results, [message.message_id or "" for message in fresh])
    assert account.duplicates == duplicates
    assert all(shares)
    report(
        accepted=len(fresh),
        stored=sum(account.stored.values()),
        failed=sum(account.failed.values()),
        duplicates_absorbed=account.duplicates,
        batches_by_worker=shares,
        seconds=monotonic() - began_s,
    )


def fetch(consumer: Consumer, count: int) -> list[Delivery]:
    deliveries: list[Delivery] = []
    until_s = monotonic() + FETCH_BOUND_S
    while len(deliveries) < count:
        assert monotonic() < until_s
        deliveries += consumer.fetch(count - len(deliveries), 1.0)
    return deliveries


def fetch_until_lost(consumer: Consumer) -> None:
    until_s = monotonic() + FETCH_BOUND_S
    try:
        while monotonic() < until_s:
            consumer.fetch(0, 0.2)
    except BrokerUnavailableError:
        return
    pytest.fail("the loss was not noticed")


@pytest.mark.rabbitmq
@pytest.mark.parametrize("times", [20, pytest.param(1_000, marks=[slow, pytest.mark.timeout(900)])])
def test_that_an_ack_of_a_connection_that_was_cut_is_never_sent(
    rabbitmq_node: PrivateNode, report: Report, times: int
) -> None:
    """Delivery tags begin again with each connection: sent, it would settle another message."""
    url = rabbitmq_node.new_vhost()
    publish(url, [Message(b"%d" % number) for number in range(HELD + 1)])
    sent, began_s = 0, monotonic()
    with Relay(rabbitmq_node.port) as relay:
        through = url.replace(f":{rabbitmq_node.port}/", f":{relay.port}/")
        with closing(open_broker(through).consumer("stale", HELD)) as consumer:
            consumer.open()
            stale = fetch(consumer, HELD)
            for _ in range(times):
                relay.cut()
                fetch_until_lost(consumer)
                consumer.open()
                held = fetch(consumer, HELD)  # the same tags as the stale ones
                assert [delivery.tag for delivery in held] == [delivery.tag for delivery in stale]
                sent += consumer.ack(stale)
                consumer.fetch(0, 0.0)
                stale = held
    assert sent == 0
    assert queue_depth(url).ready == HELD + 1
    report(reconnects=times, stale_acks_sent=sent, messages_left=HELD + 1, seconds=monotonic() - began_s)
