"""kill -9 of RabbitMQ under confirmed load: nothing is lost, and everybody is back soon, once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Condition, Event, Thread
from time import monotonic

import pytest

from core.events import Accepted, BatchProcessed, Confirmed, ConnectionChanged, ConnectionState
from core.events import Event as Told
from tests.faults.queues import new_queue
from tests.support.broker_rigs import until
from tests.support.figures import Report
from tests.support.invariants import assert_accounted, queue_depth, read_counts, wait_until_empty
from tests.support.rabbitmq_node import PrivateNode
from tests.support.whole_pipeline import WholePipeline
from tests.support.workouts import workouts
from worker.host.pipeline import PipelineOptions

WORKERS = 2
ATHLETES = 40
BURST, BETWEEN, TICK_S = 1_000, 5, 0.05
CONFIRMED_BEFORE = 200  # of a burst, when the broker is killed
BACK_WITHIN_S = 15.0  # of the opening of the port, on a machine of its own
ALONE_KILLS = 10  # the long form runs alone
BOUND_S = 120.0

pytestmark = [pytest.mark.rabbitmq, pytest.mark.expects_warnings]
long_marks = [pytest.mark.slow, pytest.mark.timeout(1_800)]


class Watch:
    """What the pipeline told."""

    def __init__(self) -> None:
        self._changed = Condition()
        self.accepted: set[str] = set()
        self.confirmed: set[str] = set()
        self.processed = 0
        self.link: tuple[ConnectionState, float] = (ConnectionState.CONNECTING, 0.0)

    def __call__(self, event: Told) -> None:
        with self._changed:
            if isinstance(event, Accepted):
                self.accepted.add(event.workout_id)
            elif isinstance(event, Confirmed):
                self.confirmed.update(event.workout_ids)
            elif isinstance(event, BatchProcessed):
                self.processed += len(event.outcomes)
            elif isinstance(event, ConnectionChanged) and event.state is not self.link[0]:
                self.link = event.state, monotonic()
            self._changed.notify_all()

    def has_confirmed(self, count: int) -> bool:
        return len(self.confirmed) >= count

    def has_processed(self, count: int) -> bool:
        return self.processed >= count

    @property
    def is_online(self) -> bool:
        return self.link[0] is ConnectionState.ONLINE


class Load:
    """Submits a little all the time, and much on request."""

    def __init__(self, pipeline: WholePipeline) -> None:
        self._pipeline = pipeline
        self._workouts = workouts(10_000_000, ATHLETES)
        self._burst, self._stop = Event(), Event()
        self._thread = Thread(target=self._run, name="test-load")

    def burst(self) -> None:
        self._burst.set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(TICK_S):
            count = BURST if self._burst.is_set() else BETWEEN
            self._burst.clear()
            assert self._pipeline.submit([next(self._workouts) for _ in range(count)])


@contextmanager
def under_load(url: str, folder: Path, watch: Watch) -> Iterator[Load]:
    options = PipelineOptions(
        broker_url=url, database_url=f"sqlite:///{folder / 'results.db'}", outbox_file=folder / "outbox.db", workers=2
    )
    pipeline = WholePipeline(options, on_event=watch)
    load = Load(pipeline)
    pipeline.start()
    try:
        load.start()
        try:
            yield load
        finally:
            load.stop()
    finally:
        assert pipeline.stop()


class Doorkeeper:
    """Notes when a port is open again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.opened_at_s = 0.0
        self._stop = Event()
        self._thread = Thread(target=self._run, name="test-doorkeeper")

    def __enter__(self) -> Doorkeeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.01):
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1.0).close()
            except OSError:
                continue
            self.opened_at_s = monotonic()
            return


def kill_and_restart(node: PrivateNode) -> float:
    """When its port was open again, on the monotonic clock."""
    node.kill()
    try:
        with Doorkeeper(node.port) as doorkeeper:
            node.restart()
            until(lambda: doorkeeper.opened_at_s > 0)
        return doorkeeper.opened_at_s
    except BaseException:
        node.restart()
        raise


@pytest.mark.parametrize(
    ("queue", "kills"),
    [
        ("classic", 1),
        pytest.param("classic", 10, marks=long_marks),
        pytest.param("quorum", 10, marks=long_marks),
    ],
)
def test_that_a_broker_killed_under_load_costs_nothing(
    request: pytest.FixtureRequest,
    rabbitmq_node: PrivateNode,
    tmp_path: Path,
    report: Report,
    queue: str,
    kills: int,
) -> None:
    url, results, watch = new_queue(queue, request, tmp_path), tmp_path / "results.db", Watch()
    slowest_link_s = slowest_all_s = 0.0
    began_s = monotonic()
    with under_load(url, tmp_path, watch) as load:
        until(lambda: watch.is_online and watch.processed > 0, BOUND_S)
        rabbitmq_node.settle()
        for _ in range(kills):
            confirmed = len(watch.confirmed)
            load.burst()
            until(partial(watch.has_confirmed, confirmed + CONFIRMED_BEFORE), BOUND_S)
            opened_at_s = kill_and_restart(rabbitmq_node)
            until(lambda: watch.is_online, BOUND_S)
            slowest_link_s = max(slowest_link_s, watch.link[1] - opened_at_s)
            until(lambda: queue_depth(url).consumers == WORKERS, BOUND_S)
            slowest_all_s = max(slowest_all_s, monotonic() - opened_at_s)
            processed = watch.processed
            until(partial(watch.has_processed, processed + 1), BOUND_S)
            # One a worker; none for a moment, when a worker changes how much it holds.
            until(lambda: queue_depth(url).consumers == WORKERS, BOUND_S)
        load.stop()
        until(lambda: read_counts(results) == (len(watch.accepted), 0), BOUND_S)
        wait_until_empty(url, BOUND_S)
        until(lambda: queue_depth(url).consumers == WORKERS, BOUND_S)
        # What had an unknown outcome is stored, and may be on its way once more.
        until(lambda: watch.confirmed == watch.accepted, BOUND_S)
    account = assert_accounted(results, watch.accepted)
    if kills >= ALONE_KILLS:
        assert slowest_all_s < BACK_WITHIN_S
    report(
        kills=kills,
        accepted=len(watch.accepted),
        stored=sum(account.stored.values()),
        failed=sum(account.failed.values()),
        duplicates_absorbed=account.duplicates,
        online_after_s=slowest_link_s,
        all_consumers_after_s=slowest_all_s,
        seconds=monotonic() - began_s,
    )
