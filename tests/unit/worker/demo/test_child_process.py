"""A process that a console starts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from worker.demo.child_process import NICENESS, end_in_words, start_command, tell

# Any module that reads its input to the end, and has a line of it as its output.
COMMAND = "fileinput"


def test_that_it_reads_what_it_is_told_and_ends_with_its_input() -> None:
    with start_command(COMMAND, replies=True) as process:
        tell(process, b"a line\n")
        if sys.platform == "linux":
            assert os.getpriority(os.PRIO_PROCESS, process.pid) == NICENESS
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        assert b"a line" in process.stdout.read()
        tell(process, b"too late\n")
    assert process.returncode == 0
    tell(None, b"no process\n")


def test_that_a_process_that_has_ended_is_told_nothing() -> None:
    with start_command(COMMAND) as process:
        process.kill()
        process.wait()
        tell(process, b"a line\n")
    assert end_in_words(process.returncode) == "Its process was killed (SIGKILL)."


def test_that_a_command_that_cannot_be_started_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no such program"))
    with pytest.raises(OSError, match="No such file"):
        start_command(COMMAND)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3, "Its process ended with code 3."),
        (-9, "Its process was killed (SIGKILL)."),
        (-99, "Its process was killed (signal 99)."),
    ],
)
def test_that_an_end_is_said_in_words(code: int, words: str) -> None:
    assert end_in_words(code) == words
