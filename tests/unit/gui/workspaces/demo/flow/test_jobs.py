"""The job of a worker that is shown between two of its batches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.events import CurrentJob, WorkerState
from core.live.workers import LiveWorker
from gui.workspaces.demo.flow.jobs import HELD_MS, ShownJobs

T0 = 1_700_000_000_000
BUSY = LiveWorker("W", WorkerState.RUNNING, in_flight=3, job=CurrentJob("j", "Ana", "Rowing", 30.0), job_for_ms=40)
IDLE = replace(BUSY, in_flight=0, job=None, job_for_ms=0)


def test_that_the_last_job_stays_until_it_could_be_read() -> None:
    jobs = ShownJobs()
    assert jobs.of([BUSY], T0) == [BUSY]
    assert jobs.of([IDLE], T0 + HELD_MS - 1) == [BUSY]
    assert jobs.of([IDLE], T0 + HELD_MS) == [IDLE]


def test_that_the_next_job_is_shown_at_once() -> None:
    jobs, other = ShownJobs(), replace(BUSY, job=CurrentJob("k", "Ben"))
    jobs.of([BUSY], T0)
    assert jobs.of([other], T0 + 1) == [other]


@pytest.mark.parametrize("state", [WorkerState.PAUSED, WorkerState.STOPPED, WorkerState.ON_HOLD])
def test_that_a_worker_that_does_not_work_has_no_job(state: WorkerState) -> None:
    jobs = ShownJobs()
    jobs.of([BUSY], T0)
    assert jobs.of([replace(IDLE, state=state)], T0 + 1)[0].job is None


def test_that_a_worker_that_left_is_forgotten_and_a_clock_set_back_holds_nothing() -> None:
    jobs = ShownJobs()
    jobs.of([BUSY], T0)
    assert jobs.of([IDLE], T0 - 1) == [IDLE]
    jobs.of([], T0 + 1)
    assert jobs.of([IDLE], T0 + 2) == [IDLE]
