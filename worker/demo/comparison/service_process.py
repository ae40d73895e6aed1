"""A service of a comparison as its clients' side sees it: a process that is started, killed and started again."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from threading import Condition, Thread

from core.errors import SettingError
from worker.demo.child_process import module_command, more_environment
from worker.demo.comparison.service_request import BEGIN, MAX_LINE_BYTES, ServiceRequest, read_service_news

COMMAND = "worker.demo.comparison.service_command"
LISTEN_BOUND_S = 30.0
STOP_BOUND_S = 12.0  # in order; it is killed afterwards
LOOPBACK = "127.0.0.1"


class ServiceProcess:
    """Started once, killed and started again at the same port, then stopped. By one thread, `failed` by any."""

    def __init__(self, request: ServiceRequest) -> None:
        self._request = request
        self._changed = Condition()
        self._port = request.port
        self._failed: set[str] = set()
        self._complaint = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._followers: list[Thread] = []

    @property
    def address(self) -> tuple[str, int]:
        """Once it was started."""
        return LOOPBACK, self._port

    @property
    def failed(self) -> frozenset[str]:
        """Ids of workouts whose processing failed at least once."""
        with self._changed:
            return frozenset(self._failed)

    def start(self) -> None:
        """Returns once it accepts connections. SettingError when it did not in time, or has ended."""
        process = self._spawn(self._request)
        with self._changed:
            self._changed.wait_for(lambda: self._port or process.poll() is not None, LISTEN_BOUND_S)
        if process.poll() is not None:
            self._join_followers()  # it may have said why
        if not self._port:
            raise SettingError(self._complaint or f"The {self._request.side.value} service did not start.")

    def begin(self) -> None:
        """What fails at certain times does so from now on."""
        process = self._process
        if process is not None and process.stdin is not None:
            with suppress(OSError):
                process.stdin.write(BEGIN)
                process.stdin.flush()

    def kill(self) -> None:
        """SIGKILL. Returns once it has ended."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            self._end(process)

    def start_again(self, begun_s: float) -> None:
        """Where it listened before; returns at once. `begun_s`: seconds since `begin`."""
        self._spawn(self._request.model_copy(update={"port": self._port, "begun_s": begun_s}))

    def stop(self) -> None:
        """In order: what it processes goes back to its queue, and then nothing moves any more."""
        process, self._process = self._process, None
        if process is None:
            return
        _close_input(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_BOUND_S)
        process.kill()  # nothing, where it has ended
        self._end(process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Of one that was killed."""
        _close_input(process)
        process.wait()
        self._join_followers()

    def _join_followers(self) -> None:
        """Of a process that has ended."""
        for thread in self._followers:
            thread.join()
        self._followers = []

    def _spawn(self, request: ServiceRequest) -> subprocess.Popen[bytes]:
        """SettingError where the system starts no process."""
        try:
            process = subprocess.Popen(
                module_command(COMMAND),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **more_environment()},
            )
        except OSError as error:
            raise SettingError(f"A service of the comparison could not be started ({error.strerror}).") from None
        self._process = process
        self._followers = [
            Thread(target=follow, args=(process,), name="service output", daemon=True)
            for follow in (self._follow, self._follow_errors)
        ]
        for thread in self._followers:
            thread.start()
        if process.stdin is not None:
            with suppress(OSError):  # it has ended already: its standard error says why
                process.stdin.write(request.line)
                process.stdin.flush()
        return process

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """In a thread of its own, until the process has ended."""
        assert process.stdout is not None
        with process.stdout:
            while line := process.stdout.readline(MAX_LINE_BYTES):
                try:
                    news = read_service_news(line)
                except SettingError as error:
                    self._complain(str(error))
                    process.kill()
                    break
                with self._changed:
                    self._port = news.port or self._port
                    if news.failed is not None:
                        self._failed.add(news.failed)
                    self._changed.notify_all()
        process.wait()
        with self._changed:
            self._changed.notify_all()

    def _follow_errors(self, process: subprocess.Popen[bytes]) -> None:
        """In a thread of its own; the last line is what its end is explained with."""
        assert process.stderr is not None
        with process.stderr:
            while line := process.stderr.readline(MAX_LINE_BYTES):
                if (text := line.decode(errors="replace").strip()).isprintable() and text:
                    self._complain(text)

    def _complain(self, text: str) -> None:
        with self._changed:
            self._complaint = text


def _close_input(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with suppress(OSError):  # of what it did not read
            process.stdin.close()
