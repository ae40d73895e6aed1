"""A worker process: killed, started again, told what to do, and ended with its console."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.events import WorkerHeartbeat, WorkerState
from tests.support.demo_pipeline import has_ended, running
from tests.support.invariants import assert_accounted
from tests.support.waiting import wait_until
from worker.demo import worker_process

END_S = 15.0
AGAIN = [WorkerState.STOPPED, WorkerState.STARTING, WorkerState.RUNNING]


@pytest.mark.expects_warnings
def test_that_another_worker_takes_over_from_one_that_is_killed_in_the_middle_of_a_job(tmp_path: Path) -> None:
    with running(tmp_path, workers=2, work="0.4:0.5", restart_s=60.0) as demo:
        demo.wait_for_states(WorkerState.RUNNING)
        sent = demo.send(5)
        victim, workout_id = demo.wait_for_job()
        assert demo.engine.kill(victim) is not None
        demo.wait_until_balanced(5)
        demo.events.wait_for(lambda: set(demo.stored()) == set(sent))
        assert set(demo.stored().values()) == {1}
        assert demo.stored_by(workout_id) != victim
    assert_accounted(tmp_path / "results.db", sent)


@pytest.mark.expects_warnings
def test_that_a_killed_worker_is_reported_and_started_again(tmp_path: Path) -> None:
    with running(tmp_path) as demo:
        (name,) = demo.pipeline.worker_names
        demo.wait_for_states(WorkerState.RUNNING)
        (before,) = demo.engine.workers()
        assert demo.engine.kill(name) == before.pid
        demo.events.wait_for(lambda: demo.states(name)[-3:] == AGAIN)
        problems = [event.problem for event in demo.events.of(WorkerHeartbeat) if event.state is WorkerState.STOPPED]
        assert problems == ["Its process was killed (SIGKILL). It is started again after 0.3 s."]
        (after,) = demo.engine.workers()
        assert after.running
        assert after.pid != before.pid
        demo.send(1)
        demo.wait_until_balanced(1)


def test_that_workers_are_paused_resumed_drained_and_stopped(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as demo:
        demo.wait_for_states(WorkerState.RUNNING)
        demo.pipeline.each_worker(lambda worker: worker.pause())
        demo.wait_for_states(WorkerState.PAUSED)
        demo.send(4)
        demo.pipeline.each_worker(lambda worker: worker.resume())
        demo.wait_until_balanced(4)
        demo.pipeline.each_worker(lambda worker: worker.drain())
        demo.wait_for_states(WorkerState.STOPPED)
        wait_until(lambda: not any(worker.running for worker in demo.engine.workers()), END_S)
        demo.pipeline.each_worker(lambda worker: worker.start())
        demo.wait_for_states(WorkerState.RUNNING)
        demo.pipeline.each_worker(lambda worker: worker.stop())
        demo.pipeline.each_worker(lambda worker: worker.start())  # after the stop
        demo.events.wait_for(lambda: all(demo.states(name)[-3:] == AGAIN for name in demo.pipeline.worker_names))


def test_that_prefetch_and_simulated_work_reach_the_process(tmp_path: Path) -> None:
    with running(tmp_path) as demo:
        demo.wait_for_states(WorkerState.RUNNING)
        demo.pipeline.set_worker(7, "600")
        demo.events.wait_for(lambda: _prefetch(demo.events.of(WorkerHeartbeat)) == 7)
        demo.send(1)
        demo.wait_for_job()
        demo.pipeline.set_worker(7, "")
        demo.wait_until_balanced(1)


def test_that_a_worker_is_added(tmp_path: Path) -> None:
    with running(tmp_path) as demo:
        demo.pipeline.add_worker()
        demo.wait_for_states(WorkerState.RUNNING)
        assert [worker.name for worker in demo.engine.workers()] == list(demo.pipeline.worker_names)
        assert len(demo.pipeline.worker_names) == 2
        with pytest.raises(KeyError):
            demo.engine.kill("another")


@pytest.mark.expects_warnings
def test_that_a_killed_worker_that_was_paused_is_paused_again(tmp_path: Path) -> None:
    with running(tmp_path) as demo:
        (name,) = demo.pipeline.worker_names
        demo.wait_for_states(WorkerState.RUNNING)
        demo.pipeline.each_worker(lambda worker: worker.pause())
        demo.wait_for_states(WorkerState.PAUSED)
        demo.engine.kill(name)
        demo.events.wait_for(lambda: WorkerState.STOPPED in demo.states(name))
        demo.wait_for_states(WorkerState.PAUSED)


@pytest.mark.expects_warnings
def test_that_a_stop_ends_the_pause_before_a_process_is_started_again(tmp_path: Path) -> None:
    with running(tmp_path) as demo:
        (name,) = demo.pipeline.worker_names
        demo.wait_for_states(WorkerState.RUNNING)
        demo.engine.kill(name)
        demo.events.wait_for(lambda: WorkerState.STOPPED in demo.states(name))
        worker = demo.pipeline.worker(name)
        worker.stop()
        assert worker.join(END_S)
        assert demo.engine.kill(name) is None


@pytest.mark.expects_warnings
def test_that_a_worker_killed_while_it_drains_stays_away(tmp_path: Path) -> None:
    with running(tmp_path, work="600") as demo:
        (name,) = demo.pipeline.worker_names
        demo.send(1)
        demo.wait_for_job()
        demo.pipeline.each_worker(lambda worker: worker.drain())
        demo.kill(name)
        assert demo.pipeline.worker(name).join(END_S)
        ends = [event.problem for event in demo.events.of(WorkerHeartbeat) if event.state is WorkerState.STOPPED]
        assert ends == ["Its process was killed (SIGKILL)."]


@pytest.mark.expects_warnings
def test_that_a_process_that_cannot_be_started_is_reported_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, running(tmp_path) as demo:
        (name,) = demo.pipeline.worker_names
        demo.wait_for_states(WorkerState.RUNNING)
        patch.setattr(sys, "executable", str(tmp_path / "no such program"))
        demo.kill(name)
        demo.events.wait_for(lambda: demo.states(name).count(WorkerState.STOPPED) == 2)
        patch.undo()
        demo.wait_for_states(WorkerState.RUNNING)
        problems = [event.problem for event in demo.events.of(WorkerHeartbeat) if event.problem]
        assert "Its process could not be started (No such file or directory)." in problems[-1]


@pytest.mark.expects_warnings
def test_that_a_process_that_does_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "KILL_AFTER_S", 0.1)
    with running(tmp_path) as demo:
        demo.wait_for_states(WorkerState.RUNNING)
        (worker,) = demo.engine.workers()
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        hosted = demo.pipeline.worker(worker.name)
        hosted.stop()
        assert hosted.join(END_S)
        assert has_ended(worker.pid)


def test_that_a_process_that_is_told_to_hurry_gives_its_workout_back(tmp_path: Path) -> None:
    with running(tmp_path, work="600") as demo:
        sent = demo.send(1)
        demo.wait_for_job()
        demo.pipeline.stop_now()
        demo.wait_for_states(WorkerState.STOPPED)
    with running(tmp_path) as demo:
        demo.wait_until_balanced(1)
    assert_accounted(tmp_path / "results.db", sent)


def test_that_worker_processes_end_with_a_console_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.demo_pipeline", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as console:
        assert console.stdout is not None
        pids = [int(word) for word in console.stdout.readline().split()]
        console.kill()
    assert len(pids) == 2
    wait_until(lambda: all(map(has_ended, pids)), END_S)
    with running(tmp_path) as demo:
        demo.wait_until_balanced(4)


def _prefetch(heartbeats: list[WorkerHeartbeat]) -> int:
    info = heartbeats[-1].info
    return 0 if info is None else info.prefetch
