"""The clock on the wall is set, by an hour or by ten years, while leases and retries are running."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Lock

import pytest

from core.broker.ports import Message
from core.codec.workout_codec import DecodedMessage, decode
from core.sqlite.connection import connect
from core.store.failure_actions import FailureActions
from core.store.reader import ResultsReader
from tests.faults.short_pipeline import ShortPipeline, hurry, running_short_pipeline
from tests.support.figures import Report
from tests.support.invariants import wait_until_empty
from tests.support.workouts import messages
from worker.failed.failed_service import FailedMessageService

pytestmark = pytest.mark.expects_warnings

HOUR_S = 3_600.0
TEN_YEARS_S = 315_569_520.0
STEPS_S = (HOUR_S, -2 * HOUR_S, HOUR_S + TEN_YEARS_S, -TEN_YEARS_S)
LEASE_S = 0.5
BOUND_S = 30.0  # far above what leases and retries take, far below the smallest step


class SetClock:
    """Milliseconds since the epoch, as a clock says that is set by so much. From any thread."""

    def __init__(self) -> None:
        self.set_by_s = 0.0

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + round(self.set_by_s * 1000)


class StumblingReader:
    """Every third workout fails on its first try, so that it goes through a retry."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: set[str] = set()
        self.stumbles = 0

    def __call__(self, message: Message, *, now_ms: int) -> DecodedMessage:
        key = message.message_id or ""
        with self._lock:
            is_first = key not in self._seen
            self._seen.add(key)
            if is_first and len(self._seen) % 3 == 0:
                self.stumbles += 1
                raise RuntimeError("as tests want it")
        return decode(message, now_ms=now_ms)


def _silent_worker(line: ShortPipeline, count: int, seed: int) -> tuple[set[str], Callable[[], None]]:
    """Takes `count` messages and says no more; what ends it."""
    held = messages(count, seed=seed)
    publisher, consumer = line.broker.publisher(), line.broker.consumer("silent", count)
    consumer.open()
    publisher.open()
    publisher.publish(held)
    consumer.fetch(count, 1.0)
    publisher.close()
    return {str(message.message_id) for message in held}, consumer.close


def _retry_failed(line: ShortPipeline, clock: SetClock) -> int:
    """Send all of the failed list again, as a person does; how many."""
    url = f"sqlite:///{line.results}"
    with closing(connect(line.results, read_only=True)) as connection:
        keys = [row[0] for row in connection.execute("SELECT key FROM failures WHERE state = 'open'")]
    marks = FailureActions(url, by="somebody", now_ms=clock)
    with closing(FailedMessageService(line.broker, ResultsReader(url, now_ms=clock), marks, now_ms=clock)) as desk:
        desk.open()
        acted = desk.retry(keys)
    assert acted.problem == ""
    return acted.done


@pytest.mark.timeout(900)
@pytest.mark.parametrize("rounds", [1, pytest.param(40, marks=pytest.mark.slow)])
def test_that_setting_the_clock_during_leases_and_retries_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Report, rounds: int
) -> None:
    hurry(monkeypatch)
    clock, reader = SetClock(), StumblingReader()
    line = ShortPipeline(tmp_path / "line", now_ms=clock, workers=2, read_body=reader, lease_s=LEASE_S)
    slowest_s, abandoned = 0.0, set[str]()
    with running_short_pipeline(line):
        line.submit(1)
        line.wait_settled()
        for number in range(rounds):
            # There and back: each step happens while some are in hand, some wait for a retry, some for a lease.
            for step_s in STEPS_S:
                held, end = _silent_worker(line, 10, seed=1_000 + 10 * number + len(abandoned))
                abandoned |= held
                line.submit(20)
                line.wait_accepted()
                clock.set_by_s += step_s
                began_s = time.monotonic()
                line.wait_settled(BOUND_S)
                line.wait_until_settled(held, BOUND_S)
                slowest_s = max(slowest_s, time.monotonic() - began_s)
                end()
        wait_until_empty(f"sqlite:///{line.folder / 'queue.db'}")
    assert clock.set_by_s == 0
    account = line.account()
    assert abandoned <= account.stored.keys()
    assert reader.stumbles > 20 * rounds
    report(
        steps=len(STEPS_S) * rounds,
        stored=sum(account.stored.values()),
        retried=reader.stumbles,
        leases_that_ran_out=len(abandoned),
        settled_after_s_at_most=slowest_s,
        duplicates_absorbed=account.duplicates,
    )


def test_that_what_a_clock_ten_years_slow_takes_for_the_future_is_failed_and_can_be_retried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    """A start in the future is refused by whichever clock the worker has: said for each, and none is lost by it."""
    hurry(monkeypatch)
    clock = SetClock()
    line = ShortPipeline(tmp_path / "line", now_ms=clock)
    with running_short_pipeline(line):
        line.submit(30)
        line.wait_settled()
        clock.set_by_s = -TEN_YEARS_S
        line.submit(30)
        line.wait_settled(BOUND_S)
        with closing(connect(line.results, read_only=True)) as connection:
            (kept,) = connection.execute("SELECT count(*) FROM failures WHERE state = 'open'").fetchone()
            causes = connection.execute("SELECT DISTINCT cause, reason FROM failures").fetchall()
        clock.set_by_s = 0
        assert _retry_failed(line, clock) == kept == 30
        wait_until_empty(f"sqlite:///{line.folder / 'queue.db'}")
    assert [cause for cause, _ in causes] == ["invalid/timestamp/future"]
    account = line.account()
    assert sum(account.stored.values()) == 60
    report(failed_meanwhile=kept, stored_in_the_end=sum(account.stored.values()))
