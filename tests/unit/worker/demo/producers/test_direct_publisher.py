"""Publishing past the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Condition

import pytest

from core.broker.ports import Message, PublishResult, PublishStatus
from core.errors import BrokerUnavailableError
from worker.demo.producers.direct_publisher import MOST_WAITING, DirectPublisher


class _Publisher:
    """Answers as it is told; `down`: it cannot be reached."""

    def __init__(self) -> None:
        self.down = self.is_open = False
        self.opened = 0
        self.verdict = PublishStatus.CONFIRMED
        self.sent: list[Message] = []

    def open(self) -> None:
        if self.down:
            raise BrokerUnavailableError("nothing listens")
        self.is_open = True
        self.opened += 1

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        assert self.is_open
        self.sent.extend(messages)
        return [PublishResult(self.verdict) for _ in messages]

    @property
    def blocked_reason(self) -> str:
        return ""

    def keep_alive(self) -> None:
        assert self.is_open

    def close(self) -> None:
        self.is_open = False


class _Rig:
    def __init__(self) -> None:
        self.publisher = _Publisher()
        self.changed = Condition()
        self.sent: list[str] = []
        self.lost: list[str] = []
        self.thread = DirectPublisher(self.publisher, self._on_done)

    def _on_done(self, sent: Sequence[str], lost: Sequence[str]) -> None:
        with self.changed:
            self.sent.extend(sent)
            self.lost.extend(lost)
            self.changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.sent) + len(self.lost) >= count, timeout=60)


@pytest.fixture
def rig() -> Iterator[_Rig]:
    made = _Rig()
    yield made
    made.thread.stop()
    assert made.thread.join(60)


def _messages(count: int, first: int = 0) -> list[Message]:
    return [Message(b"{}", message_id=f"m{number}") for number in range(first, first + count)]


def test_that_messages_arrive_in_order_over_one_connection(rig: _Rig) -> None:
    rig.thread.start()
    rig.thread.publish(_messages(700))
    rig.thread.publish(_messages(3, 700))
    rig.wait_for(703)
    assert [each.message_id for each in rig.publisher.sent] == [f"m{number}" for number in range(703)]
    assert not rig.lost
    assert rig.publisher.opened == 1


def test_that_nothing_is_kept_for_a_broker_that_is_away_and_the_next_try_connects(rig: _Rig) -> None:
    rig.publisher.down = True
    rig.thread.start()
    rig.thread.publish(_messages(5))
    rig.wait_for(5)
    assert rig.lost == [f"m{number}" for number in range(5)]
    rig.publisher.down = False
    rig.thread.publish(_messages(2, 5))
    rig.wait_for(7)
    assert rig.sent == ["m5", "m6"]


@pytest.mark.parametrize("verdict", [PublishStatus.REFUSED, PublishStatus.REJECTED, PublishStatus.UNKNOWN])
def test_that_what_the_broker_does_not_confirm_is_dropped(rig: _Rig, verdict: PublishStatus) -> None:
    rig.publisher.verdict = verdict
    rig.thread.start()
    rig.thread.publish(_messages(3))
    rig.wait_for(3)
    assert rig.lost == ["m0", "m1", "m2"]


def test_that_what_waits_is_bounded_and_what_is_over_is_told(rig: _Rig) -> None:
    rig.thread.publish(_messages(MOST_WAITING + 4))
    assert len(rig.lost) == 4
    rig.thread.start()
    rig.wait_for(MOST_WAITING + 4)
    assert len(rig.sent) == MOST_WAITING


def test_that_what_was_given_is_published_before_the_end() -> None:
    rig = _Rig()
    rig.thread.publish(_messages(4))
    rig.thread.start()
    rig.thread.stop()
    assert rig.thread.join(60)
    assert len(rig.sent) == 4
    assert not rig.publisher.is_open
