"""The commands as processes: their start, their input, their ends and what they stored."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from tests.support.forked_command import ForkedCommand, Stream, forking_server

SAMPLE = {
    "userId": "user-123",
    "type": "Running",
    "duration": 45,
    "distance": 5.2,
    "timestamp": "2025-12-10T10:00:00Z",
}

TIMEOUT_S = 60
NO_KEYCHAIN = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}

CommandProcess = subprocess.Popen[str] | ForkedCommand
Commands = Callable[..., CommandProcess]


def start_command(
    program: str,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdin: Stream = subprocess.PIPE,
    stdout: Stream = subprocess.PIPE,
    stderr: Stream = subprocess.PIPE,
) -> CommandProcess:
    """`python -m program`, in this folder and environment, which `env` adds to.

    A fork where that makes no difference: it takes a tenth of the processor time.
    """
    environment = {**os.environ, **(env or {})}
    server = forking_server()
    if server.can_start(program, environment):
        return ForkedCommand(server, program, arguments, environment, stdin=stdin, stdout=stdout, stderr=stderr)
    return start_python(program, *arguments, env=env, stdin=stdin, stdout=stdout, stderr=stderr)


def start_python(
    program: str,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdin: Stream = subprocess.PIPE,
    stdout: Stream = subprocess.PIPE,
    stderr: Stream = subprocess.PIPE,
) -> subprocess.Popen[str]:
    """The same as a process that begins with the interpreter."""
    command = [sys.executable, "-m", program, *arguments]
    environment = {**os.environ, **(env or {})}
    return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, text=True, env=environment)


def run_command(
    program: str,
    *arguments: str,
    text: str = "",
    env: Mapping[str, str] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> subprocess.CompletedProcess[str]:
    """To its end; killed where that does not come."""
    process = start_command(program, *arguments, env=env)
    try:
        out, err = process.communicate(text, timeout_s)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return subprocess.CompletedProcess(process.args, process.wait(), out, err)


def finish(process: CommandProcess, text: str | None = None) -> tuple[int, str, str]:
    out, err = process.communicate(text, TIMEOUT_S)
    return process.wait(), out, err


def lines(count: int) -> str:
    rows = (SAMPLE | {"userId": f"athlete-{number % 7}", "duration": 20 + number / 10} for number in range(count))
    return "".join(json.dumps(row) + "\n" for row in rows)


def table(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "results.db")) as connection:
        return connection.execute(sql).fetchall()


def wait_for_line(process: CommandProcess, word: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if word in line:
            return
    raise AssertionError(f"the process ended without saying {word!r}")
