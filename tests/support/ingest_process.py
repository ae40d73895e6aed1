"""`paceline-ingest` as a process, and clients that post to it."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import DEVNULL, Popen
from threading import Event, Lock, Thread
from typing import IO
from uuid import uuid4

from core.sqlite.connection import connect
from tests.support.broker_rigs import until
from tests.support.command_processes import NO_KEYCHAIN, CommandProcess, start_command
from tests.support.http_calls import JSON, call, call_on

START_S = 30.0
END_S = 30.0
_ADDRESS = re.compile(r"address='http://[^']*:(\d+)'")


class IngestProcess:
    """Listens once it is made; may be killed and started again, on the same port and folder."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        before: Callable[[], None] | None = None,
        command: Sequence[str] = (),
        may_fork: bool = True,
    ) -> None:
        """`before` runs in the process before the program does. `command`: another than this tree's, whole.

        `may_fork`: not where the memory of the process is of interest.
        """
        self._command, self._may_fork = command, may_fork
        self._folder, self._arguments, self._env, self._before = folder, arguments, dict(env or {}), before
        self._log = folder / "ingest.stderr"
        self.port = 0
        self.start()

    def start(self) -> None:
        """Listens again where it did before."""
        with self._log.open("wb") as log:
            self.process = self._begin(log)
        until(lambda: bool(_ADDRESS.search(self.said())) or self.process.poll() is not None, START_S)
        found = _ADDRESS.search(self.said())
        assert found is not None, self.said()
        self.port = int(found.group(1))

    def _begin(self, log: IO[bytes]) -> CommandProcess:
        own = ("worker.cli.ingest", "--data-dir", str(self._folder), "--port", str(self.port), *self._arguments)
        env = {**NO_KEYCHAIN, **self._env}
        if self._may_fork and not self._command and not self._before:
            return start_command(*own, env=env, stdin=DEVNULL, stdout=DEVNULL, stderr=log)
        command = self._command or (sys.executable, "-m", *own)
        return Popen(command, stderr=log, text=True, env={**os.environ, **env}, preexec_fn=self._before)

    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(END_S)

    def end(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(END_S)

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()

    def wait_until_sent(self, bound_s: float = 30.0) -> None:
        """All that was answered with 202: the number in /health may be older than the last of them."""
        until(lambda: not self._kept() and call(self.port, "GET", "/health").json["outbox"] == 0, bound_s)

    def _kept(self) -> int:
        with closing(connect(self._folder / "outbox.db", read_only=True)) as connection:
            row = connection.execute("SELECT count(*) FROM entries WHERE confirmed_at_ms IS NULL").fetchone()
        return int(row[0])

    def resident_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


class Posters:
    """Threads that post workouts with ids of their own, each again until it is answered with 202."""

    def __init__(self, port: int, threads: int) -> None:
        self._port = port
        self._lock = Lock()
        self._stopping = Event()
        self.accepted: set[str] = set()
        self.unexpected: list[int] = []  # answers other than 202 and 503
        self._threads = [Thread(target=self._run, args=(number,), name=f"poster {number}") for number in range(threads)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Each finishes the workout in its hands."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(END_S)
            assert not thread.is_alive()

    @property
    def count(self) -> int:
        return len(self.accepted)

    def _run(self, number: int) -> None:
        posted = 0
        while not self._stopping.is_set():
            with closing(HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
                workout = str(uuid4())
                while not self._post(connection, number, posted, workout):
                    self._stopping.wait(0.01)
                posted += 1

    def _post(self, connection: HTTPConnection, number: int, posted: int, workout: str) -> bool:
        body = {"id": workout, "userId": f"athlete-{number}", "type": "Running", "duration": 20 + posted % 100}
        try:
            answer = call_on(connection, "POST", "/workout", json.dumps(body).encode(), JSON)
        except (OSError, HTTPException):
            connection.close()  # opens again by itself
            return False
        if answer.status == 202:
            assert answer.json["id"] == workout
            with self._lock:
                self.accepted.add(workout)
            return True
        if answer.status != 503:
            self.unexpected.append(answer.status)
        return False
