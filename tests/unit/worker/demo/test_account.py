"""The account of message ids."""

from __future__ import annotations

import pytest

from core.events import (
    Accepted,
    BatchProcessed,
    ConnectionChanged,
    ConnectionState,
    CurrentJob,
    DepthSampled,
    Event,
    OutboxSampled,
    OutcomeKind,
    PickedUp,
    Producer,
    WorkerHeartbeat,
    WorkerState,
    WorkoutOutcome,
)
from core.live.console_state import ConsoleState
from worker.demo.account import (
    DIRECT,
    FAILED_MS,
    LEFT_ENDS,
    LEFT_MS,
    PASSED_MS,
    QUIET_MS,
    REMEMBERED,
    RETRIED_MS,
    MessageAccount,
)
from worker.demo.copies import copy_id

IDS = [f"3f2b8c1e-5d47-4a90-9c55-0d6f1e2a7b{number:02x}" for number in range(20)]


class _Rig:
    def __init__(self) -> None:
        self.now_ms = 1_000_000
        self.state = ConsoleState(lambda: self.now_ms)
        self.account = MessageAccount()
        self.take(ConnectionChanged(self.now_ms, ConnectionState.ONLINE, "Embedded queue", "here"))
        self.sample()

    def take(self, *events: Event) -> None:
        self.state.apply_all(events)
        self.account.take(events)

    def sample(self, ready: int = 0, running: int = 0, retrying: int = 0) -> None:
        self.take(DepthSampled(self.now_ms, ready, running, 1, 0, retrying, None))

    def send(self, *ids: str) -> None:
        for each in ids:
            self.take(Accepted(self.now_ms, each, "Ana", "Running", 45.0, None))

    def end(self, *ids: str, kind: OutcomeKind = OutcomeKind.STORED) -> None:
        found = tuple(WorkoutOutcome(each, "Ana", "Running", kind, 1.0, 1.0) for each in ids)
        self.take(BatchProcessed(self.now_ms, "w", found))

    def pass_time(self, ms: int) -> list[str]:
        self.now_ms += ms
        return list(self.account.unended(self.state, self.now_ms))

    def settle(self, *known: str) -> bool:
        asked = self.account.unended(self.state, self.now_ms)
        return self.account.settle(asked, known)


def test_that_what_ends_is_neither_lost_nor_doubled() -> None:
    rig = _Rig()
    rig.send(*IDS[:3])
    rig.end(IDS[0])
    rig.end(IDS[1], kind=OutcomeKind.FAILED)
    rig.end(IDS[2], kind=OutcomeKind.DUPLICATE)
    assert rig.pass_time(0) == []
    assert rig.pass_time(FAILED_MS) == [IDS[1]]  # is it on the failed list?
    assert not rig.settle(IDS[1])
    assert rig.pass_time(60_000) == []
    assert all(map(rig.account.has_end, IDS[:3]))
    assert (rig.account.sent, rig.account.lost, rig.account.doubled) == (3, {}, {})


@pytest.mark.parametrize("wait_ms", [0, FAILED_MS])
def test_that_what_is_repaired_is_counted_once(wait_ms: int) -> None:
    rig = _Rig()
    rig.send(IDS[0])
    rig.end(IDS[0], kind=OutcomeKind.FAILED)
    rig.pass_time(wait_ms)
    rig.settle(IDS[0])
    rig.end(IDS[0])
    assert rig.account.doubled == {}
    assert rig.account.has_end(IDS[0])
    assert rig.pass_time(60_000) == []
    rig.end(IDS[0])
    assert list(rig.account.doubled) == [IDS[0]]


def test_that_what_is_given_up_and_on_no_list_is_lost() -> None:
    rig = _Rig()
    rig.send(IDS[0])
    rig.end(IDS[0], kind=OutcomeKind.FAILED)
    rig.sample(ready=3)
    assert rig.pass_time(FAILED_MS) == IDS[:1]
    assert rig.settle()
    assert list(rig.account.lost) == IDS[:1]
    assert not rig.account.has_end(IDS[0])


def test_that_what_a_killed_worker_held_is_asked_for_once_others_ended_since() -> None:
    rig = _Rig()
    rig.send(*IDS[:8])
    rig.sample(ready=8)
    rig.take(PickedUp(rig.now_ms, "w", (IDS[0],)))
    rig.take(WorkerHeartbeat(rig.now_ms, "w", WorkerState.STOPPED, "killed"))
    assert rig.pass_time(LEFT_MS) == []  # all others may be paused
    rig.end(*IDS[1 : 1 + LEFT_ENDS])
    assert rig.pass_time(0) == IDS[:1]
    rig.settle()
    assert list(rig.account.lost) == IDS[:1]


def test_that_what_another_worker_took_over_is_not_left() -> None:
    rig = _Rig()
    rig.send(*IDS[:8])
    rig.sample(ready=8)
    rig.take(PickedUp(rig.now_ms, "w", tuple(IDS[:2])))
    rig.end(IDS[1], kind=OutcomeKind.RETRYING)
    rig.take(PickedUp(rig.now_ms, "w", (IDS[2],)), PickedUp(rig.now_ms, "v", (IDS[0],)))
    rig.end(*IDS[3:8])
    assert rig.pass_time(LEFT_MS) == []


def test_that_what_no_broker_took_is_lost_at_once() -> None:
    rig = _Rig()
    rig.send(*IDS[:2])
    rig.account.note_dropped([IDS[0], "another program's"])
    assert list(rig.account.lost) == IDS[:1]


def test_that_what_has_no_end_in_a_quiet_pipeline_is_asked_for_and_lost() -> None:
    rig = _Rig()
    rig.send(*IDS[:2])
    assert rig.pass_time(0) == []
    assert rig.pass_time(QUIET_MS - 1) == []
    assert rig.pass_time(1) == IDS[:2]
    assert rig.settle(IDS[1])
    assert [each.title for each in rig.account.lost.values()] == ["Ana, Running"]
    assert list(rig.account.lost) == IDS[:1]
    assert not rig.settle()


def test_that_nothing_is_lost_while_it_may_wait_anywhere() -> None:
    rig = _Rig()
    rig.send(IDS[0])
    rig.sample(retrying=1)
    rig.pass_time(0)
    assert rig.pass_time(60_000) == []
    rig.sample()
    rig.take(OutboxSampled(rig.now_ms, 1))
    rig.pass_time(0)
    assert rig.pass_time(60_000) == []
    rig.take(OutboxSampled(rig.now_ms, 0), ConnectionChanged(rig.now_ms, ConnectionState.OFFLINE, "R", "here", "away"))
    rig.pass_time(0)
    assert rig.pass_time(60_000) == []


def test_that_a_busy_queue_that_has_passed_it_tells_of_a_loss() -> None:
    rig = _Rig()
    rig.send(IDS[0])
    rig.now_ms += PASSED_MS - 1
    rig.send(IDS[1])
    rig.end(IDS[1])
    rig.sample(ready=7)
    assert rig.pass_time(0) == []
    rig.now_ms += 1
    rig.send(IDS[2])
    rig.end(IDS[2])
    assert rig.pass_time(0) == IDS[:1]


def test_that_what_runs_or_is_to_be_tried_again_is_not_lost() -> None:
    rig = _Rig()
    rig.send(*IDS[:2])
    rig.take(PickedUp(rig.now_ms, "w", (IDS[0],), CurrentJob(IDS[0])))
    rig.end(IDS[1], kind=OutcomeKind.RETRYING)
    rig.take(PickedUp(rig.now_ms, "w", (IDS[0],), CurrentJob(IDS[0])))
    rig.now_ms += PASSED_MS
    rig.send(IDS[2])
    rig.sample(ready=1)
    rig.account.take([BatchProcessed(rig.now_ms, "v", (WorkoutOutcome(IDS[2], "", "", OutcomeKind.STORED, 1.0, 1.0),))])
    assert rig.pass_time(0) == []
    assert rig.pass_time(RETRIED_MS) == IDS[:2]  # its worker is presumed dead by then


def test_that_a_late_end_takes_it_off_the_lost() -> None:
    rig = _Rig()
    rig.send(IDS[0])
    rig.pass_time(0)
    rig.pass_time(QUIET_MS)
    assert rig.settle()
    rig.end(IDS[0])
    assert not rig.account.lost
    assert not rig.account.doubled


def test_that_a_second_store_is_a_doubling_by_its_own_id_or_that_of_a_copy() -> None:
    rig = _Rig()
    rig.send(*IDS[:3])
    rig.end(*IDS[:3])
    rig.end(IDS[0])
    rig.end(copy_id(IDS[1], 1))
    rig.end(copy_id(IDS[1], 2))
    rig.end(IDS[2], kind=OutcomeKind.DUPLICATE)
    rig.end("another program's")
    assert rig.account.doubled == {IDS[0]: "Ana, Running", IDS[1]: "Ana, Running"}


def test_that_messages_sent_past_the_outbox_count_once() -> None:
    rig = _Rig()
    rig.account.note_sent(IDS[0], "", rig.now_ms)
    rig.send(IDS[0])
    rig.end(IDS[0])
    rig.account.note_sent(IDS[0], "", rig.now_ms)
    assert rig.account.sent == 1
    rig.pass_time(0)
    assert rig.pass_time(60_000) == []


def test_that_what_is_remembered_is_bounded() -> None:
    rig = _Rig()
    ids = [f"{number}" for number in range(REMEMBERED + 10)]
    for each in ids:
        rig.account.note_sent(each, "", rig.now_ms)
    rig.end(*ids)
    rig.end(ids[0])
    assert not rig.account.doubled
    rig.end(ids[-1])
    assert list(rig.account.doubled) == [ids[-1]]


def test_that_what_is_sent_is_counted_once_by_what_it_came_by() -> None:
    rig = _Rig()
    rig.account.note_sent(IDS[0], "Ana, Rowing", rig.now_ms, Producer.LOAD)
    rig.take(Accepted(rig.now_ms, IDS[0], "Ana", "Rowing", 30.0, None, source=Producer.LOAD))
    rig.take(Accepted(rig.now_ms, IDS[1], "Ana", "Rowing", 30.0, None, source=Producer.HTTP))
    rig.take(Accepted(rig.now_ms, IDS[2], "Ana", "Rowing", 30.0, None))
    rig.account.note_sent(IDS[3], "", rig.now_ms, DIRECT)
    assert rig.account.sent_by == {"load": 1, "http": 1, "": 1, "direct": 1}
    assert rig.account.sent == 4
