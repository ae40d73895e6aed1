"""That a command of the tests, which is a fork, behaves as one that Python starts: or the tests would show little."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command_processes import (
    NO_KEYCHAIN,
    SAMPLE,
    TIMEOUT_S,
    CommandProcess,
    finish,
    run_command,
    start_command,
    start_python,
    wait_for_line,
)
from tests.support.forked_command import ForkedCommand

Start = Callable[..., CommandProcess]
WAYS = pytest.mark.parametrize("start", [start_command, start_python])
ROW = json.dumps(SAMPLE | {"id": "11111111-1111-4111-8111-111111111111"})


def ends(start: Start, folder: Path) -> list[tuple[int, str, str]]:
    """Of all commands, with what they say about two workouts, one of which is refused."""

    def run(program: str, *arguments: str, text: str = "") -> tuple[int, str, str]:
        code, out, err = finish(start(program, *arguments, "--data-dir", str(folder), env=NO_KEYCHAIN), text)
        return code, plain(out), plain(err)

    def plain(text: str) -> str:
        """Without what is another each time: moments, spans of time, and the names of worker and folder."""
        text = re.sub(r"\d{4}-\d\d-\d\d[T ][\d:.]+Z?|[\d.]+ m?s\b", "*", text.replace(str(folder), "FOLDER"))
        return re.sub(r"worker='[^']*'|\"worker\": \"[^\"]*\"", "WORKER", text)

    return [
        run("worker.cli.ledger"),
        run("worker.cli.submit", "-", text=f'{ROW}\n{{"type": "Running"}}\n'),
        run("worker.cli.worker", "--drain"),
        run("worker.cli.ledger"),
        run("worker.cli.ledger", "--wrong"),
        run("worker.cli.failed", "list"),
        run("worker.cli.failed", "show", "\udcff"),
        run("worker.cli.failed"),
        run("worker.cli.ingest", "--port", "65536"),
        run("worker.cli.ingest", "--help"),
        run("worker.cli.data", "verify", str(folder)),
        run("worker.cli.submit", "--version"),
    ]


def test_that_all_commands_say_the_same_and_end_with_the_same_code(tmp_path: Path) -> None:
    (forked := tmp_path / "a").mkdir()
    (begun := tmp_path / "b").mkdir()
    assert ends(start_command, forked) == ends(start_python, begun)
    assert {file.name for file in forked.iterdir()} == {file.name for file in begun.iterdir()}


@WAYS
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -9), (signal.SIGSEGV, -11)]
)
def test_that_a_signal_ends_it_in_its_way(start: Start, tmp_path: Path, number: signal.Signals, code: int) -> None:
    worker = start("worker.cli.worker", "--data-dir", str(tmp_path), env=NO_KEYCHAIN)
    wait_for_line(worker, "connected")
    assert worker.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(0.01)
    worker.send_signal(number)
    assert worker.wait(TIMEOUT_S) == worker.poll() == worker.returncode == code
    worker.communicate()
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)
    worker.kill()  # as if nothing had been there


@pytest.mark.parametrize("end", ["", "raise", "interrupt", "say", "abort"])
def test_that_it_begins_and_ends_alike(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    told = []
    for start in (start_command, start_python):
        process = start("tests.support.start_report", *([end] if end else []), env={"PACELINE_\udcff": "\udcfe"})
        out, err = process.communicate("Zoë\n", TIMEOUT_S)
        report = json.loads(out)
        assert report.pop("pid") == process.pid
        told.append((process.wait(), report, err.splitlines()[-1:]))
    assert told[0] == told[1]
    assert told[0][1]["zone"] == ["+0545", "+0545"]


@pytest.mark.parametrize(
    ("program", "env", "is_fork"),
    [
        ("worker.cli.ledger", {}, True),
        ("worker.cli.ledger", NO_KEYCHAIN, True),
        ("worker.cli.ledger", {"PYTHONIOENCODING": "latin-1"}, False),
        ("worker.cli.ledger", {"LC_ALL": "C"}, False),
        ("json.tool", {}, False),
    ],
)
def test_that_what_a_fork_could_not_follow_is_started_by_python(
    program: str, env: dict[str, str], is_fork: bool
) -> None:
    process = start_command(program, "--help", env=env)
    assert isinstance(process, ForkedCommand) is is_fork
    assert finish(process)[0] == 0


def test_that_what_never_ends_is_killed(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run_command("worker.cli.worker", "--data-dir", str(tmp_path), env=NO_KEYCHAIN, timeout_s=0.5)
