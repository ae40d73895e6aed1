"""A command as a fork of a process that has loaded its libraries; to a test it is like a `subprocess.Popen`."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import IO

from tests.support.command_server import PROGRAMS, Reap, Start, receive_message, send_message

ROOT = Path(__file__).resolve().parents[2]
END_S = 30.0
# Read by the interpreter or the C library as a process begins: a fork is past that.
READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_", "MALLOC_")
READ_LATER = {"PYTHON_KEYRING_BACKEND"}

Stream = int | IO[str] | IO[bytes]


class ForkingServer:
    """The process that forks. It ends with this one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._environment = interpreter_settings(os.environ)
        self._link, theirs = socket.socketpair()
        with theirs:
            # Pipes, as nearly all commands have: Python looks once what kind its standard streams are.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.command_server", str(theirs.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
            )

    def can_start(self, program: str, environment: Mapping[str, str]) -> bool:
        """Whether a fork would be as a start of its own."""
        return program in PROGRAMS and interpreter_settings(environment) == self._environment

    def start(self, start: Start, descriptors: Sequence[int]) -> int:
        """The process id; `descriptors` stay open here."""
        return self._ask(start.encode(), descriptors)

    def reap(self, pid: int) -> int:
        """The exit code of one that has ended, as `subprocess` gives it."""
        return os.waitstatus_to_exitcode(self._ask(Reap(pid).encode()))

    def close(self) -> None:
        self._link.close()
        with self._process:
            self._process.wait(END_S)

    def _ask(self, message: bytes, descriptors: Sequence[int] = ()) -> int:
        with self._lock:
            try:
                send_message(self._link, message, descriptors)
                answer, _ = receive_message(self._link)
            except OSError:
                answer = b""
        if not answer:
            _, said = self._process.communicate(timeout=END_S)
            raise RuntimeError(f"The server of the commands has ended:\n{said.decode(errors='replace')}")
        return int(json.loads(answer))


@cache
def forking_server() -> ForkingServer:
    """One for the whole run, from the first command on."""
    server = ForkingServer()
    atexit.register(server.close)
    return server


def interpreter_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """What of it is read only as a process begins."""
    return {
        name: value for name, value in environment.items() if name.startswith(READ_AT_START) and name not in READ_LATER
    }


class ForkedCommand:
    """Started once it is made. The process id is its own until the end was seen by `poll` or `wait`."""

    def __init__(
        self,
        server: ForkingServer,
        program: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        stdin: Stream,
        stdout: Stream,
        stderr: Stream,
    ) -> None:
        """Each stream is a file, a descriptor, `subprocess.PIPE` or `subprocess.DEVNULL`."""
        self.args = [program, *arguments]
        self.returncode: int | None = None
        self._server = server
        self.stdin, read = _stream(stdin, "w")
        self.stdout, write = _stream(stdout, "r")
        self.stderr, write_errors = _stream(stderr, "r")
        self._ended, alive = os.pipe()  # the other end closes with the process, however that ends
        start = Start(program, tuple(arguments), str(Path.cwd()), dict(environment))
        try:
            self.pid = server.start(start, (read, write, write_errors, alive))
        finally:
            for descriptor in (read, write, write_errors, alive):
                os.close(descriptor)

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; minus the number of the signal that ended it."""
        if self.returncode is None:
            if not select.select([self._ended], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            os.close(self._ended)
            self.returncode = self._server.reap(self.pid)
        return self.returncode

    def communicate(self, input: str | None = None, timeout: float | None = None) -> tuple[str, str]:
        """Write `input`, read both outputs to their ends, and wait."""
        until_s = None if timeout is None else monotonic() + timeout
        said = ["", ""]

        def write() -> None:
            assert self.stdin is not None
            with suppress(BrokenPipeError), closing(self.stdin):
                self.stdin.write(input or "")

        def read(number: int, stream: IO[str]) -> None:
            with stream:
                said[number] = stream.read()

        both = enumerate((self.stdout, self.stderr))
        outputs = [(number, stream) for number, stream in both if stream is not None and not stream.closed]
        threads = [Thread(target=read, args=each, name="test-output", daemon=True) for each in outputs]
        if self.stdin is not None and not self.stdin.closed:
            threads.append(Thread(target=write, name="test-input", daemon=True))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(None if until_s is None else max(0.0, until_s - monotonic()))
            if thread.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(None if until_s is None else max(0.0, until_s - monotonic()))
        return said[0], said[1]

    def send_signal(self, number: int) -> None:
        """Nothing, once it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _stream(wanted: Stream, mode: str) -> tuple[IO[str] | None, int]:
    """Our end of a pipe, or None, and a descriptor for the command, which is to be closed."""
    if wanted == subprocess.PIPE:
        read, write = os.pipe()
        ours, theirs = (write, read) if mode == "w" else (read, write)
        return os.fdopen(ours, mode), theirs
    if wanted == subprocess.DEVNULL:
        return None, os.open(os.devnull, os.O_RDWR)
    return None, os.dup(wanted if isinstance(wanted, int) else wanted.fileno())
