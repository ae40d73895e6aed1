"""The process of a comparison, by its output and its end."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.config.settings import WorkSpan
from tests.support.waiting import wait_until
from worker.demo.child_process import more_environment
from worker.demo.comparison.command import WRONG_USE, main
from worker.demo.comparison.invocation import command_line
from worker.demo.comparison.plan import ComparisonPlan
from worker.demo.comparison.report import read_report

BOUND_S = 60.0
SHORT = ComparisonPlan(count=6, threads=2, clients=2, work=WorkSpan(0.02, 0.05), failing=1)
LONG = ComparisonPlan(count=100, threads=1, clients=1, work=WorkSpan(10, 10))


def spawn(plan: ComparisonPlan, folder: Path) -> subprocess.Popen[bytes]:
    """With temporary files below `folder`."""
    return subprocess.Popen(
        command_line(plan),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, **more_environment(), "TMPDIR": str(folder)},
    )


def test_that_it_reports_a_line_at_a_time_and_leaves_nothing(tmp_path: Path) -> None:
    with spawn(SHORT, tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        reports = [read_report(line) for line in process.stdout]
        assert process.stderr.read() == b""
        assert process.wait(BOUND_S) == 0
    assert [each.ended for each in reports[-2:]] == [False, True]
    assert (reports[-1].inline.lost, reports[-1].queued.kept) == (1, 1)
    assert list(tmp_path.iterdir()) == []


def test_that_it_ends_with_its_console(tmp_path: Path) -> None:
    with spawn(LONG, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        wait_until(lambda: any(tmp_path.iterdir()), BOUND_S)
        process.stdin.close()
        assert process.wait(BOUND_S) != 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["--count", "0"], "--count"),
        (["--work", "x"], "--work"),
        (["--outage", "5:1"], "--outage"),
        (["--kill", "61"], "--kill"),
    ],
)
def test_that_a_wrong_value_is_named(given: Sequence[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given) == WRONG_USE
    assert named in capsys.readouterr().err
