"""Worker processes of a demonstration on a queue of each kind: killed in the middle of a job, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.events import WorkerState
from tests.support.demo_pipeline import running
from tests.support.invariants import assert_accounted

WORKERS, KILLS = 2, 3
WORKOUTS = 3  # for each kill


@pytest.mark.expects_warnings
def test_that_killed_worker_processes_lose_nothing(tmp_path: Path, broker: str) -> None:
    with running(tmp_path, broker, workers=WORKERS, work="0.3:0.4") as demo:
        demo.wait_for_states(WorkerState.RUNNING)
        sent: list[str] = []
        for _ in range(KILLS):
            sent += demo.send(WORKOUTS)
            victim, _ = demo.wait_for_job()
            demo.kill(victim)
            demo.wait_for_state(victim, WorkerState.RUNNING)
        demo.wait_until_balanced(len(sent), wait_s=60.0)
    assert_accounted(tmp_path / "results.db", sent)
