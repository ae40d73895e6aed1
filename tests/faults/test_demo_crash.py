"""The crash button of the demonstration: a console kills itself, and another one goes on in the same folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.outbox.outbox import Outbox
from core.store.reader import ResultsReader
from tests.support.waiting import wait_until
from worker.demo.folder import NOTE, make_demo_folder, remove_demo_folder

BOUND_S = 60.0


def _consoles(folder: Path) -> list[int]:
    """Processes whose command line names the folder, but the first console."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if str(folder).encode() in words and b"gui" in words:
                    found.append(int(entry.name))
    return found


@pytest.fixture
def folder() -> Iterator[Path]:
    made = make_demo_folder()
    yield made
    for pid in _consoles(made):
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    remove_demo_folder(made)


def _accepted(folder: Path) -> int:
    outbox = Outbox(folder / "outbox.db", now_ms=lambda: 0)
    outbox.open()
    try:
        return outbox.counts().accepted
    finally:
        outbox.close()


def _stored(folder: Path) -> int:
    reader = ResultsReader(f"sqlite:///{folder / 'results.db'}", now_ms=lambda: 0)
    reader.open()
    try:
        return reader.ledger_counts("").stored
    finally:
        reader.close()


@pytest.mark.skipif(sys.platform != "linux", reason="finds the next console in /proc")
def test_that_another_console_goes_on_with_all_that_was_accepted(folder: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    first = subprocess.Popen(
        [sys.executable, "-m", "tests.support.crashing_demo", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    with first:
        assert first.stdout is not None
        accepted = int(first.stdout.readline())
        assert first.wait(BOUND_S) == -signal.SIGKILL
        wait_until(lambda: _consoles(folder), BOUND_S, "no console was started")
        (second,) = _consoles(folder)
        wait_until(lambda: not (folder / NOTE).exists(), BOUND_S, "it did not read what the first one left")
        wait_until(lambda: _stored(folder) >= accepted, BOUND_S, "workouts that were accepted are not stored")
        assert _accepted(folder) >= accepted
        os.kill(second, signal.SIGTERM)
        wait_until(lambda: not folder.exists(), BOUND_S, "it did not end in order")
