"""A cluster of three private nodes: one is killed under load, nothing is lost, and everybody moves over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.broker.ports import Message
from core.broker.rabbitmq import RabbitMQBroker
from core.errors import BrokerUnavailableError
from core.events import Accepted, BatchProcessed, OutboxSampled, OutcomeKind, WorkerHeartbeat, WorkerState
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from tests.support.broker_rigs import until
from tests.support.fakes import EventLog
from tests.support.invariants import assert_accounted
from tests.support.rabbitmq_node import PrivateNode, free_port, start_private_node
from tests.support.whole_pipeline import WholePipeline
from tests.support.workouts import workouts
from worker.host.pipeline import PipelineOptions
from worker.runtime.clock import now_ms

pytestmark = [pytest.mark.rabbitmq, pytest.mark.timeout(300)]

MOVE_BOUND_S = 60.0
OUT_OF_REACH = "could not use the queue workout_jobs: .* is down or inaccessible"


@contextmanager
def running_cluster(size: int) -> Iterator[list[PrivateNode]]:
    nodes: list[PrivateNode] = []
    try:
        nodes.append(start_private_node())
        for _ in range(1, size):
            nodes.append(start_private_node(beside=nodes[0]))
        yield nodes
    finally:
        for node in reversed(nodes):
            node.stop()


@pytest.fixture(scope="module")
def cluster() -> Iterator[list[PrivateNode]]:
    with running_cluster(3) as nodes:
        yield nodes


def url_of(nodes: list[PrivateNode], vhost: str = "%2F") -> str:
    hosts = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
    return f"amqp://guest:guest@{hosts}/{vhost}?queue_type=quorum"


def test_that_a_host_that_is_down_is_passed_over(cluster: list[PrivateNode]) -> None:
    url = f"amqp://guest:guest@127.0.0.1:{free_port()},127.0.0.1:{cluster[1].port}/%2F"
    for _ in range(4):
        inspector = open_broker(url).inspector()
        inspector.open()
        assert inspector.depth().ready == 0
        inspector.close()


def test_that_a_classic_queue_whose_node_is_down_is_neither_empty_nor_deleted(cluster: list[PrivateNode]) -> None:
    home, other = cluster[2], cluster[1]
    publisher = open_broker(home.url_for("test0")).publisher()  # the node that makes a classic queue keeps it
    publisher.open()
    publisher.publish([Message(b"one"), Message(b"two")])
    publisher.close()
    for node in cluster:
        node.settle()
    broker = RabbitMQBroker(other.url_for("test0"))
    consumer = broker.consumer("west", 1)
    consumer.open()
    home.kill()
    try:
        with pytest.raises(BrokerUnavailableError, match=r"workout_jobs was deleted .*, or its node is down"):
            until(lambda: len(consumer.fetch(1, 0.5)) > 1, MOVE_BOUND_S)
        inspector = broker.inspector()
        inspector.open()
        with pytest.raises(BrokerUnavailableError, match=OUT_OF_REACH):
            inspector.depth()
        for part in (consumer, broker.publisher()):
            with pytest.raises(BrokerUnavailableError, match=OUT_OF_REACH):
                part.open()
    finally:
        home.restart()
    until(lambda: ready(broker) == 2, MOVE_BOUND_S)


def ready(broker: RabbitMQBroker) -> int | None:
    """None while the broker cannot tell."""
    with closing(broker.inspector()) as inspector, suppress(BrokerUnavailableError):
        inspector.open()
        return inspector.depth().ready
    return None


@pytest.mark.expects_warnings
def test_that_a_node_killed_under_load_costs_nothing(cluster: list[PrivateNode], tmp_path: Path) -> None:
    url, results = url_of(cluster), tmp_path / "results.db"
    watches = [Watch(tmp_path / name, url, results) for name in ("one", "two")]
    everything = list(workouts(2_000, 40))
    ids = [workout.workout_id for workout in everything]
    try:
        for watch in watches:
            watch.whole.start()
        for part in range(20):
            watches[part % 2].submit(everything[part * 100 : (part + 1) * 100])
            if part == 6:
                until(lambda: stored(watches) >= 100, MOVE_BOUND_S)
                cluster[0].kill()  # the first one of the cluster leads its queues
        until(lambda: stored(watches) >= len(ids), MOVE_BOUND_S)
        until(lambda: all(watch.kept == 0 and watch.is_running for watch in watches), MOVE_BOUND_S)
        # Both workers consume again, each once.
        until(lambda: active_consumers(cluster[1]) == len(watches), MOVE_BOUND_S)
    finally:
        ended = [watch.whole.stop() for watch in watches]
        cluster[0].restart()
    assert all(ended)
    assert len(assert_accounted(results, ids).stored) == len(ids)


@pytest.mark.expects_warnings
def test_that_whoever_ends_does_not_wait_for_a_queue_without_a_leader(tmp_path: Path) -> None:
    results, everything = tmp_path / "results.db", list(workouts(100, 5))
    with running_cluster(2) as (first, second):
        url = url_of([first])
        watch = Watch(tmp_path / "one", url, results)
        watch.whole.start()
        try:
            until(lambda: watch.is_running, MOVE_BOUND_S)
            for node in (first, second):
                node.settle()
            second.kill()  # one of two is no majority
            watch.submit(everything)
            until(lambda: len(watch.events.of(Accepted)) == len(everything))
            assert watch.whole.stop()  # that all ended in time is what it says
        finally:
            watch.whole.stop()
        outbox_file = tmp_path / "one" / "outbox.db"
        with closing(Outbox(outbox_file, now_ms=now_ms)) as outbox:
            outbox.open()
            assert outbox.counts().pending == len(everything)
        second.restart()
        later = Watch(tmp_path / "two", url, results, outbox_file=outbox_file)
        later.whole.start()
        try:
            until(lambda: stored([later]) == len(everything), MOVE_BOUND_S)
        finally:
            assert later.whole.stop()
    assert_accounted(results, [workout.workout_id for workout in everything])


def active_consumers(node: PrivateNode) -> int:
    """A quorum queue goes on listing those of the dead node, as inactive, until it is back."""
    listed = node.ctl("list_consumers", "queue_name", "active")
    return sum(line.split() == ["workout_jobs", "true"] for line in listed.splitlines())


class Watch:
    """A pipeline with its own outbox, over the one results database."""

    def __init__(self, folder: Path, url: str, results: Path, *, outbox_file: Path | None = None) -> None:
        folder.mkdir()
        self.events = EventLog()
        outbox_file = outbox_file or folder / "outbox.db"
        options = PipelineOptions(url, f"sqlite:///{results}", outbox_file, prefetch=50)
        self.whole = WholePipeline(options, on_event=self.events)
        self.pipeline = self.whole.pipeline

    def submit(self, batch: Sequence[Workout]) -> None:
        until(lambda: self.whole.submit(batch))

    @property
    def kept(self) -> int:
        samples = self.events.of(OutboxSampled)
        return samples[-1].pending if samples else 0

    @property
    def is_running(self) -> bool:
        states = self.events.of(WorkerHeartbeat)
        return bool(states) and states[-1].state is WorkerState.RUNNING


def stored(watches: Sequence[Watch]) -> int:
    """By their own workers; each workout once, though it may have been told of twice."""
    return len(
        {
            outcome.workout_id
            for watch in watches
            for event in watch.events.of(BatchProcessed)
            if event.worker in watch.pipeline.worker_names
            for outcome in event.outcomes
            if outcome.kind is OutcomeKind.STORED
        }
    )
