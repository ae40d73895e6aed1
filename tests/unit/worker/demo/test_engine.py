"""The engine of a demonstration, with real worker processes: each protection taken off while they run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.broker.ports import Message
from core.events import OutcomeKind, WorkerState
from tests.support.demo_pipeline import DemoPipeline, running
from tests.support.invariants import read_account
from tests.support.waiting import wait_until
from tests.support.workouts import messages, workouts
from worker.demo.copies import count_copies
from worker.demo.outages.queue_outage import QueueFileOutage
from worker.demo.protections import ALL_ON, Protections

BOUND_S = 60.0


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[DemoPipeline]:
    """With one worker, which is a process."""
    with running(tmp_path) as demo:
        demo.wait_for_states(WorkerState.RUNNING)
        assert demo.engine.protections == ALL_ON
        yield demo


def publish(folder: Path, some: list[Message]) -> None:
    publisher = open_broker(f"sqlite:///{folder / 'queue.db'}").publisher()
    publisher.open()
    with closing(publisher):
        publisher.publish(some)


@pytest.mark.expects_warnings
def test_that_a_process_killed_after_an_early_acknowledgement_loses_its_workout(
    demo: DemoPipeline, tmp_path: Path
) -> None:
    demo.set_work("600")
    demo.set_protections(Protections(acknowledge_after_commit=False))
    sent = demo.send(3)
    victim, lost = demo.wait_for_job()
    demo.kill(victim)
    demo.set_work("")  # for the process that comes after it
    demo.wait_until_stored(2)
    stored = read_account(tmp_path / "results.db").stored
    assert set(sent) - set(stored) == {lost}


def test_that_a_process_stores_a_duplicate_again(demo: DemoPipeline, tmp_path: Path) -> None:
    demo.set_protections(Protections(recognize_duplicates=False))
    (message,) = messages(1, 1)
    publish(tmp_path, [message, message])
    demo.events.wait_for(lambda: demo.outcomes() == [OutcomeKind.STORED] * 2)
    assert count_copies(message.message_id or "", read_account(tmp_path / "results.db").stored) == 1
    demo.set_protections(ALL_ON)
    demo.pipeline.each_worker(lambda worker: worker.stop())
    demo.wait_for_states(WorkerState.STOPPED)
    demo.pipeline.each_worker(lambda worker: worker.start())  # one that begins with what is on
    demo.wait_for_states(WorkerState.RUNNING)
    publish(tmp_path, [message])
    demo.events.wait_for(lambda: demo.outcomes()[2:] == [OutcomeKind.DUPLICATE])


def test_that_a_process_drops_what_it_cannot_read(demo: DemoPipeline, tmp_path: Path) -> None:
    demo.set_protections(Protections(failed_queue=False))
    publish(tmp_path, [Message(b"{no JSON", "bad")])
    demo.events.wait_for(lambda: demo.outcomes() == [OutcomeKind.FAILED])
    demo.wait_for_depth(ready=0, failed=0)
    assert not read_account(tmp_path / "results.db").failed
    demo.set_protections(ALL_ON)
    publish(tmp_path, [Message(b"{no JSON", "bad too")])
    demo.wait_for_depth(ready=0, failed=1)
    assert list(read_account(tmp_path / "results.db").failed) == ["bad too"]


def test_that_a_restart_of_the_broker_loses_what_waits_in_memory(demo: DemoPipeline, tmp_path: Path) -> None:
    assert demo.engine.restart_broker() == 0
    demo.pipeline.each_worker(lambda worker: worker.pause())
    demo.wait_for_states(WorkerState.PAUSED)
    demo.set_protections(Protections(persistent=False))
    sent = demo.send(5)
    demo.wait_for_depth(ready=5, failed=0)
    lost = demo.engine.restart_broker()
    assert lost > 0
    demo.wait_for_depth(ready=5 - lost, failed=0)
    demo.pipeline.each_worker(lambda worker: worker.resume())
    demo.wait_until_stored(5 - lost)
    assert len(set(sent) - set(read_account(tmp_path / "results.db").stored)) == lost
    ledger = demo.ledger[-1]
    assert (ledger.accepted_here, ledger.pending) == (5, 0), "the broker confirmed what it then lost"


def test_that_what_is_submitted_without_an_outbox_is_lost_while_the_queue_is_away(
    demo: DemoPipeline, tmp_path: Path
) -> None:
    direct, (first, second) = demo.engine.direct, workouts(2, 1)
    outage = QueueFileOutage(tmp_path / "queue.db")
    outage.start()
    outage.set(True)
    wait_until(lambda: outage.locked, BOUND_S)
    direct.submit([first])
    wait_until(lambda: direct.dropped == 1, BOUND_S)
    outage.set(False)
    wait_until(lambda: not outage.locked, BOUND_S)
    outage.stop()
    assert outage.join(BOUND_S)
    direct.submit([second])
    demo.wait_until_stored(1)
    assert direct.dropped_ids == (first.workout_id,)
    assert set(read_account(tmp_path / "results.db").stored) == {second.workout_id}
