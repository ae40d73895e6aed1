"""Both sides of a comparison, with little work."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.config.settings import WorkSpan
from core.errors import SettingError
from tests.support.waiting import wait_until
from worker.demo.comparison.clients import WorkoutClient
from worker.demo.comparison.plan import RESTART_S, ComparisonPlan
from worker.demo.comparison.report import ComparisonReport
from worker.demo.comparison.run import Comparison

WORK_MS = 150.0
PLAN = ComparisonPlan(count=12, threads=4, clients=4, work=WorkSpan(WORK_MS / 1000, WORK_MS / 1000), failing=2)
OWN_THREADS = ("comparison client", "service output")


def own_threads() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith(OWN_THREADS)]


def test_that_who_waits_for_the_work_waits_longer_and_loses_what_fails(tmp_path: Path) -> None:
    reports: list[ComparisonReport] = []
    last = Comparison(PLAN, tmp_path, reports.append).run()
    assert last is not None
    assert last.ended
    inline, queued = last.inline, last.queued
    assert inline.answered == queued.answered == PLAN.count
    assert inline.p50_ms is not None
    assert queued.p50_ms is not None
    assert inline.p50_ms >= WORK_MS
    assert queued.p50_ms < inline.p50_ms
    assert (inline.stored, inline.lost, inline.kept) == (10, 2, 0)
    assert (queued.stored, queued.lost, queued.kept) == (10, 0, 2)
    assert inline.sustained_per_s is not None
    assert inline.sustained_per_s <= PLAN.threads / (WORK_MS / 1000)
    assert reports
    assert not any(each.ended for each in reports)
    wait_until(lambda: own_threads() == [], 10.0, "threads were left")


def test_that_what_fails_for_a_while_is_lost_within_the_request_alone(tmp_path: Path) -> None:
    plan = ComparisonPlan(count=6, threads=2, clients=2, work=WorkSpan(0.01, 0.01), failing=0, outage=WorkSpan(0, 60))
    last = Comparison(plan, tmp_path, lambda _: None).run()
    assert last is not None
    assert (last.inline.stored, last.inline.lost, last.inline.kept) == (0, 6, 0)
    assert (last.queued.stored, last.queued.lost, last.queued.kept) == (0, 0, 6)


def test_that_a_killed_service_loses_its_requests_and_its_queue_loses_nothing(tmp_path: Path) -> None:
    plan = ComparisonPlan(count=10, threads=2, clients=2, work=WorkSpan(1, 1), failing=0, kill_s=1.5)
    last = Comparison(plan, tmp_path, lambda _: None).run()
    assert last is not None
    # Two were stored after a second. Those that followed got no answer, and perhaps two that still got a connection.
    assert 2 <= last.inline.lost <= 4
    assert (last.inline.answered, last.inline.stored) == (10, 10 - last.inline.lost)
    assert (last.queued.answered, last.queued.stored, last.queued.lost) == (10, 10, 0)
    assert last.queued.kept >= 6
    assert last.elapsed_s > 1.5 + RESTART_S
    wait_until(lambda: own_threads() == [], 10.0, "threads were left")


def test_that_it_ends_soon_when_it_is_stopped(tmp_path: Path) -> None:
    plan = ComparisonPlan(count=4, threads=1, clients=1, work=WorkSpan(10, 10))
    reports: list[ComparisonReport] = []
    comparison = Comparison(plan, tmp_path, reports.append)
    found: list[ComparisonReport | None] = []
    thread = threading.Thread(target=lambda: found.append(comparison.run()))
    thread.start()
    wait_until(lambda: any(each.queued.answered == 4 for each in reports), 20.0)
    comparison.stop()
    thread.join(9.0)
    assert found == [None]
    wait_until(lambda: own_threads() == [], 10.0, "threads were left")


def test_that_clients_that_reach_nothing_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkoutClient, "_run", lambda client: client._start.abort())
    with pytest.raises(SettingError, match="could not reach"):
        Comparison(PLAN, tmp_path, lambda _: None).run()
