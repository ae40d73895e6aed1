"""What is settled in the database and still in the queue, since a worker ended between the two, is counted once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.broker.ports import Message
from core.broker.topology import FAILED_QUEUE
from core.codec.workout_codec import DecodedMessage
from core.events import LedgerSnapshot, ProblemRaised
from core.live.ledger import BalanceStatus
from core.store import still_queued
from tests.support.data_place import Place
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign
from tests.support.workouts import workouts
from worker.consumer.factory import make_loop
from worker.consumer.loop import WorkerLoop
from worker.consumer.options import LoopOptions
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

FOREIGN = Message(b'{"type": "Running", "duration": 45}')
BAD = Message(b'{"type": "Running"}')


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    url = ""
    if request.param == "rabbitmq":
        node: PrivateNode = request.getfixturevalue("rabbitmq_node")
        url = node.new_vhost()
    return Place(tmp_path / "data", url)


@contextmanager
def loop_of(place: Place, options: LoopOptions) -> Iterator[WorkerLoop]:
    broker = open_broker(place.settings.broker_url)
    link = ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=lambda _: None)
    yield make_loop(broker, place.settings.database_url, "w-1", options, on_event=lambda _: None, status=link)


def die_between_commit_and_ack(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a kill: committed, and neither acked nor tidied up; the messages go back."""

    def die(*_: object) -> int:
        raise KeyboardInterrupt

    with loop_of(place, LoopOptions()) as loop, monkeypatch.context() as patched:
        for name in ("ack", "dead_letter", "retry"):
            patched.setattr(loop._consumer, name, die)
        with pytest.raises(KeyboardInterrupt):
            loop.run()


def publish(place: Place, *messages: Message) -> None:
    publisher = open_broker(place.settings.broker_url).publisher()
    publisher.open()
    publisher.publish(messages)
    publisher.close()


@pytest.mark.expects_warnings
def test_a_failure_that_is_still_in_the_queue_counts_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(place, BAD)
    die_between_commit_and_ack(place, monkeypatch)
    view = place.ledger()
    assert (view.accepted, view.failed, view.waiting, view.running) == (1, 1, 0, 0)
    assert (view.verdict, view.still_queued) == (BalanceStatus.BALANCES, 1)
    publish(place, FOREIGN)
    view = place.ledger()
    assert (view.accepted, view.failed, view.waiting, view.running) == (2, 1, 1, 0)
    place.process()
    view = place.ledger()
    assert (view.accepted, view.stored, view.failed, view.waiting, view.still_queued) == (2, 1, 1, 0, 0)


@pytest.mark.expects_warnings
def test_what_is_stored_and_still_in_the_queue_counts_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(still_queued, "BATCH_AGE_MS", -60_000)
    place.send(list(workouts(3)))
    die_between_commit_and_ack(place, monkeypatch)
    view = place.ledger()
    assert (view.accepted, view.stored + view.waiting, view.running) == (3, 3, 0)
    assert view.still_queued == view.stored > 0
    settled = view.stored
    place.process()
    view = place.ledger()
    assert (view.accepted, view.stored, view.duplicates, view.still_queued) == (3, 3, settled, 0)


def die_between_copy_and_ack(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a kill: the copy is in a retry queue, confirmed, and the original goes back."""

    def fail(*_: object, **__: object) -> DecodedMessage:
        raise RuntimeError("for a retry")

    def die(*_: object) -> int:
        raise KeyboardInterrupt

    with loop_of(place, LoopOptions(read_body=fail)) as loop, monkeypatch.context() as patched:
        patched.setattr(loop._consumer, "ack", die)
        with pytest.raises(KeyboardInterrupt):
            loop.run()


@pytest.mark.rabbitmq
@pytest.mark.expects_warnings
def test_a_message_of_which_a_retry_copy_is_in_the_queue_too_counts_once(
    rabbitmq_node: PrivateNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An embedded queue moves a message in one transaction."""
    place = Place(tmp_path / "data", rabbitmq_node.new_vhost())
    place.send(list(workouts(1)))
    copies = 0
    for _ in range(2):  # what was copied fails once more, and its worker dies once more
        die_between_copy_and_ack(place, monkeypatch)
        view = place.ledger()
        assert view.still_queued > copies
        copies = view.still_queued
        assert (view.verdict, view.accepted, view.stored, view.waiting, view.running) == (
            BalanceStatus.BALANCES,
            1,
            0,
            1,
            0,
        )
    publish(place, FOREIGN)
    view = place.ledger()
    assert (view.accepted, view.waiting, view.still_queued) == (2, 2, copies)
    with place.running(1) as (_, events):
        events.wait_for(lambda: any(event.duplicates == copies for event in events.of(LedgerSnapshot)))
        events.wait_for(lambda: events.of(LedgerSnapshot)[-1].still_queued == 0)
    view = place.ledger()
    assert (view.accepted, view.stored, view.duplicates, view.waiting, view.still_queued) == (2, 2, copies, 0, 0)
    assert view.verdict is BalanceStatus.BALANCES


@pytest.mark.rabbitmq
@pytest.mark.expects_warnings
def test_a_failure_that_a_worker_holds_counts_once_while_it_works_and_after_its_end(
    rabbitmq_node: PrivateNode, tmp_path: Path
) -> None:
    """The failed queue takes nothing."""
    place = Place(tmp_path / "data", rabbitmq_node.new_vhost())
    with foreign(place.settings.broker_url) as channel:
        full = {"x-max-length": 0, "x-overflow": "reject-publish"}
        channel.queue_declare(FAILED_QUEUE, durable=True, arguments=full)
        publish(place, BAD, FOREIGN)
        with place.running(1) as (_, events):
            events.wait_for(lambda: any(event.stored for event in events.of(LedgerSnapshot)))
            events.wait_for(lambda: any("failed list" in event.text for event in events.of(ProblemRaised)))
            view = place.ledger()
            assert (view.accepted, view.stored, view.failed, view.waiting, view.running) == (2, 1, 1, 0, 0)
        view = place.ledger()
        assert (view.accepted, view.stored, view.failed, view.waiting, view.still_queued) == (2, 1, 1, 0, 1)
        channel.queue_delete(FAILED_QUEUE)
    place.process()
    view = place.ledger()
    assert (view.accepted, view.stored, view.failed, view.waiting, view.still_queued) == (2, 1, 1, 0, 0)
