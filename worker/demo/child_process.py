"""A process that a console starts and tells by lines what to do. It ends with its standard input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import worker

NICENESS = 10
ROOT = Path(worker.__file__).resolve().parents[1]


def module_command(module: str) -> list[str]:
    """The program and its arguments, which further ones may follow."""
    return [sys.executable, "-P", "-m", module]  # -P: not what the current folder has by these names


def more_environment() -> dict[str, str]:
    """Where the modules of this program are, also for one that is not installed."""
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])}


def start_command(module: str, *, replies: bool = False) -> subprocess.Popen[bytes]:
    """`replies`: its standard output is read; else it is dropped. OSError where it cannot be started."""
    process = subprocess.Popen(
        module_command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if replies else subprocess.DEVNULL,
        env={**os.environ, **more_environment()},
    )
    if hasattr(os, "setpriority"):
        # Where all of them want more than the computer has, the window comes first: it needs little, and at once.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    if process.stdin is not None and hasattr(os, "set_blocking"):
        os.set_blocking(process.stdin.fileno(), False)  # a process that hangs must not stop who tells it something
    return process


def tell(process: subprocess.Popen[bytes] | None, line: bytes) -> None:
    """A process that ends or hangs takes none; the next one begins with all of it."""
    if process is not None and process.stdin is not None and not process.stdin.closed:
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(process.stdin.fileno(), line)


def end_in_words(code: int) -> str:
    if code >= 0:
        return f"Its process ended with code {code}."
    names = {each.value: each.name for each in signal.Signals}
    return f"Its process was killed ({names.get(-code, f'signal {-code}')})."
