"""Several hands on one queue, which a test kills and which come back, as a service manager brings them back."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import DEVNULL
from threading import Condition, Thread
from time import monotonic

from tests.faults.worker_process import Order
from tests.support.command_processes import start_command
from tests.support.waiting import let_pass

START_BOUND_S = 60.0
END_BOUND_S = 30.0
LOOK_S = 0.05


class Hand:
    """One process; `told` counts what it said, by word."""

    def __init__(self, order: Order, changed: Condition, log: Path) -> None:
        self._changed = changed
        self.told: Counter[str] = Counter()
        with log.open("ab") as errors:
            self.process = start_command("tests.faults.worker_process", order.text, stdin=DEVNULL, stderr=errors)
        self._thread = Thread(target=self._listen, name="test-hand", daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """It has a batch in hand."""
        return self.told["picked"] > self.told["settled"]

    @property
    def is_running(self) -> bool:
        return self.told["running"] > 0

    def join_thread(self) -> bool:
        return self.process.poll() is not None

    def end(self, number: signal.Signals | None = None) -> int:
        """The exit code; waits for it to end by itself without a signal."""
        if number is not None and not self.join_thread():
            self.process.send_signal(number)
        code = self.process.wait(END_BOUND_S)
        self._thread.join(END_BOUND_S)
        return code

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                word = line.split()[0]
                with self._changed:
                    self.told[word] += 1
                    self._changed.notify_all()


class WorkerFleet:
    def __init__(self, order: Order, count: int, log: Path) -> None:
        self._order, self._log = order, log
        self._changed = Condition()
        self._numbers = 0
        self.crash_count = 0  # that were not asked for
        self.hands = [self._start() for _ in range(count)]

    def wait_until(self, is_so: Callable[[], bool], bound_s: float) -> bool:
        """Woken by what the hands say; whether it came to be so."""
        with self._changed:
            return self._changed.wait_for(is_so, bound_s)

    def wait_running(self) -> None:
        assert self.wait_until(lambda: all(hand.is_running for hand in self.hands), START_BOUND_S), self.log_text()

    def kill_a_busy_one(self, chance: random.Random, delay_s: float, bound_s: float = 5.0) -> bool:
        """kill -9 at some moment of a batch, and another takes its place. Whether a batch was in its hands."""
        self.wait_until(lambda: any(hand.is_busy for hand in self.hands), bound_s)
        victim = chance.choice([hand for hand in self.hands if hand.is_busy] or self.hands)
        let_pass(chance.uniform(0, delay_s))
        victim.end(signal.SIGKILL)
        self._replace(victim)
        return victim.is_busy

    def tend_until(self, is_so: Callable[[], bool], bound_s: float) -> None:
        """Whoever dies meanwhile is replaced: also by the last step before the state, which another hand may take."""
        until_s = monotonic() + bound_s
        while True:
            is_over = is_so()
            for hand in [hand for hand in self.hands if hand.join_thread()]:
                self.crash_count += 1
                hand.end(signal.SIGKILL)
                self._replace(hand)
            if is_over:
                return
            assert monotonic() < until_s, f"the state did not come\n{self.log_text()}"
            let_pass(LOOK_S)

    def log_text(self) -> str:
        return self._log.read_text(errors="replace")[-4_000:]

    def stop(self) -> list[int]:
        """As a service manager does, in order. The exit codes of those that had come so far as to run."""
        running = [hand for hand in self.hands if hand.is_running]
        for hand in running:
            hand.process.send_signal(signal.SIGTERM)
        return [hand.end() for hand in running]

    def kill(self) -> None:
        for hand in self.hands:
            hand.end(signal.SIGKILL)

    def _start(self) -> Hand:
        self._numbers += 1
        return Hand(replace(self._order, name=f"{self._order.name}-{self._numbers}"), self._changed, self._log)

    def _replace(self, hand: Hand) -> None:
        self.hands[self.hands.index(hand)] = self._start()


@contextmanager
def fleet_of(order: Order, count: int, log: Path) -> Iterator[WorkerFleet]:
    """Running at the start; at the end they stop in order, if the test went well."""
    fleet = WorkerFleet(order, count, log)
    try:
        fleet.wait_running()
        yield fleet
        codes = fleet.stop()
        assert set(codes) <= {0}, f"exit codes {codes}\n{fleet.log_text()}"
    finally:
        fleet.kill()
