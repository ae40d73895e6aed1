"""A bad line between the program and RabbitMQ: noticed in time, and nothing is lost or stored twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from core.broker.connect import open_broker
from core.events import BatchProcessed, ConnectionChanged, ConnectionState
from tests.faults.watched_pipeline import WatchedPipeline, running_pipeline
from tests.support.fakes import EventLog
from tests.support.figures import Report
from tests.support.invariants import assert_accounted, wait_until_empty
from tests.support.rabbitmq_node import PrivateNode
from tests.support.tcp_relay import Relay
from tests.support.waiting import let_pass
from tests.support.workouts import messages
from worker.consumer.factory import make_loop
from worker.consumer.options import LoopOptions
from worker.consumer.worker_thread import WorkerThread
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

pytestmark = [pytest.mark.rabbitmq, pytest.mark.expects_warnings]

NOTICED_S = 35.0
slow = pytest.mark.slow


@pytest.fixture
def relay(rabbitmq_node: PrivateNode) -> Iterator[Relay]:
    with Relay(rabbitmq_node.port) as relay:
        yield relay


@pytest.fixture
def line(rabbitmq_node: PrivateNode, relay: Relay, tmp_path: Path) -> Iterator[WatchedPipeline]:
    url = rabbitmq_node.new_vhost().replace(str(rabbitmq_node.port), str(relay.port))
    with running_pipeline(tmp_path / "line", url) as line:
        line.wait_working()
        yield line


@pytest.mark.parametrize("resets", [3, pytest.param(60, marks=slow)])
def test_that_connections_that_are_reset_under_load_cost_nothing(
    line: WatchedPipeline, relay: Relay, report: Report, resets: int
) -> None:
    slowest_s = 0.0
    for number in range(resets):
        line.submit(200)
        let_pass(0.05 * (number % 5))  # so that the cut comes at another moment each time
        cut_at_s = monotonic()
        relay.cut(reset=number % 2 == 0)
        line.wait_not_online(cut_at_s, NOTICED_S)
        slowest_s = max(slowest_s, monotonic() - cut_at_s)
        line.wait_online()
    line.wait_settled()
    account = line.account()
    report(
        resets=resets,
        accepted=len(line.accepted),
        stored=sum(account.stored.values()),
        duplicates_absorbed=account.duplicates,
        noticed_at_the_latest_after_s=slowest_s,
    )


@pytest.mark.parametrize(("latency_s", "count"), [(0.05, 1_000), pytest.param(0.5, 10_000, marks=slow)])
def test_that_a_slow_line_only_takes_longer(
    line: WatchedPipeline, relay: Relay, report: Report, latency_s: float, count: int
) -> None:
    relay.latency_s = latency_s
    began_s = monotonic()
    line.submit(count)
    line.wait_accepted()
    accepted_s = monotonic() - began_s
    line.wait_settled(300.0)
    took_s = monotonic() - began_s
    account = line.account()
    assert line.is_online()
    report(
        latency_ms=round(latency_s * 1000),
        stored=sum(account.stored.values()),
        duplicates_absorbed=account.duplicates,
        accepted_after_s=accepted_s,
        stored_after_s=took_s,
    )


def _nothing_either_way(relay: Relay) -> None:
    relay.stall()


def _nothing_gets_there(relay: Relay) -> None:
    relay.stall(to_client=False)


def _nothing_comes_back(relay: Relay) -> None:
    relay.stall(to_server=False)


def _a_byte_a_second(relay: Relay) -> None:
    relay.bytes_per_s = 1.0


@slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("spoil", [_nothing_either_way, _nothing_gets_there, _nothing_comes_back, _a_byte_a_second])
@pytest.mark.parametrize("busy", [True, False], ids=["busy", "idle"])
def test_that_a_line_that_swallows_everything_is_noticed_and_nothing_is_lost(
    line: WatchedPipeline, relay: Relay, report: Report, spoil: Callable[[Relay], None], busy: bool
) -> None:
    count = 2_000
    line.submit(count)
    line.wait_accepted()
    if not busy:
        line.wait_settled()
    spoiled_at_s = monotonic()
    spoil(relay)
    said = line.wait_not_online(spoiled_at_s, NOTICED_S)
    noticed_s = monotonic() - spoiled_at_s
    line.submit(10)
    line.wait_accepted()  # while the line is bad
    relay.bytes_per_s = None
    relay.resume()
    line.wait_settled(120.0)
    account = line.account()
    report(
        noticed_after_s=noticed_s,
        said=said.problem,
        stored=sum(account.stored.values()),
        duplicates_absorbed=account.duplicates,
        back_after_s=monotonic() - spoiled_at_s - noticed_s,
    )


@slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(Relay.strand, id="nothing either way"),
        pytest.param(partial(Relay.strand, to_client=False), id="nothing gets there"),
        pytest.param(partial(Relay.strand, to_server=False), id="nothing comes back"),
        pytest.param(_a_byte_a_second, id="a byte a second"),
    ],
)
def test_that_a_worker_alone_whose_connections_a_router_forgot_makes_new_ones(
    rabbitmq_node: PrivateNode, relay: Relay, tmp_path: Path, report: Report, spoil: Callable[[Relay], None]
) -> None:
    """Nobody else looks at the queue here, so heartbeats have to tell. New connections work, sooner or later."""
    url = rabbitmq_node.new_vhost()
    broker = open_broker(url.replace(str(rabbitmq_node.port), str(relay.port)))
    log, results = EventLog(), tmp_path / "results.db"
    link = ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=log)
    worker = WorkerThread(
        "alone",
        lambda on_unresponsive: make_loop(
            broker,
            f"sqlite:///{results}",
            "alone",
            LoopOptions(),
            on_event=log,
            status=link,
            on_unresponsive=on_unresponsive,
        ),
        now_ms=now_ms,
        on_event=log,
        status=link,
    )
    worker.start()
    try:
        log.wait_for(lambda: link.state is ConnectionState.ONLINE)
        spoil(relay)
        stranded_s = monotonic()
        sent = messages(500)
        publisher = open_broker(url).publisher()
        publisher.open()
        publisher.publish(sent)
        publisher.close()
        log.wait_for(lambda: link.state is ConnectionState.OFFLINE, NOTICED_S)
        noticed_s = monotonic() - stranded_s
        relay.bytes_per_s = None
        wanted = {message.message_id for message in sent}
        log.wait_for(
            lambda: wanted <= {one.workout_id for event in log.of(BatchProcessed) for one in event.outcomes}, 60.0
        )
        stored_s = monotonic() - stranded_s
        wait_until_empty(url)
    finally:
        worker.stop()
        assert worker.join(60)
    account = assert_accounted(results, {str(message.message_id) for message in sent})
    report(
        noticed_after_s=noticed_s,
        said=next(event.problem for event in log.of(ConnectionChanged) if event.problem),
        stored=sum(account.stored.values()),
        stored_after_s=stored_s,
        duplicates_absorbed=account.duplicates,
    )
