"""Acts on the failed list in a thread: one after the other, with progress, and every one is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from queue import Queue
from threading import Event
from typing import Any, cast

import pytest

from core.errors import FieldProblem, InvalidWorkoutError, StoreUnavailableError
from core.failures.corrections import FieldCorrection
from tests.support.fakes import raise_if_any
from worker.failed.failed_service import STOPPED, ActionResult, FailedMessageService
from worker.failed.failed_thread import (
    FailedActed,
    FailedProgress,
    FailedThread,
)
from worker.runtime.query import Reply

WAIT_S = 60.0


class FakeDesk:
    """Acts in steps of one; `gate` holds each step back while it is closed."""

    def __init__(self) -> None:
        self.gate = Event()
        self.gate.set()
        self.begun = Event()
        self.opened = 0
        self.is_open = False
        self.trouble: Exception | None = None
        self.close_trouble: Exception | None = None

    def open(self) -> None:
        self.opened += 1
        self.is_open = True

    def close(self) -> None:
        self.is_open = False
        raise_if_any(self.close_trouble)

    def retry(
        self, keys: Sequence[str], *, progress: Callable[[int, int], None], stopped: Callable[[], bool]
    ) -> ActionResult:
        raise_if_any(self.trouble)
        for done, _ in enumerate(keys, 1):
            self.begun.set()
            assert self.gate.wait(WAIT_S)
            if stopped():
                return ActionResult(done - 1, problem=STOPPED)
            progress(done, len(keys))
        return ActionResult(len(keys))

    discard = resend_changed = retry

    def resend(self, key: str, body: bytes) -> ActionResult:
        if body == b"bad":
            raise InvalidWorkoutError((FieldProblem("distance", "must be at most 1,000 km"),))
        return ActionResult(1)

    def count_unlisted(self) -> int:
        raise_if_any(self.trouble)
        return 4

    def import_queue(self) -> ActionResult:
        raise_if_any(self.trouble)
        return ActionResult(3)


class Running:
    """Asks for actions, and takes replies with the name of the callback that they are for."""

    def __init__(self) -> None:
        self.desk = FakeDesk()
        self.replies: Queue[Reply[Any]] = Queue()
        self.heard: list[tuple[str, object]] = []
        self.thread = FailedThread(cast(FailedMessageService, self.desk), post=self.replies.put)
        self.thread.start()
        self.listeners = partial(self._hear, "progress"), partial(self._hear, "acted")

    def retry(self, keys: Sequence[str]) -> None:
        self.thread.retry(keys, *self.listeners)

    def discard(self, keys: Sequence[str]) -> None:
        self.thread.discard(keys, *self.listeners)

    def convert(self, changes: Sequence[FieldCorrection]) -> None:
        self.thread.convert(changes, *self.listeners)

    def resend(self, key: str, body: bytes) -> None:
        self.thread.resend(key, body, self.listeners[1])

    def import_queue(self) -> None:
        self.thread.import_queue(self.listeners[1])

    def count_unlisted(self) -> None:
        self.thread.count_unlisted(partial(self._hear, "unlisted"))

    def _hear(self, callback: str, result: object) -> None:
        self.heard.append((callback, result))

    def answer(self) -> tuple[str, object]:
        self.replies.get(timeout=WAIT_S).deliver()
        return self.heard.pop()

    def acted(self) -> FailedActed:
        while True:
            callback, answer = self.answer()
            if callback == "acted":
                assert isinstance(answer, FailedActed)
                return answer


@pytest.fixture
def running() -> Iterator[Running]:
    running = Running()
    yield running
    running.desk.gate.set()
    running.thread.stop()
    assert running.thread.join(WAIT_S)
    assert not running.desk.is_open


def test_that_converting_is_an_act_with_steps(running: Running) -> None:
    changes = [FieldCorrection(key, 0, "distance", 5.2) for key in "ab"]
    running.convert(changes)
    assert [running.answer() for _ in range(3)] == [
        ("progress", FailedProgress("convert", 1, 2)),
        ("progress", FailedProgress("convert", 2, 2)),
        ("acted", FailedActed("convert", 2, ActionResult(2))),
    ]


def test_that_an_act_tells_how_far_it_has_come_and_that_it_is_over(running: Running) -> None:
    running.retry(["a", "b"])
    assert [running.answer() for _ in range(3)] == [
        ("progress", FailedProgress("retry", 1, 2)),
        ("progress", FailedProgress("retry", 2, 2)),
        ("acted", FailedActed("retry", 2, ActionResult(2))),
    ]
    running.discard(["a"])
    assert running.acted() == FailedActed("discard", 1, ActionResult(1))
    assert running.desk.opened == 1


def test_that_one_that_goes_on_ends_at_its_next_step_and_those_that_wait_are_answered_too(running: Running) -> None:
    running.desk.gate.clear()
    running.retry(["a", "b", "c"])
    assert running.desk.begun.wait(WAIT_S)
    running.count_unlisted()  # nobody waits for the answer of this one
    running.discard(["d", "e"])
    running.thread.cancel()
    assert running.acted() == FailedActed("discard", 2, ActionResult(0, problem=STOPPED))
    running.desk.gate.set()
    assert running.acted() == FailedActed("retry", 3, ActionResult(0, problem=STOPPED))
    running.retry(["a"])
    assert running.acted() == FailedActed("retry", 1, ActionResult(1)), "what is asked for later is done"


def test_that_an_action_added_after_cancel_does_not_revive_the_cancelled_one(running: Running) -> None:
    running.desk.gate.clear()
    running.retry(["a", "b", "c"])
    assert running.desk.begun.wait(WAIT_S)
    running.thread.cancel()
    running.discard(["d"])
    running.desk.gate.set()
    assert running.acted() == FailedActed("retry", 3, ActionResult(0, problem=STOPPED))
    assert running.acted() == FailedActed("discard", 1, ActionResult(1))


def test_that_a_body_that_would_fail_again_is_answered_with_what_is_wrong(running: Running) -> None:
    running.resend("a", b"bad")
    refused = running.acted()
    assert isinstance(refused.error, InvalidWorkoutError)
    assert refused.acted == ActionResult(0)
    running.resend("a", b"good")
    assert running.acted() == FailedActed("resend", 1, ActionResult(1))


def test_that_looking_and_reading_in_are_answered(running: Running) -> None:
    running.count_unlisted()
    assert running.answer() == ("unlisted", 4)
    running.import_queue()
    assert running.acted() == FailedActed("read in", 0, ActionResult(3))


def test_that_trouble_is_told_and_the_next_act_opens_everything_afresh(running: Running) -> None:
    running.desk.trouble = StoreUnavailableError("The results database is locked.")
    running.retry(["a"])
    assert running.acted().acted == ActionResult(0, problem="The results database is locked.")
    running.count_unlisted()  # not answered: it is asked again anyway
    running.desk.trouble = None
    running.retry(["a"])
    assert running.acted().acted == ActionResult(1)
    assert running.desk.opened >= 2


@pytest.mark.expects_warnings
def test_that_a_broken_act_does_not_end_the_others(running: Running) -> None:
    running.desk.trouble = RuntimeError("a bug")
    running.count_unlisted()
    running.desk.trouble = None
    running.import_queue()
    assert running.acted().acted == ActionResult(3)


@pytest.mark.expects_warnings
@pytest.mark.parametrize(
    "trouble", [RuntimeError("a bug, with a body in it"), UnicodeDecodeError("utf-8", b"", 0, 1, "no")]
)
def test_that_whatever_an_act_breaks_by_the_window_is_answered(running: Running, trouble: Exception) -> None:
    running.desk.trouble = trouble
    running.import_queue()
    answered = running.acted()
    assert (answered.act, answered.acted.done) == ("read in", 0)
    assert answered.acted.problem == "It broke by a fault of this program; the log has the details."
    running.retry(["a"])
    assert running.acted().act == "retry"
    running.desk.trouble = None
    running.import_queue()
    assert running.acted().acted == ActionResult(3)


@pytest.mark.expects_warnings
def test_that_a_desk_that_cannot_be_closed_ends_nobody(running: Running) -> None:
    running.desk.trouble = running.desk.close_trouble = RuntimeError("a bug")
    for _ in range(2):
        running.import_queue()
        assert running.acted().acted.done == 0


def test_that_after_the_end_nothing_is_taken_any_more(running: Running) -> None:
    running.thread.stop()
    running.retry(["a"])
    assert running.thread.join(WAIT_S)
    assert running.replies.empty()
