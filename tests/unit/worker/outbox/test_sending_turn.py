"""Whose turn it is to send, of several senders of one outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from worker.outbox.sending_turn import PATIENCE_S, SendingTurn


class Senders:
    """Two senders of one outbox, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 100.0
        self.one, self.other = (SendingTurn(folder / "outbox.lock", lambda: self.now_s) for _ in range(2))


@pytest.fixture
def senders(tmp_path: Path) -> Iterator[Senders]:
    senders = Senders(tmp_path)
    yield senders
    senders.one.close()
    senders.other.close()


def sent(count: int | None) -> Callable[[], int | None]:
    return lambda: count


def test_that_one_sends_at_a_time(senders: Senders) -> None:
    assert senders.one.begin(sent(0))
    assert senders.one.begin(sent(0))
    assert not senders.other.begin(sent(0))
    senders.one.end()
    assert senders.other.begin(sent(0))
    assert not senders.one.begin(sent(0))


def test_that_one_that_goes_on_is_waited_for_without_end(senders: Senders) -> None:
    assert senders.one.begin(sent(0))
    for number in range(10):
        assert not senders.other.begin(sent(number))
        senders.now_s += PATIENCE_S - 1


def test_that_one_that_sends_nothing_is_waited_for_so_long(senders: Senders) -> None:
    assert senders.one.begin(sent(0))
    assert not senders.other.begin(sent(7))
    senders.now_s += PATIENCE_S - 0.1
    assert not senders.other.begin(sent(7))
    senders.now_s += 0.1
    assert senders.other.begin(sent(7))
    assert not senders.other.begin(sent(8)), "it goes on again"


def test_that_each_wait_counts_by_itself(senders: Senders) -> None:
    assert senders.one.begin(sent(0))
    assert not senders.other.begin(sent(0))
    senders.one.end()
    assert senders.other.begin(sent(0))
    senders.other.end()
    senders.now_s += PATIENCE_S
    assert senders.one.begin(sent(0))
    assert not senders.other.begin(sent(0))


def test_that_nothing_is_counted_without_another_sender(senders: Senders) -> None:
    def never() -> int | None:
        raise AssertionError("counting costs time")

    assert senders.one.begin(never)


@pytest.mark.expects_warnings
def test_that_a_lock_that_cannot_be_had_keeps_nobody_from_sending(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    turn = SendingTurn(tmp_path / "none" / "outbox.lock", lambda: 0.0)
    assert turn.begin(sent(0))
    assert turn.begin(sent(0))
    turn.end()
    turn.close()
    assert [record.getMessage() for record in caplog.records] == ["sending without a lock"]
