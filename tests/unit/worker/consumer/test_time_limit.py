from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from time import monotonic

import pytest

from core.broker.ports import Delivery, Message
from core.codec.workout_codec import DecodedMessage, decode
from tests.support.loop_rig import good, workout_id
from worker.consumer.batch import Batch
from worker.consumer.poison_detection import DeliveryGroup
from worker.consumer.retry_policy import TimeLimitExceededError
from worker.consumer.time_limit import TimeLimit
from worker.runtime.clock import now_ms

BOUND_S = 0.1
PATIENCE_S = 20.0


class Work:
    """Its clock goes on in `turn` alone: what is short ends in time, however long the machine does something else."""

    def __init__(self) -> None:
        self._turning_since_s: float | None = None

    def clock_s(self) -> float:
        since_s = self._turning_since_s
        return 0.0 if since_s is None else monotonic() - since_s

    def turn(self) -> None:
        self._turning_since_s = monotonic()
        try:
            turn()
        finally:
            self._turning_since_s = None


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def time_limit(work: Work) -> Iterator[TimeLimit]:
    # A busy machine may leave so short a bound behind twice; who is stuck is tested apart.
    with closing(TimeLimit(BOUND_S, on_unresponsive=lambda: None, monotonic_s=work.clock_s)) as made:
        yield made


def turn() -> None:
    """Python code that would go on for long."""
    until_s = monotonic() + PATIENCE_S
    while monotonic() < until_s:
        pass


def test_that_what_ends_in_time_gives_its_result_and_its_errors(time_limit: TimeLimit) -> None:
    assert time_limit.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        time_limit.run(lambda: 1 // 0)


def test_that_code_that_hangs_is_cut_off_each_time_and_nothing_after_it(time_limit: TimeLimit, work: Work) -> None:
    for _ in range(5):
        began_s = monotonic()
        with pytest.raises(TimeLimitExceededError):
            time_limit.run(work.turn)
        assert monotonic() - began_s < PATIENCE_S / 2
        assert time_limit.run(lambda: sum(range(10_000))) == 49_995_000


def test_that_what_swallows_the_error_is_done_and_nothing_is_left_of_it(time_limit: TimeLimit, work: Work) -> None:
    def stubborn() -> str:
        try:
            work.turn()
        except TimeLimitExceededError:
            return "done"
        return "never"

    assert time_limit.run(stubborn) == "done"
    assert sum(range(100_000)) == 4_999_950_000


def test_that_an_error_that_a_finalizer_dropped_is_sent_again(
    time_limit: TimeLimit, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lingering:
        def __del__(self) -> None:
            work.turn()

    def linger() -> None:
        Lingering()  # nobody holds it, so it ends here
        work.turn()

    dropped: list[sys.UnraisableHookArgs] = []
    monkeypatch.setattr(sys, "unraisablehook", dropped.append)
    began_s = monotonic()
    with pytest.raises(TimeLimitExceededError):
        time_limit.run(linger)
    assert monotonic() - began_s < PATIENCE_S / 2
    assert {each.exc_type for each in dropped} == {TimeLimitExceededError}
    assert sum(range(100_000)) == 4_999_950_000


def test_that_an_ordinary_error_at_the_bound_leaves_nothing_on_its_way() -> None:
    """However close the two come: one of them is seen, once."""

    def fail_at(span_s: float) -> Callable[[], None]:
        def fail() -> None:
            until_s = monotonic() + span_s
            while monotonic() < until_s:
                pass
            raise ZeroDivisionError

        return fail

    with closing(TimeLimit(BOUND_S, on_unresponsive=lambda: None)) as time_limit:
        for step in range(10):
            with pytest.raises((ZeroDivisionError, TimeLimitExceededError)):
                time_limit.run(fail_at(BOUND_S + step * 0.004))
            assert sum(range(10_000)) == 49_995_000


def test_that_a_call_that_cannot_be_cut_off_is_told_once_by_the_watcher() -> None:
    """In a process without a tracer: under one CPython 3.11 lets nobody go on while such an error is on its way."""
    done = run(STUCK)
    assert (done.returncode, done.stdout.split()) == (0, ["told", "by", "worker", "watchdog", "cut"]), done.stderr


def test_that_a_body_that_hangs_is_put_off_and_the_others_are_read(time_limit: TimeLimit, work: Work) -> None:
    def read(message: Message, *, now_ms: int) -> DecodedMessage:
        if message.message_id == workout_id(2):
            work.turn()
        return decode(message, now_ms=now_ms)

    deliveries = [Delivery(good(number), number, 1, 0, False) for number in (1, 2, 3)]
    batch = Batch(DeliveryGroup(deliveries), worker="west", now_ms=now_ms(), read_body=read, guard=time_limit.run)
    assert [item.workout_id for item in batch.items if item.incoming] == [workout_id(1), workout_id(3)]
    assert [retry.reason for retry in batch.retries()] == ["It took too long and was cut off; try 1 of 4."]


def test_that_all_threads_go_on_under_a_tracer() -> None:
    """On CPython 3.11 taking back such an error made every traced thread hang at its next call."""
    done = run(TRACED)
    assert (done.returncode, done.stdout.split()) == (0, ["cut"] * 3 + ["fine"] * 2), done.stderr


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)


STUCK = f"""
import threading

from worker.consumer.time_limit import TimeLimit
from worker.consumer.retry_policy import TimeLimitExceededError

def tell():
    print("told by", threading.current_thread().name, flush=True)
    told.release()

told = threading.Lock()
told.acquire()
time_limit = TimeLimit({BOUND_S}, on_unresponsive=tell)
try:
    time_limit.run(lambda: told.acquire(timeout={PATIENCE_S}))  # waiting for a lock is one call into C
except TimeLimitExceededError:
    print("cut", flush=True)
time_limit.close()
"""

TRACED = f"""
import sys
import threading

def trace(frame, event, argument):
    return trace

threading.settrace(trace)
sys.settrace(trace)

from tests.unit.worker.consumer.test_time_limit import turn
from worker.consumer.time_limit import TimeLimit
from worker.consumer.retry_policy import TimeLimitExceededError

def work():
    sum(len(str(number)) for number in range(1000))
    print("fine\\n", end="", flush=True)

time_limit = TimeLimit({BOUND_S}, on_unresponsive=lambda: None)
for _ in range(3):
    try:
        time_limit.run(turn)
    except TimeLimitExceededError:
        print("cut", flush=True)
time_limit.close()
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
