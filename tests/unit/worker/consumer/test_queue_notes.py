"""Notes are taken back once the messages have left the queue, and never before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from core.broker.ports import Delivery, Held, Message, RetryRequest
from core.config.settings import WorkSpan
from core.errors import StoreUnavailableError
from core.events import OutcomeKind, WorkerState
from core.failures.failure_key import failure_key
from core.processing.apply_batch import ApplyResult
from core.store.still_queued import copy_key, worker_key
from tests.support.fakes import FakeStore
from tests.support.loop_rig import FAST, good, workout_id
from tests.support.loop_rig import Rig as LoopRig
from worker.consumer.options import LoopOptions
from worker.consumer.queue_notes import QueueNotes
from worker.consumer.simulated_work import Simulation


@dataclass
class FakeConsumer:
    connection_epoch: int = 1
    held: Held = field(default_factory=Held)


class Rig:
    def __init__(self) -> None:
        self.store, self.consumer = FakeStore(is_open=True), FakeConsumer()
        self.notes = QueueNotes(self.store, self.consumer, "w-1")  # type: ignore[arg-type]  # as much as is asked of it

    @property
    def taken_back(self) -> list[str]:
        return self.store.put_away_keys


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_that_failures_that_were_put_away_are_taken_back_once(rig: Rig) -> None:
    rig.notes.moved(["a", "b"], 2)
    rig.notes.remove()
    rig.notes.remove()
    assert rig.taken_back == ["a", "b"]


def test_that_what_is_held_is_taken_back_when_nothing_is_held_any_more(rig: Rig) -> None:
    rig.consumer.held = Held(1, "full")
    rig.notes.moved(["a", "b"], 1)
    rig.notes.look()
    rig.notes.remove()
    assert rig.taken_back == []
    rig.consumer.held = Held()
    rig.notes.rest()  # as at the end: the consumer is closed, and holds nothing for that
    assert rig.taken_back == []
    rig.notes.look()
    rig.notes.remove()
    assert rig.taken_back == ["a", "b"]


def test_that_what_was_held_by_a_lost_connection_is_in_the_queue_again(rig: Rig) -> None:
    rig.consumer.held = Held(1, "full")
    rig.notes.moved(["a"], 0)
    rig.consumer.connection_epoch, rig.consumer.held = 2, Held()
    rig.notes.look()
    rig.notes.remove()
    assert rig.taken_back == []


def test_that_a_batch_is_taken_back_at_rest_only_when_it_was_acked(rig: Rig) -> None:
    rig.notes.settling()
    rig.notes.rest()
    assert rig.taken_back == []
    rig.notes.settled([], [])
    rig.notes.remove()
    assert rig.taken_back == []
    rig.notes.rest()
    rig.notes.rest()
    assert rig.taken_back == [worker_key("w-1")]
    rig.notes.settled([], [])
    rig.notes.settling()  # another is committed, and the broker has not answered
    rig.notes.rest()
    assert len(rig.taken_back) == 1


def test_that_what_could_not_be_taken_back_is_taken_back_later(rig: Rig) -> None:
    rig.store.troubles.append(StoreUnavailableError("away"))
    rig.notes.moved(["a"], 1)
    with pytest.raises(StoreUnavailableError):
        rig.notes.remove()
    rig.notes.remove()
    assert rig.taken_back == ["a"]


def rig_with_notes(options: LoopOptions = FAST) -> LoopRig:
    rig = LoopRig(options)
    rig.queue.put(good(number) for number in range(2))
    return rig


def test_that_a_worker_that_ends_leaves_no_note_of_what_it_acked() -> None:
    rig = rig_with_notes()
    rig.drain()
    assert rig.store.put_away_keys == [worker_key("west")]


def test_that_a_worker_that_pauses_leaves_no_note() -> None:
    rig = rig_with_notes()
    with rig.running():
        rig.events.wait_for(lambda: len(rig.kinds()) == 2)
        rig.loop.controls.pause()
        rig.wait_for_state(WorkerState.PAUSED)
    assert rig.store.put_away_keys == [worker_key("west")]


def test_that_work_that_takes_a_while_begins_without_the_note_of_the_work_before() -> None:
    rig = rig_with_notes(replace(FAST, simulation=Simulation(WorkSpan(0.01, 0.01))))
    seen: list[list[str]] = []
    rig.store.before_apply = lambda: seen.append(list(rig.store.put_away_keys))
    rig.drain()
    assert seen == [[], [worker_key("west")]]


@pytest.mark.expects_warnings
def test_that_a_note_that_cannot_be_taken_back_does_not_stop_the_work() -> None:
    rig = rig_with_notes(replace(FAST, simulation=Simulation(WorkSpan(0.01, 0.01))))
    put_away, away = rig.store.put_away, [StoreUnavailableError("away")]

    def putting_away(keys: Sequence[str]) -> None:
        if away:
            raise away.pop()
        put_away(keys)

    object.__setattr__(rig.store, "put_away", putting_away)
    rig.drain()
    assert len(rig.store.stored) == 2
    assert away == []


@pytest.mark.expects_warnings
def test_that_a_failure_is_put_away_after_its_message() -> None:
    rig = LoopRig()
    rig.queue.put([Message(b"no JSON")])
    rig.drain()
    (key,) = rig.store.failures
    assert rig.store.put_away_keys == [key]


def rig_with_a_retry() -> LoopRig:
    rig = LoopRig()
    rig.queue.put([good(1)])
    rig.store.poison[workout_id(1)] = RuntimeError("once")
    return rig


def watch_retries(rig: LoopRig, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], list[str]]]:
    """What was noted, and taken back, before each copy; the store takes the message from then on."""
    seen: list[tuple[list[str], list[str]]] = []
    retry = rig.consumer.retry

    def retrying(retries: Sequence[RetryRequest]) -> int:
        seen.append((list(rig.store.copies), list(rig.store.put_away_keys)))
        rig.store.poison.clear()
        return retry(retries)

    monkeypatch.setattr(rig.consumer, "retry", retrying)
    return seen


@pytest.mark.expects_warnings
def test_that_a_copy_is_noted_before_it_is_made_and_taken_back_after(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = rig_with_a_retry()
    seen = watch_retries(rig, monkeypatch)
    rig.drain()
    key = copy_key(failure_key(good(1)))
    assert seen == [([key], [])]
    assert rig.store.put_away_keys == [key, worker_key("west")]


@pytest.mark.expects_warnings
def test_that_a_copy_that_cannot_be_noted_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: Sequence[str]) -> None:
        raise StoreUnavailableError("away")

    rig = rig_with_a_retry()
    seen = watch_retries(rig, monkeypatch)
    monkeypatch.setattr(rig.store, "note_copies", away)
    rig.drain()
    assert seen == [([], [])]
    assert list(rig.store.stored) == [workout_id(1)]
    assert rig.store.put_away_keys == [worker_key("west")]


@pytest.mark.parametrize(("redelivered", "attempts", "taken"), [(False, 0, 0), (True, 0, 1), (False, 1, 1)])
def test_that_a_duplicate_that_came_again_is_one_copy_less(
    rig: Rig, redelivered: bool, attempts: int, taken: int
) -> None:
    delivery = Delivery(good(1), 1, 1, attempts, redelivered)
    rig.notes.settled([ApplyResult(workout_id(1), OutcomeKind.STORED)], [delivery])
    rig.notes.remove()
    assert rig.taken_back == []
    rig.notes.settled([ApplyResult(workout_id(1), OutcomeKind.DUPLICATE)], [delivery])
    rig.notes.remove()
    assert rig.taken_back == [copy_key(failure_key(good(1)))] * taken
