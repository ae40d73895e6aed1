"""What `paceline-ledger` makes of a broker that does not count what workers hold."""

from __future__ import annotations

import pytest

from core.broker.ports import Depth
from core.codec.event_codec import WorkerEvent, encode_events
from core.errors import BrokerRefusedError
from core.events import (
    BatchProcessed,
    LedgerSnapshot,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from worker.cli.ledger import InFlightTracker

DEPTH = Depth(ready=1, running=None, consumers=2, failed=0, retrying=0, oldest_age_s=None)
COUNTS = LedgerSnapshot(0, accepted_here=6, pending=0, stored=2, stored_here=2, failed=0, failed_here=0, duplicates=0)


class FakeSubscription:
    def __init__(self, *events: WorkerEvent, refused: bool = False) -> None:
        self.payloads = [encode_events("host", [event]) for event in events]
        self.refused = refused
        self.opens = 0

    def open(self) -> None:
        self.opens += 1
        if self.refused:
            raise BrokerRefusedError("not for you")

    def poll(self, wait_s: float) -> list[bytes]:
        payloads, self.payloads = self.payloads, []
        return payloads

    def wake(self) -> None: ...

    def close(self) -> None: ...


def alive(worker: str, in_hand: int) -> WorkerHeartbeat:
    return WorkerHeartbeat(0, worker, WorkerState.RUNNING, "", WorkerInfo(in_flight=in_hand))


def listened(*events: WorkerEvent) -> InFlightTracker:
    hands = InFlightTracker(FakeSubscription(*events))
    hands.count(DEPTH, COUNTS)
    hands.watch(0.01)
    return hands


@pytest.mark.parametrize(
    ("events", "running", "is_complete"),
    [
        ([], 0, False),
        ([alive("a", 0)], 0, False),
        ([alive("a", 0), alive("b", 0)], 0, True),
        ([alive("a", 0), alive("b", 2)], 3, True),
        ([alive("a", 0), PickedUp(0, "a", ("1", "2"))], 3, False),
        (
            [
                PickedUp(0, "a", ("1",)),
                BatchProcessed(0, "a", (WorkoutOutcome("1", "", "", OutcomeKind.STORED, None, 1.0),)),
                alive("b", 0),
            ],
            0,
            True,
        ),
    ],
)
def test_that_what_is_not_in_the_queue_is_running_where_somebody_works(
    events: list[WorkerEvent], running: int, is_complete: bool
) -> None:
    hands = listened(*events)
    assert (hands.count(DEPTH, COUNTS).running, hands.is_complete) == (running, is_complete)


def test_that_numbers_that_move_tell_of_work_too() -> None:
    hands = InFlightTracker(FakeSubscription())
    assert hands.count(DEPTH, COUNTS).running == 0
    moved = LedgerSnapshot(0, 6, 0, 3, 3, 0, 0, 0)
    assert hands.count(DEPTH, moved).running == 2


def test_that_who_may_not_listen_looks_all_the_same() -> None:
    subscriber = FakeSubscription(refused=True)
    hands = InFlightTracker(subscriber)
    hands.count(DEPTH, COUNTS)
    for _ in range(3):
        hands.watch(0.01)
    hands.close()
    assert (hands.count(DEPTH, COUNTS).running, hands.is_complete, subscriber.opens) == (0, False, 1)
