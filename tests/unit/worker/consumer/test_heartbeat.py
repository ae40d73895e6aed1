"""Signs of life: who a worker is and what it has in hand, every few seconds, in whatever state it is."""

from __future__ import annotations

import os
import socket

import pytest

from core.broker.ports import Message
from core.codec.event_codec import decode_events
from core.config.settings import WorkSpan
from core.errors import BrokerUnavailableError, StoreUnavailableError
from core.events import PickedUp, WorkerHeartbeat, WorkerInfo, WorkerState
from core.version import VERSION
from tests.support.fakes import EventLog, FakeAnnouncer, FakeQueue
from tests.support.loop_rig import Rig, Ticking, good, workout_id
from worker.consumer.event_publisher import BestEffortEventPublisher
from worker.consumer.heartbeat import Heartbeat
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation

QUICK = LoopOptions(drain_idle_s=0.02, shutdown_timeout_s=5.0, initial_prefetch=500, heartbeat_interval_s=0.01)


def _beats(rig: Rig, state: WorkerState) -> list[WorkerHeartbeat]:
    told = [event for payload in list(rig.queue.payloads) for event in decode_events(payload).events]
    return [event for event in told if isinstance(event, WorkerHeartbeat) and event.state is state]


def test_that_an_idle_and_a_paused_worker_say_who_they_are_again_and_again() -> None:
    rig = Rig(QUICK)
    with rig.running():
        rig.queue.wait_for(lambda: len(_beats(rig, WorkerState.RUNNING)) >= 3)
        rig.loop.controls.request_prefetch(7)
        rig.loop.controls.pause()
        rig.queue.wait_for(lambda: len(_beats(rig, WorkerState.PAUSED)) >= 3)

    card = _beats(rig, WorkerState.PAUSED)[-1].info
    assert card == WorkerInfo(socket.gethostname(), os.getpid(), VERSION, 7)
    own = [event for event in rig.events.of(WorkerHeartbeat) if event.state is WorkerState.RUNNING]
    assert len(own) >= 3  # the host program has them too, without the broker


def test_that_a_busy_worker_tells_what_it_has_in_hand_and_what_it_has_done() -> None:
    options = LoopOptions(simulation=Simulation(WorkSpan(0.05, 0.05)), drain_idle_s=0.02, heartbeat_interval_s=0.01)
    rig = Rig(options, monotonic_s=Ticking())
    rig.queue.put([good(1), good(2)])

    rig.drain()

    (picked, _) = rig.events.of(PickedUp)
    assert picked.job is not None
    assert (picked.job.workout_id, picked.job.sport, picked.job.duration_min) == (workout_id(1), "Running", 45.0)
    cards = [beat.info for beat in _beats(rig, WorkerState.DRAINING) if beat.info is not None]
    assert picked.job in [card.job for card in cards]
    assert {card.in_flight for card in cards} == {0, 1}
    assert (cards[-1].done, cards[-1].job) == (2, None)


def test_that_the_job_of_a_body_that_cannot_be_read_is_its_id() -> None:
    rig = Rig(QUICK)
    rig.queue.put([Message(b"{", message_id=workout_id(7))])

    rig.drain()

    (picked,) = rig.events.of(PickedUp)
    assert picked.job is not None
    assert (picked.job.athlete, picked.job.duration_min) == ("", None)


def test_that_a_worker_on_hold_for_its_store_goes_on_telling_so() -> None:
    rig = Rig(QUICK)
    rig.store.open_troubles.extend([StoreUnavailableError("locked")] * 10_000)
    with rig.running():
        rig.queue.wait_for(lambda: len(_beats(rig, WorkerState.ON_HOLD)) >= 3)

    assert _beats(rig, WorkerState.ON_HOLD)[-1].problem == "locked"
    assert rig.consumer.opens == 0


def test_that_a_batch_in_hand_is_told_of_while_the_store_is_away() -> None:
    rig = Rig(QUICK)
    rig.store.troubles.extend([StoreUnavailableError("locked")] * 10_000)
    rig.queue.put([good(1), good(2)])
    with rig.running():
        rig.queue.wait_for(lambda: len(_beats(rig, WorkerState.ON_HOLD)) >= 3)

    card = _beats(rig, WorkerState.ON_HOLD)[1].info
    assert card is not None
    assert card.in_flight == 2


def test_that_nothing_is_published_to_a_broker_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(QUICK)
    announce, payloads = rig.event_publisher.announce, list[bytes]()

    def announcing(payload: bytes) -> None:
        payloads.append(payload)
        announce(payload)

    monkeypatch.setattr(rig.event_publisher, "announce", announcing)
    with rig.running():
        rig.queue.wait_for(lambda: len(_beats(rig, WorkerState.RUNNING)) >= 1)
        rig.queue.break_link(BrokerUnavailableError("away"))
        rig.wait_for_state(WorkerState.ON_HOLD, "away")
        opens = rig.event_publisher.opens
        rig.queue.wait_for(lambda: rig.consumer.opens >= 4)
        assert rig.event_publisher.opens == opens
        assert not rig.event_publisher.is_open
        published = [event for payload in payloads for event in decode_events(payload).events]
        assert {event.state for event in published if isinstance(event, WorkerHeartbeat)} == {WorkerState.RUNNING}
        rig.queue.mend_link()
        rig.wait_for_state(WorkerState.RUNNING)

    assert not rig.event_publisher.is_open


def test_that_announcements_say_how_many_outcomes_came_before() -> None:
    rig = Rig(LoopOptions(prefetch=4, drain_idle_s=0.02, initial_prefetch=4))
    rig.queue.put(good(number) for number in range(6))

    rig.drain()

    before = [decode_events(payload).before for payload in rig.queue.payloads]
    assert before == sorted(number for number in before if number is not None)
    assert (before[0], before[-1]) == (0, 6)


def test_that_another_prefetch_is_told_at_once() -> None:
    rig = Rig(LoopOptions(heartbeat_interval_s=3_600))
    with rig.running():
        rig.wait_for_state(WorkerState.RUNNING)
        rig.loop.controls.request_prefetch(7)
        rig.events.wait_for(
            lambda: (card := rig.events.of(WorkerHeartbeat)[-1].info) is not None and card.prefetch == 7
        )


def test_that_a_state_is_published_when_it_or_its_problem_changes() -> None:
    queue, events = FakeQueue(), EventLog()
    publisher = BestEffortEventPublisher(FakeAnnouncer(queue), "instance", lambda: 0.0)
    heartbeat = Heartbeat("west", publisher, events, LoopOptions(now_ms=lambda: 5, monotonic_s=lambda: 0.0))
    running, on_hold = WorkerState.RUNNING, WorkerState.ON_HOLD
    heartbeat.publish_if_due()  # there is no state yet
    for state, problem in [(running, ""), (running, ""), (on_hold, "a"), (on_hold, "b"), (on_hold, "b")]:
        heartbeat.set_state(state, problem)
    published = events.of(WorkerHeartbeat)
    assert [(each.state, each.problem) for each in published] == [(running, ""), (on_hold, "a"), (on_hold, "b")]
    assert {(each.at_ms, each.worker) for each in published} == {(5, "west")}
    assert [event for payload in queue.payloads for event in decode_events(payload).events] == published


def test_that_a_heartbeat_is_due_once_an_interval() -> None:
    now_s, events = [0.0], EventLog()
    publisher = BestEffortEventPublisher(FakeAnnouncer(FakeQueue()), "instance", lambda: now_s[0])
    options = LoopOptions(heartbeat_interval_s=5.0, monotonic_s=lambda: now_s[0])
    heartbeat = Heartbeat("west", publisher, events, options)
    heartbeat.set_state(WorkerState.RUNNING)
    published = []
    for now_s[0] in (4.9, 5.0, 5.1, 9.9, 10.0):
        heartbeat.publish_if_due()
        published.append(len(events.events))
    assert published == [1, 2, 2, 2, 3]


def test_that_no_connection_is_opened_to_publish_before_the_broker_is_reached() -> None:
    rig = Rig(QUICK)
    for _ in range(2):
        rig.drain()
    assert WorkerState.STARTING in rig.states()
    assert _beats(rig, WorkerState.STARTING) == []
    assert len(_beats(rig, WorkerState.STOPPED)) == 2
