"""Console processes, started and ended by a test, and what they showed as accepted."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread

from tests.faults.console_process import ONLINE, ConsoleOrder

START_BOUND_S = 60.0
END_BOUND_S = 30.0


class Console:
    """One process. `accepted` are the ids that it has shown as accepted so far."""

    def __init__(self, order: ConsoleOrder, log: Path) -> None:
        self.accepted: list[str] = []
        self._is_online = False
        self._changed = Condition()
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.console_process", order.text],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._thread = Thread(target=self._listen, name="test-console", daemon=True)
        self._thread.start()

    def wait_accepted(self, count: int) -> None:
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self.accepted) >= count, START_BOUND_S)
        assert enough, f"{len(self.accepted)} were accepted"

    def wait_online(self) -> None:
        """By then it listens to signals."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._is_online, START_BOUND_S), "it is not online"

    def close_window(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("close\n")
        self.process.stdin.flush()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """Waits; the exit code."""
        code = self.process.wait(END_BOUND_S)
        self._thread.join(END_BOUND_S)
        assert self.process.stdin is not None
        self.process.stdin.close()
        return code

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                if line.endswith("\n"):  # the last one may be cut short
                    with self._changed:
                        if line.strip() == ONLINE:
                            self._is_online = True
                        else:
                            self.accepted.append(line.strip())
                        self._changed.notify_all()


@contextmanager
def console_of(order: ConsoleOrder, log: Path) -> Iterator[Console]:
    """Killed at the end, if it has not ended by then."""
    console = Console(order, log)
    try:
        yield console
    finally:
        if console.process.poll() is None:
            console.signal(signal.SIGKILL)
        console.end()
