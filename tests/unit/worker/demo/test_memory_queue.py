"""A queue in memory in front of a broker: what is passed on, counted and dropped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.broker.ports import Message, PublishResult, PublishStatus
from core.errors import BrokerUnavailableError
from tests.support.fakes import FakeBroker
from tests.support.waiting import wait_until
from worker.demo import memory_queue as module
from worker.demo.memory_queue import MemoryQueue
from worker.demo.protections import ALL_ON, Protections, ProtectionSwitch
from worker.demo.switched_broker import SwitchedBroker

IN_MEMORY = Protections(persistent=False)
BOUND_S = 60.0
REFUSED = PublishResult(PublishStatus.REFUSED, "full")
REJECTED = PublishResult(PublishStatus.REJECTED, "too large")
UNKNOWN = PublishResult(PublishStatus.UNKNOWN, "lost")


class Desk:
    def __init__(self) -> None:
        self.switch = ProtectionSwitch(IN_MEMORY)
        self.inner = FakeBroker()
        self.memory = MemoryQueue(self.inner, self.switch)
        self.broker = SwitchedBroker(self.inner, self.switch, self.memory)
        self.publisher = self.broker.publisher()
        self.publisher.open()
        self.inspector = self.broker.inspector()
        self.inspector.open()

    def publish(self, *names: str) -> list[PublishStatus]:
        return [result.verdict for result in self.publisher.publish([Message(b"", name) for name in names])]

    @property
    def passed_on(self) -> list[str | None]:
        return [message.message_id for message, _, _ in self.inner.queue.ready]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.memory.stop()
    assert desk.memory.join(BOUND_S)


def test_that_messages_are_confirmed_counted_and_passed_on_only_as_they_are_taken(desk: Desk) -> None:
    assert desk.publish("a", "b", "c", "d") == [PublishStatus.CONFIRMED] * 4
    assert desk.passed_on == []
    assert desk.inspector.depth().ready == 4
    desk.memory.start()
    wait_until(lambda: desk.passed_on, BOUND_S)
    assert desk.inspector.depth().ready == 4
    assert desk.passed_on == ["a"]
    desk.inner.queue.ready.clear()  # a worker took it
    wait_until(lambda: desk.passed_on, BOUND_S)
    assert desk.passed_on[0] == "b"


def test_that_a_restart_forgets_what_has_not_been_passed_on(desk: Desk) -> None:
    desk.publish("a", "b", "c")
    assert desk.memory.drop() == 3
    assert desk.memory.drop() == 0
    assert desk.inspector.depth().ready == 0


def test_that_a_broker_that_is_away_gets_nothing_into_memory(desk: Desk) -> None:
    desk.memory.set_away(True)
    desk.publish("a")
    assert (desk.passed_on, desk.memory.drop()) == (["a"], 0)  # the broker inside would be cut off
    desk.memory.set_away(False)
    desk.publish("b")
    assert desk.memory.drop() == 1


def test_that_all_go_on_when_the_protection_is_on_again(desk: Desk) -> None:
    desk.publish("a", "b", "c")
    desk.switch.set(ALL_ON)
    assert desk.publish("direct") == [PublishStatus.CONFIRMED]
    desk.memory.start()
    wait_until(lambda: len(desk.passed_on) == 4, BOUND_S)
    assert desk.passed_on == ["direct", "a", "b", "c"]


def test_that_it_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    assert desk.publish("a", "b", "c") == [PublishStatus.CONFIRMED, PublishStatus.CONFIRMED, PublishStatus.REFUSED]
    assert desk.publish("d") == [PublishStatus.REFUSED]


def test_that_a_broker_that_is_away_takes_nothing_and_gets_it_later(desk: Desk) -> None:
    desk.publish("a")
    desk.inner.queue.break_link()
    with pytest.raises(BrokerUnavailableError):
        desk.publish("b")
    desk.memory.start()
    desk.inner.queue.mend_link()
    wait_until(lambda: desk.passed_on == ["a"], BOUND_S)


@pytest.mark.parametrize(
    ("first", "passed_on"),
    [(REFUSED, ["a", "b"]), (UNKNOWN, ["a", "b"]), (REJECTED, ["b"])],
    ids=lambda each: str(each),
)
def test_that_what_the_broker_did_not_take_waits_on(
    desk: Desk, first: PublishResult, passed_on: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = desk.inner.publisher
    results = [first]

    def publisher_with_trouble() -> object:
        made = make()
        made.results.extend(results)
        results.clear()
        return made

    monkeypatch.setattr(desk.inner, "publisher", publisher_with_trouble)
    desk.publish("a")
    desk.publish("b")
    desk.switch.set(ALL_ON)
    desk.memory.start()
    wait_until(lambda: len(desk.passed_on) == len(passed_on), BOUND_S)
    assert sorted(each or "" for each in desk.passed_on) == passed_on


def test_that_it_goes_further_ahead_of_fast_workers(desk: Desk) -> None:
    desk.publish(*map(str, range(1_000)))
    desk.memory.start()
    taken: list[str | None] = []

    def take_all() -> bool:
        with desk.inner.queue.changed:
            taken.extend(message.message_id for message, _, _ in desk.inner.queue.ready)
            desk.inner.queue.ready.clear()
        return len(taken) == 1_000

    wait_until(take_all, BOUND_S)
    assert taken == list(map(str, range(1_000)))


def test_that_the_other_parts_are_those_inside(desk: Desk) -> None:
    assert (desk.broker.kind, desk.broker.location) == (desk.inner.kind, desk.inner.location)
    assert desk.broker.consumer("W", 5) is desk.inner.consumers[-1]
    assert desk.publisher.blocked_reason == ""
    desk.publisher.keep_alive()
    desk.publisher.close()
    with pytest.raises(BrokerUnavailableError):
        desk.publisher.keep_alive()
    subscriber = desk.broker.event_subscriber()
    subscriber.open()
    feed = desk.broker.event_publisher()
    feed.open()
    feed.announce(b"x")
    assert subscriber.poll(0.0) == [b"x"]
    assert desk.inspector.scan_failed(lambda messages: [True for _ in messages]).scanned == 0
    desk.inspector.close()
    desk.broker.abort()
