"""Protections taken off on a RabbitMQ: the same is lost or doubled as on the embedded queue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.broker.ports import Message
from core.events import WorkerState
from tests.support.demo_pipeline import DemoPipeline, running
from tests.support.invariants import read_account
from tests.support.rabbitmq_node import PrivateNode
from tests.support.workouts import messages
from worker.demo.copies import count_copies
from worker.demo.protections import ALL_ON, Protections

pytestmark = pytest.mark.rabbitmq


@pytest.fixture
def url(rabbitmq_node: PrivateNode) -> str:
    return rabbitmq_node.new_vhost()


@pytest.fixture
def demo(tmp_path: Path, url: str) -> Iterator[DemoPipeline]:
    with running(tmp_path, url) as demo:
        demo.wait_for_states(WorkerState.RUNNING)
        yield demo


def publish(url: str, some: Sequence[Message]) -> None:
    publisher = open_broker(url).publisher()
    publisher.open()
    with closing(publisher):
        publisher.publish(some)


@pytest.mark.expects_warnings
def test_that_an_early_acknowledgement_loses_the_workout_of_a_killed_worker(demo: DemoPipeline, tmp_path: Path) -> None:
    demo.set_work("600")
    demo.set_protections(Protections(acknowledge_after_commit=False))
    sent = demo.send(3)
    victim, lost = demo.wait_for_job()
    demo.set_protections(ALL_ON)  # too late for this workout
    demo.kill(victim)
    demo.wait_for_job()
    demo.kill(victim)
    demo.set_work("")
    demo.wait_until_stored(2)
    assert set(sent) - set(read_account(tmp_path / "results.db").stored) == {lost}


def test_that_what_comes_twice_is_stored_twice_and_what_is_bad_is_dropped(
    demo: DemoPipeline, tmp_path: Path, url: str
) -> None:
    first, second = messages(2, 1)
    demo.set_protections(Protections(recognize_duplicates=False, failed_queue=False))
    publish(url, [first, first, Message(b"{no JSON", "lost")])
    demo.wait_until_stored(2)
    demo.wait_for_outcomes(3)
    demo.set_protections(ALL_ON)
    publish(url, [second, second, Message(b"{no JSON", "kept")])
    demo.wait_for_outcomes(6)
    demo.wait_for_depth(ready=0, failed=1)
    account = read_account(tmp_path / "results.db")
    copies = [count_copies(each.message_id or "", account.stored) for each in (first, second)]
    assert (copies, list(account.failed), account.duplicates) == ([1, 0], ["kept"], 1)


def test_that_a_restart_loses_what_waits_in_memory(demo: DemoPipeline, tmp_path: Path) -> None:
    demo.pipeline.each_worker(lambda worker: worker.pause())
    demo.wait_for_states(WorkerState.PAUSED)
    demo.set_protections(Protections(persistent=False))
    sent = demo.send(5)
    demo.wait_for_depth(ready=5, failed=0)
    lost = demo.engine.restart_broker()
    assert lost > 0
    demo.pipeline.each_worker(lambda worker: worker.resume())
    demo.wait_until_stored(5 - lost)
    assert len(set(sent) - set(read_account(tmp_path / "results.db").stored)) == lost
