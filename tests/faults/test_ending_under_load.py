"""The window is closed, or SIGTERM comes, in the middle of work: exit 0 soon, and no batch stays in a hand."""

from __future__ import annotations

import itertools
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL
from time import monotonic

import pytest

from core.events import Accepted, ConnectionChanged, ConnectionState
from tests.faults.console_process import ConsoleOrder
from tests.faults.console_runs import console_of
from tests.faults.queues import new_queue, publish
from tests.faults.worker_fleet import fleet_of
from tests.faults.worker_process import Order
from tests.support.broker_rigs import until
from tests.support.command_processes import CommandProcess, start_command
from tests.support.fakes import EventLog
from tests.support.figures import Report
from tests.support.invariants import assert_accounted, outbox_counts, queue_depth, read_counts, wait_until_empty
from tests.support.rabbitmq_node import PrivateNode
from tests.support.waiting import let_pass
from tests.support.whole_pipeline import WholePipeline
from tests.support.workouts import messages, workouts
from worker.host.pipeline import PipelineOptions

END_WITHIN_S = 10.0  # on a machine of its own: of these, 9 s are the program's own bound beside a silent broker
NOTICED_S = 30.0  # when a silent broker is taken for lost: whoever ends before that did not wait for it
LONGEST_DELAY_S = 0.5
ATHLETES = 40
PIECE = 120
SLOWLY = ("--simulate-work", "0.02")
BOUND_S = 200.0

long_marks = [pytest.mark.slow, pytest.mark.timeout(1_800)]
ALONE_TIMES = 50  # the long form runs alone; beside other tests the machine decides how fast
QUEUES_AND_TIMES = [
    ("embedded", 2),
    pytest.param("embedded", 50, marks=long_marks),
    pytest.param("classic", 50, marks=[pytest.mark.rabbitmq, *long_marks]),
]


def drain(url: str, results: Path, count: int, log: Path) -> None:
    with fleet_of(Order(url, f"sqlite:///{results}", "drain"), 1, log) as fleet:
        fleet.tend_until(lambda: read_counts(results) == (count, 0), BOUND_S)
        wait_until_empty(url, BOUND_S)


def drain_by_console(url: str, folder: Path, log: Path) -> None:
    """What was accepted earlier is stored."""
    accepted = outbox_counts(folder)[0]
    with console_of(ConsoleOrder(url, str(folder)), log) as console:
        console.wait_online()
        until(lambda: read_counts(folder / "results.db") == (accepted, 0), BOUND_S)
        wait_until_empty(url, BOUND_S)
        console.close_window()
        assert console.end() == 0, log.read_text()


@pytest.mark.parametrize(("queue", "times"), QUEUES_AND_TIMES)
def test_that_a_console_ends_in_order_under_load(
    request: pytest.FixtureRequest, tmp_path: Path, report: Report, queue: str, times: int
) -> None:
    chance, url, log = random.Random(times), new_queue(queue, request, tmp_path), tmp_path / "consoles.log"
    shown: list[str] = []
    slowest_s, began_s = 0.0, monotonic()
    for number in range(times):
        with console_of(ConsoleOrder(url, str(tmp_path), seed=number), log) as console:
            console.wait_accepted(1)
            let_pass(chance.uniform(0, LONGEST_DELAY_S))
            ended_s = monotonic()
            if number % 2:
                console.signal(signal.SIGTERM)
            else:
                console.close_window()
            assert console.end() == 0, log.read_text()
            slowest_s = max(slowest_s, monotonic() - ended_s)
            assert not queue_depth(url).running
            shown += console.accepted
    accepted, kept = outbox_counts(tmp_path)
    drain_by_console(url, tmp_path, log)
    account = assert_accounted(tmp_path / "results.db", shown)
    # All that was accepted has been shown, however close to the end.
    assert len(shown) == accepted
    if times >= ALONE_TIMES:
        assert slowest_s < END_WITHIN_S
    report(
        times=times,
        slowest_end_s=slowest_s,
        accepted=accepted,
        unsent_at_the_last_end=kept,
        stored=sum(account.stored.values()),
        failed=sum(account.failed.values()),
        duplicates_absorbed=account.duplicates,
        seconds=monotonic() - began_s,
    )


@contextmanager
def service(url: str, folder: Path, log: Path, *more: str) -> Iterator[CommandProcess]:
    """`paceline-worker`, connected."""
    with log.open("wb") as errors:
        places = ("--data-dir", str(folder), "--broker", url)
        process = start_command("worker.cli.worker", *places, *more, stdin=DEVNULL, stdout=DEVNULL, stderr=errors)
    try:
        yield process
    finally:
        process.kill()
        process.wait(BOUND_S)


def wait_connected(process: CommandProcess, log: Path) -> None:
    until(lambda: process.poll() is not None or "connected" in log.read_text(), BOUND_S)
    assert process.poll() is None, log.read_text()


@pytest.mark.parametrize(("queue", "times"), QUEUES_AND_TIMES)
def test_that_a_worker_ends_in_order_under_load(
    request: pytest.FixtureRequest, tmp_path: Path, report: Report, queue: str, times: int
) -> None:
    chance, url, log = random.Random(times), new_queue(queue, request, tmp_path), tmp_path / "worker.log"
    results = tmp_path / "results.db"
    row = messages(times * PIECE, ATHLETES)
    slowest_s, began_s, finished = 0.0, monotonic(), 0
    for number in range(times):
        publish(url, row[number * PIECE : (number + 1) * PIECE])
        # Every second one takes its time, so that most of what it holds goes back.
        with service(url, tmp_path, log, *(SLOWLY if number % 2 else ())) as worker:
            wait_connected(worker, log)
            let_pass(chance.uniform(0, LONGEST_DELAY_S))
            ended_s = monotonic()
            worker.terminate()
            assert worker.wait(BOUND_S) == 0, log.read_text()
            slowest_s = max(slowest_s, monotonic() - ended_s)
            depth = queue_depth(url)
            assert not depth.running
            # What it took it either finished or gave back.
            finished = read_counts(results)[0]
            assert finished + depth.ready == (number + 1) * PIECE
    drain(url, results, len(row), tmp_path / "drain.log")
    account = assert_accounted(results, [message.message_id or "" for message in row])
    assert account.duplicates == 0
    if times >= ALONE_TIMES:
        assert slowest_s < END_WITHIN_S
    report(
        times=times,
        slowest_end_s=slowest_s,
        accepted=len(row),
        stored_before_the_drain=finished,
        stored=sum(account.stored.values()),
        failed=sum(account.failed.values()),
        duplicates_absorbed=account.duplicates,
        seconds=monotonic() - began_s,
    )


@contextmanager
def silent(node: PrivateNode, *, is_so: bool = True) -> Iterator[None]:
    """Its connections stay open, and nothing is answered."""
    if is_so:
        node.freeze()
    try:
        yield
    finally:
        node.thaw()


@pytest.mark.rabbitmq
@pytest.mark.expects_warnings
@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize(
    "within_s", [pytest.param(NOTICED_S, id="short"), pytest.param(END_WITHIN_S, id="alone", marks=pytest.mark.slow)]
)
def test_that_nobody_who_ends_waits_for_a_silent_broker(
    rabbitmq_node: PrivateNode, tmp_path: Path, report: Report, connected: bool, within_s: float
) -> None:
    url, log, worker_log = rabbitmq_node.new_vhost(), tmp_path / "consoles.log", tmp_path / "worker.log"
    with (
        silent(rabbitmq_node, is_so=not connected),
        console_of(ConsoleOrder(url, str(tmp_path), seed=1), log) as console,
        service(url, tmp_path, worker_log) as worker,
    ):
        console.wait_accepted(1)
        if connected:
            console.wait_online()
            wait_connected(worker, worker_log)
        else:
            until(lambda: "working" in worker_log.read_text(), BOUND_S)
        with silent(rabbitmq_node):
            began_s = monotonic()
            console.close_window()
            worker.terminate()
            assert console.end() == 0, log.read_text()
            console_s = monotonic() - began_s
            assert worker.wait(BOUND_S) == 0, worker_log.read_text()
            worker_s = monotonic() - began_s
        shown = list(console.accepted)
    assert max(console_s, worker_s) < within_s
    drain_by_console(url, tmp_path, log)
    accepted = outbox_counts(tmp_path)[0]
    account = assert_accounted(tmp_path / "results.db", shown)
    assert len(shown) == accepted == sum(account.stored.values())
    report(console_end_s=console_s, worker_end_s=worker_s, accepted=accepted, stored=sum(account.stored.values()))


@pytest.mark.rabbitmq
@pytest.mark.expects_warnings
def test_that_every_thread_ends_though_the_broker_is_silent(
    rabbitmq_node: PrivateNode, tmp_path: Path, report: Report
) -> None:
    url, told = rabbitmq_node.new_vhost(), EventLog()
    options = PipelineOptions(url, f"sqlite:///{tmp_path / 'results.db'}", tmp_path / "outbox.db", workers=2)
    pipeline = WholePipeline(options, on_event=told)
    pipeline.start()
    try:
        told.wait_for(lambda: any(each.state is ConnectionState.ONLINE for each in told.of(ConnectionChanged)))
        with silent(rabbitmq_node):
            assert pipeline.submit(list(itertools.islice(workouts(500, ATHLETES), 500)))  # on their way, unconfirmed
            told.wait_for(lambda: len(told.of(Accepted)) == 500)
            began_s = monotonic()
            assert pipeline.stop()
            report(end_s=monotonic() - began_s)
    finally:
        pipeline.stop()
