"""The process of the load, as its console sees it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Condition

import pytest

from core.outbox.outbox import Outbox
from tests.support.demo_pipeline import has_ended
from tests.support.waiting import wait_until
from worker.demo.producers import load_process
from worker.demo.producers.load import Pattern
from worker.demo.producers.load_process import LoadProcess
from worker.demo.producers.load_request import LoadReport

BOUND_S = 60.0


class _Rig:
    def __init__(self, path: Path, restart_s: float = 0.05) -> None:
        self.path = path
        self.changed = Condition()
        self.reports: list[LoadReport] = []
        self.load = LoadProcess(path, self._on_report, rate_per_s=1.0, share=0.0, restart_s=restart_s)

    def _on_report(self, report: LoadReport) -> None:
        with self.changed:
            self.reports.append(report)
            self.changed.notify_all()

    def made(self) -> int:
        return sum(len(each.whole) + len(each.brief) + len(each.spoiled) + len(each.unkept) for each in self.reports)

    def wait_for(self, reached: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: bool(reached()), BOUND_S)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[_Rig]:
    made = _Rig(tmp_path / "outbox.db")
    yield made
    made.load.stop()
    assert made.load.join(BOUND_S)
    assert made.load.pid is None


def test_that_what_is_requested_before_the_start_is_done_and_bursts_come_once(rig: _Rig) -> None:
    rig.load.set_paused(True)
    rig.load.burst(20)
    rig.load.burst(10)
    rig.load.start()
    rig.wait_for(lambda: rig.made() == 31)
    rig.load.burst(5)
    rig.wait_for(lambda: rig.made() == 36)


def test_that_requests_reach_the_process(rig: _Rig) -> None:
    rig.load.start()
    rig.wait_for(lambda: rig.made() >= 1)
    rig.load.set_share(0.2)
    rig.load.set_pattern(Pattern.SPIKES)
    rig.load.set_rate(1_000.0)
    rig.wait_for(lambda: any(report.spoiled for report in rig.reports))
    rig.load.set_kept(False)
    rig.wait_for(lambda: any(report.unkept for report in rig.reports))
    rig.load.set_full(True)
    rig.load.set_kept(True)
    rig.wait_for(lambda: any(report.problem for report in rig.reports))


@pytest.mark.expects_warnings
def test_that_a_process_that_is_killed_is_followed_by_another_with_the_same_settings(rig: _Rig) -> None:
    rig.load.set_paused(True)
    rig.load.set_kept(False)
    rig.load.burst(3)
    rig.load.start()
    rig.wait_for(lambda: rig.made() == 4)
    pid = rig.load.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: rig.load.pid not in (None, pid), BOUND_S)
    rig.load.burst(2)
    rig.wait_for(lambda: rig.made() == 7)  # the first one of each process, three, and two
    assert not any(report.whole for report in rig.reports)


@pytest.mark.expects_warnings
def test_that_a_process_that_cannot_be_started_is_tried_again(rig: _Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(rig.path.parent / "no such program"))
        rig.load.start()
    rig.wait_for(lambda: rig.made() >= 1)


@pytest.mark.expects_warnings
def test_that_a_process_that_reports_what_is_no_report_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = _Rig(tmp_path / "outbox.db", restart_s=60.0)
    monkeypatch.setattr(load_process, "COMMAND", "this")  # a module that prints at once
    rig.load.start()
    wait_until(lambda: rig.load._process is None and rig.load._thread.is_alive(), BOUND_S)
    rig.load.stop()
    assert rig.load.join(BOUND_S)
    assert not rig.reports


def test_that_a_process_that_does_not_end_is_killed(rig: _Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_process, "KILL_AFTER_S", 0.1)
    rig.load.start()
    rig.wait_for(lambda: rig.made() >= 1)
    pid = rig.load.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    rig.load.stop()
    assert rig.load.join(BOUND_S)
    assert has_ended(pid)


def test_that_a_stop_before_the_start_makes_nothing(rig: _Rig) -> None:
    rig.load.stop()
    rig.load.start()
    assert rig.load.join(BOUND_S)
    assert not rig.reports


def test_that_nothing_accepted_is_left_unreported(rig: _Rig) -> None:
    rig.load.set_rate(500.0)
    rig.load.start()
    rig.wait_for(lambda: rig.made() > 100)
    rig.load.stop()
    assert rig.load.join(BOUND_S)
    outbox = Outbox(rig.path, now_ms=lambda: 0)
    outbox.open()
    try:
        assert outbox.counts().accepted == rig.made()
    finally:
        outbox.close()
