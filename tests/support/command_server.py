"""Loads what the commands load, and forks one for each start: `python -m tests.support.command_server`.

A command spends most of its processor time on loading libraries. A fork has them; all else is its own, as with a start
by `python -m`: process id, folder, environment, arguments, standard streams, signals, and its end by way of the
interpreter's. `tests/support/forked_command.py` is the other end of the socket.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module

from sqlalchemy import create_engine

from core.achievements.rules import default_rules
from core.store.statements import statements_for

# What runs as `__main__`. Nothing of it is kept but what it imports.
PROGRAMS = (
    "worker.cli.data",
    "worker.cli.failed",
    "worker.cli.ingest",
    "worker.cli.ledger",
    "worker.cli.recording",
    "worker.cli.submit",
    "worker.cli.worker",
    "tests.faults.worker_process",
    "tests.integration.postgres_worker",
    "tests.support.start_report",
)
# What they import while they run.
LATE_IMPORTS = (
    "core.broker.embedded",
    "core.broker.rabbitmq",
    "core.store.database.postgres",
    "core.store.database.sqlite",
    "pydantic.type_adapter",
    "structlog",
)
LENGTH_BYTES = 4
STREAMS = 3  # standard input, output and error
DESCRIPTORS = STREAMS + 1  # the last is closed by the end of the command


@dataclass(frozen=True)
class Start:
    """A command to start."""

    program: str
    arguments: tuple[str, ...]
    folder: str
    environment: dict[str, str]

    def encode(self) -> bytes:
        return json.dumps({"start": asdict(self)}).encode()


@dataclass(frozen=True)
class Reap:
    """A command that has ended: its status is asked for."""

    pid: int

    def encode(self) -> bytes:
        return json.dumps({"reap": asdict(self)}).encode()


def send_message(link: socket.socket, message: bytes, descriptors: Sequence[int] = ()) -> None:
    head = len(message).to_bytes(LENGTH_BYTES, "big")
    socket.send_fds(link, [head], list(descriptors))
    link.sendall(message)


def receive_message(link: socket.socket) -> tuple[bytes, list[int]]:
    """The message and the descriptors that came with it; nothing once the other end is closed."""
    head, descriptors, _, _ = socket.recv_fds(link, LENGTH_BYTES, DESCRIPTORS)
    message = b""
    while head and len(message) < int.from_bytes(head, "big"):
        part = link.recv(int.from_bytes(head, "big") - len(message))
        if not part:
            break
        message += part
    return message, descriptors


def load_programs() -> None:
    """Everything that the commands import, without starting a thread."""
    for name in (*PROGRAMS, *LATE_IMPORTS):
        import_module(name)
    for name in PROGRAMS:
        del sys.modules[name]
    # What every store works out first, from nothing but the program itself.
    default_rules()
    for url in ("sqlite://", "postgresql+psycopg://localhost/results"):
        statements_for(create_engine(url).dialect)
    assert threading.active_count() == 1, "a fork has only one of the threads, and the locks of all"
    gc.collect()
    gc.freeze()  # a fork would otherwise look through all of it, and copy every page


def serve(link: socket.socket) -> Start | None:
    """Answer until the other end is closed. In a fork it returns the command which that process is to be."""
    while True:
        message, descriptors = receive_message(link)
        if not message:
            return None
        request = json.loads(message)
        if "reap" in request:
            answer = os.waitpid(Reap(**request["reap"]).pid, 0)[1]
        else:
            answer = os.fork()
            if not answer:
                link.close()
                start = Start(**request["start"])
                take_on(start, descriptors[:STREAMS])
                return start
        for descriptor in descriptors:
            os.close(descriptor)
        send_message(link, json.dumps(answer).encode())


def take_on(start: Start, streams: list[int]) -> None:
    """What a process has of its own before the interpreter runs."""
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(start.folder)
    os.environ.clear()
    os.environ.update(start.environment)
    time.tzset()
    sys.argv[1:] = start.arguments


def main() -> None:
    link = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal of the tests
    load_programs()
    start = serve(link)
    if start is not None:
        runpy.run_module(start.program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
