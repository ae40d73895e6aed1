"""What cannot be put away is told once, and the work goes on."""

from __future__ import annotations

import pytest

from core.broker.ports import NOTHING_HELD, Held
from core.events import ProblemRaised, WorkerHeartbeat, WorkerState
from tests.support.fakes import EventLog
from tests.support.loop_rig import Rig, good
from worker.consumer.held_notice import HeldNotice

FULL = "RabbitMQ did not take it: the queue is full."


@pytest.mark.expects_warnings
def test_that_it_is_raised_once_and_once_more_when_no_more_are_taken() -> None:
    events = EventLog()
    notice = HeldNotice("west", events, lambda: 5)

    def raised() -> list[ProblemRaised]:
        problems = events.of(ProblemRaised)
        events.events.clear()
        return problems

    assert (notice.update(NOTHING_HELD), raised()) == ("", [])
    text = notice.update(Held(1, FULL))
    assert "west" in text
    assert FULL in text
    assert raised() == [ProblemRaised(5, "worker", text)]
    assert (notice.update(Held(2, "Another reason.")), raised()) == (text, [])
    full = notice.update(Held(1000, FULL, is_full=True))
    assert "holds 1,000 messages" in full
    assert raised() == [ProblemRaised(5, "worker", full)]
    assert (notice.update(NOTHING_HELD), raised()) == ("", [])
    assert notice.update(Held(1, FULL)) == text
    assert len(raised()) == 1


@pytest.mark.expects_warnings
def test_that_a_worker_that_holds_messages_says_so_and_works_on() -> None:
    rig = Rig()
    rig.consumer.held = Held(1, FULL)
    with rig.running():
        rig.wait_for_state(WorkerState.RUNNING, FULL)
        rig.queue.put([good(1), good(2)])
        rig.events.wait_for(lambda: len(rig.kinds()) == 2)
        rig.consumer.held = Held(500, FULL, is_full=True)
        rig.loop.controls.wake()
        rig.wait_for_state(WorkerState.ON_HOLD, "takes no more")
        rig.consumer.held = NOTHING_HELD
        rig.loop.controls.wake()
        rig.events.wait_for(lambda: rig.states()[-1] is WorkerState.RUNNING and not rig.problem())
    assert len(rig.events.of(ProblemRaised)) == 2
    assert rig.events.of(WorkerHeartbeat)
