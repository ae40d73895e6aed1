"""What cannot be put away is told once, and the work goes on."""

from __future__ import annotations

import pytest

from core.broker.ports import NOTHING_HELD, Held
from core.events import ProblemRaised, WorkerState, WorkerStateChanged
from tests.support.loop_rig import Rig, good
from worker.consumer.held_notice import HeldNotice

FULL = "RabbitMQ did not take it: the queue is full."


def test_that_it_is_told_once_and_once_more_when_no_more_are_taken() -> None:
    notice = HeldNotice("west")
    assert (notice.words(NOTHING_HELD), notice.is_news) == ("", False)
    words = notice.words(Held(1, FULL))
    assert notice.is_news
    assert "west" in words
    assert FULL in words
    assert notice.words(Held(2, "Another reason.")) == words
    assert not notice.is_news
    assert "holds 1,000 messages" in notice.words(Held(1000, FULL, is_full=True))
    assert notice.is_news
    assert (notice.words(NOTHING_HELD), notice.is_news) == ("", False)
    assert notice.words(Held(1, FULL)) == words
    assert notice.is_news


@pytest.mark.expects_warnings
def test_that_a_worker_that_holds_messages_says_so_and_works_on() -> None:
    rig = Rig()
    rig.consumer.held = Held(1, FULL)
    with rig.running():
        rig.wait_for_state(WorkerState.RUNNING, FULL)
        rig.queue.put([good(1), good(2)])
        rig.events.wait_for(lambda: len(rig.kinds()) == 2)
        rig.consumer.held = Held(500, FULL, is_full=True)
        rig.loop.retry_now()
        rig.wait_for_state(WorkerState.ON_HOLD, "takes no more")
        rig.consumer.held = NOTHING_HELD
        rig.loop.retry_now()
        rig.events.wait_for(lambda: rig.states()[-1] is WorkerState.RUNNING and not rig.problem())
    assert len(rig.events.of(ProblemRaised)) == 2
    assert rig.events.of(WorkerStateChanged)
