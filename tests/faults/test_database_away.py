"""The results database is locked, down or silent with batches in hand: nothing is lost, and nothing fails for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import pytest

from core.sqlite.connection import sqlite_module
from tests.faults.queues import publish
from tests.faults.worker_fleet import WorkerFleet, fleet_of
from tests.faults.worker_process import Order
from tests.support.databases import Place
from tests.support.figures import Report
from tests.support.invariants import assert_accounted, assert_balanced, read_counts, read_place, wait_until_empty
from tests.support.postgres_server import PrivateServer
from tests.support.waiting import let_pass
from tests.support.workouts import messages

WORKERS = 2
ATHLETES = 40
NOTICED_S = 60.0
BOUND_S = 200.0

slow, long_time = pytest.mark.slow, pytest.mark.timeout(600)
PostgresFault = Callable[[PrivateServer, float], None]


def wait_in_hand(fleet: WorkerFleet) -> None:
    assert fleet.wait_until(lambda: any(hand.is_busy for hand in fleet.hands), NOTICED_S)


@contextmanager
def locked(results: Path) -> Iterator[None]:
    """By another program, for all who would read or write."""
    with closing(sqlite_module().connect(results, timeout=NOTICED_S, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("count", "outage_s", "lock_wait_s"), [(400, 0.0, 0.5), pytest.param(6_000, 60.0, 5.0, marks=[slow, long_time])]
)
def test_that_a_locked_database_is_waited_for_with_the_batch_in_hand(
    tmp_path: Path, report: Report, count: int, outage_s: float, lock_wait_s: float
) -> None:
    results, url = tmp_path / "results.db", f"sqlite:///{tmp_path / 'queue.db'}"
    row = messages(count, ATHLETES)
    order = Order(url, f"sqlite:///{results}", "hand", lock_wait_s=lock_wait_s)
    began_s = monotonic()
    with fleet_of(order, WORKERS, tmp_path / "hands.log") as fleet:
        publish(url, row)
        wait_in_hand(fleet)
        with locked(results):
            locked_at_s = monotonic()
            assert fleet.wait_until(lambda: all(hand.told["on_hold"] for hand in fleet.hands), NOTICED_S)
            let_pass(outage_s)
            locked_s = monotonic() - locked_at_s
        fleet.tend_until(lambda: read_counts(results) == (count, 0), BOUND_S)
        wait_until_empty(url, BOUND_S)
        assert fleet.crash_count == 0
    account = assert_accounted(results, [message.message_id or "" for message in row])
    report(
        accepted=count,
        stored=sum(account.stored.values()),
        failed=sum(account.failed.values()),
        duplicates_absorbed=account.duplicates,
        locked_s=locked_s,
        seconds=monotonic() - began_s,
    )


def _shut_down(server: PrivateServer, outage_s: float) -> None:
    server.shut_down()
    let_pass(outage_s)
    server.restart()


def _kill(server: PrivateServer, outage_s: float) -> None:
    server.kill()
    let_pass(outage_s)
    server.restart()


def _freeze(server: PrivateServer, outage_s: float) -> None:
    server.freeze()
    let_pass(outage_s)
    server.thaw()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("fault", "count", "outage_s"),
    [
        pytest.param(_shut_down, 400, 0.0, id="shut down"),
        pytest.param(_shut_down, 6_000, 60.0, id="shut down a minute", marks=[slow, long_time]),
        pytest.param(_kill, 6_000, 60.0, id="killed a minute", marks=[slow, long_time]),
        pytest.param(_freeze, 6_000, 60.0, id="silent a minute", marks=[slow, long_time]),
    ],
)
def test_that_a_postgres_that_goes_away_is_waited_for(
    postgres_server: PrivateServer, tmp_path: Path, report: Report, fault: PostgresFault, count: int, outage_s: float
) -> None:
    place, url = Place(postgres_server.new_database()), f"sqlite:///{tmp_path / 'queue.db'}"
    row = messages(count, ATHLETES)
    began_s = monotonic()
    with fleet_of(Order(url, place.url, "hand"), WORKERS, tmp_path / "hands.log") as fleet:
        publish(url, row)
        wait_in_hand(fleet)
        try:
            fault(postgres_server, outage_s)
        except BaseException:
            postgres_server.thaw()
            raise
        fleet.tend_until(lambda: place.rows("SELECT count(*) FROM workouts") == [(count,)], BOUND_S)
        wait_until_empty(url, BOUND_S)
        deaths = fleet.crash_count
    account = assert_balanced(read_place(place), [message.message_id or "" for message in row])
    report(
        accepted=count,
        stored=sum(account.stored.values()),
        failed=sum(account.failed.values()),
        duplicates_absorbed=account.duplicates,
        outage_s=outage_s,
        workers_replaced=deaths,
        seconds=monotonic() - began_s,
    )
