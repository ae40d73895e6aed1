"""Events are published when that is possible, and never in the way of the work."""

from __future__ import annotations

from core.codec.event_codec import decode_events
from core.errors import BrokerUnavailableError
from core.events import BatchProcessed, OutcomeKind, WorkerHeartbeat, WorkerState, WorkoutOutcome
from tests.support.fakes import FakeAnnouncer, FakeQueue
from tests.support.loop_rig import workout_id
from worker.consumer.event_publisher import REOPEN_S, BestEffortEventPublisher

STATE = WorkerHeartbeat(1, "west", WorkerState.RUNNING)
OUTCOME = WorkoutOutcome(workout_id(1), "mia", "Running", OutcomeKind.STORED, None, 1.0)


class Rig:
    def __init__(self) -> None:
        self.now_s = 10.0
        self.queue = FakeQueue()
        self.feed = FakeAnnouncer(self.queue)
        self.publisher = BestEffortEventPublisher(self.feed, "instance", lambda: self.now_s)

    def outcomes_before(self) -> list[int | None]:
        return [decode_events(payload).before for payload in self.queue.payloads]


def test_that_each_payload_says_how_many_outcomes_came_before_it_sent_or_not() -> None:
    rig = Rig()
    batch = BatchProcessed(1, "west", (OUTCOME, OUTCOME))
    rig.publisher.send([batch])
    rig.publisher.suspend()
    rig.publisher.send([batch])
    rig.publisher.resume()
    rig.publisher.send([batch, STATE])
    rig.publisher.send([STATE])
    assert rig.outcomes_before() == [0, 4, 6]
    assert {decode_events(payload).instance for payload in rig.queue.payloads} == {"instance"}


def test_that_a_feed_that_is_unavailable_is_tried_again_after_a_while() -> None:
    rig = Rig()
    rig.feed.trouble = BrokerUnavailableError("away")
    rig.publisher.send([STATE])
    rig.feed.trouble = None
    rig.now_s += REOPEN_S - 0.1
    rig.publisher.send([STATE])
    assert (rig.feed.opens, rig.queue.payloads) == (1, [])
    rig.now_s += 0.1
    rig.publisher.send([STATE])
    assert (rig.feed.opens, len(rig.queue.payloads)) == (2, 1)


def test_that_a_feed_that_breaks_is_closed() -> None:
    rig = Rig()
    rig.publisher.send([STATE])
    rig.feed.trouble = BrokerUnavailableError("away")
    rig.publisher.send([STATE])
    assert not rig.feed.is_open


def test_that_nothing_is_opened_while_it_is_suspended() -> None:
    rig = Rig()
    rig.publisher.suspend()
    rig.publisher.send([STATE])
    assert rig.feed.opens == 0
    rig.publisher.resume()
    rig.publisher.send([STATE])
    assert rig.feed.is_open
    rig.publisher.suspend()
    assert not rig.feed.is_open
