"""Worker processes of a demonstration on a queue of each kind: killed in the middle of a job, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.events import WorkerState
from tests.support.demo_pipeline import running
from tests.support.invariants import assert_accounted

WORKERS, WORKOUTS, KILLS = 2, 8, 3


@pytest.mark.expects_warnings
def test_that_killed_worker_processes_lose_nothing(tmp_path: Path, broker: str) -> None:
    with running(tmp_path, broker, workers=WORKERS, work="0.3:0.4") as demo:
        demo.wait_for_states(WorkerState.RUNNING)
        sent = demo.send(WORKOUTS)
        for _ in range(KILLS):
            victim, _ = demo.wait_for_job()
            demo.kill(victim)
            demo.wait_for_state(victim, WorkerState.RUNNING)
        demo.wait_until_balanced(WORKOUTS, wait_s=60.0)
        demo.wait_for_states(WorkerState.RUNNING)
    assert_accounted(tmp_path / "results.db", sent)
