from __future__ import annotations

from threading import Event, Thread

import pytest

from core.broker.ports import Message
from core.broker.topology import HEADER_SUBMITTED_AT
from core.codec.event_codec import decode_events
from core.config.settings import WorkSpan
from core.errors import (
    BrokerRefusedError,
    BrokerUnavailableError,
    StoreDamagedError,
    StoreFileReplacedError,
    StoreUnavailableError,
)
from core.events import (
    BatchProcessed,
    ConnectionChanged,
    ConnectionState,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerState,
)
from tests.support.loop_rig import FAST, LONG_WORK, Rig, Ticking, good, workout_id
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation
from worker.runtime.clock import now_ms

STORED, FAILED, DUPLICATE, RETRYING = (
    OutcomeKind.STORED,
    OutcomeKind.FAILED,
    OutcomeKind.DUPLICATE,
    OutcomeKind.RETRYING,
)


def test_that_a_queue_is_drained_in_batches_of_half_the_prefetch() -> None:
    rig = Rig(LoopOptions(prefetch=20, drain_idle_s=0.02))
    rig.queue.put(good(n) for n in range(26))

    rig.drain()

    assert rig.store.batches == [1, 10, 10, 5]
    assert len(rig.store.stored) == 26
    assert not rig.queue.held
    assert not rig.queue.ready
    assert rig.states() == [WorkerState.STARTING, WorkerState.DRAINING, WorkerState.STOPPED]
    assert not rig.consumer.is_open
    assert not rig.store.is_open


def test_that_a_worker_begins_with_little_and_is_bold_at_once_where_nothing_was_in_hand_before() -> None:
    rig = Rig(LoopOptions(prefetch=100, drain_idle_s=0.02))
    rig.queue.put(good(n) for n in range(60))
    rig.drain()
    assert rig.store.batches == [1, 50, 9]


def test_that_a_worker_is_bolder_with_each_batch_it_survives_of_what_was_in_hand_before() -> None:
    rig = Rig(LoopOptions(prefetch=100, drain_idle_s=0.02))
    rig.queue.ready.extend((good(n), 0, True) for n in range(100))
    rig.drain()
    assert rig.store.batches == [1, 1, 4, 16, 64, 14]
    rig.queue.ready.extend((good(n), 0, True) for n in range(100, 110))
    rig.drain()  # connects anew
    assert rig.store.batches[6:] == [1, 1, 4, 4]


def test_that_a_worker_asks_for_more_while_all_that_it_may_hold_is_in_its_hands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is on its way goes back with a new prefetch, and is counted by a quorum queue."""
    rig = Rig(LoopOptions(prefetch=100, drain_idle_s=0.02))
    rig.queue.ready.extend((good(n), 0, True) for n in range(100))
    asked: list[tuple[int, int]] = []
    told = rig.consumer.set_prefetch

    def set_prefetch(prefetch: int) -> None:
        asked.append((len(rig.queue.held), prefetch))
        told(prefetch)

    monkeypatch.setattr(rig.consumer, "set_prefetch", set_prefetch)
    rig.drain()
    assert asked == [(0, 1), (1, 4), (4, 16), (16, 64), (64, 100)]


def test_that_the_acknowledgement_follows_the_commit() -> None:
    rig = Rig()
    rig.queue.put([good(1)])
    held: list[int] = []
    rig.store.before_apply = lambda: held.append(len(rig.queue.held))

    rig.drain()

    assert held == [1]
    assert not rig.queue.held


def test_that_each_batch_is_picked_up_processed_and_told_in_one_payload() -> None:
    rig = Rig()
    submitted = now_ms() - 1500
    body = b'{"type": "Running", "duration": 45, "userId": "mia"}'
    rig.queue.put([Message(body, message_id=workout_id(1), headers={HEADER_SUBMITTED_AT: submitted}), good(2)])

    rig.drain()

    (picked,) = rig.events.of(PickedUp)
    (processed,) = rig.events.of(BatchProcessed)
    assert picked.workout_ids == (workout_id(1), workout_id(2))
    first, second = processed.outcomes
    assert (first.athlete, first.sport, first.kind, first.calories_kcal) == ("mia", "Running", STORED, 1.0)
    assert first.wait_ms is not None
    assert 1500 <= first.wait_ms < 60_000
    assert first.run_ms >= 0
    assert second.wait_ms is None
    payloads = [decode_events(payload) for payload in rig.queue.payloads]
    assert {payload.instance for payload in payloads} == {rig.loop.instance}
    told = [payload.events for payload in payloads if any(isinstance(e, BatchProcessed) for e in payload.events)]
    assert [[type(event) for event in events] for events in told] == [[PickedUp, BatchProcessed]]


def test_that_bad_bodies_go_to_the_failed_queue_with_their_reasons_and_the_rest_is_stored() -> None:
    rig = Rig()
    bad = Message(b"{", message_id=workout_id(7))
    long = Message(b'{"userId": "Ana", "type": "run", "duration": 5000, "distance": 3}')
    rig.queue.put([good(1), bad, long, good(2)])

    rig.drain()

    assert sorted(rig.store.stored) == [workout_id(1), workout_id(2)]
    assert [failure.error_type for failure in rig.queue.failed] == ["undecodable", "invalid"]
    assert rig.queue.failed[1].reason.startswith("duration: ")
    assert rig.queue.failed[0].delivery.message is bad
    assert rig.queue.failed[0].worker == "west"
    records = {record.failure_code.error_type: record for record in rig.store.failures.values()}
    assert records["undecodable"].message is bad
    assert rig.kinds() == [STORED, FAILED, FAILED, STORED]
    told = [outcome for event in rig.events.of(BatchProcessed) for outcome in event.outcomes]
    facts = [(one.athlete, one.sport, one.duration_min, one.distance_km) for one in told if one.kind is FAILED]
    assert facts == [("", "", None, None), ("Ana", "Running", 5_000.0, 3.0)]
    assert not rig.queue.held


def test_that_a_failure_is_told_with_the_run_time_of_its_record() -> None:
    rig = Rig(monotonic_s=Ticking())
    rig.queue.put([good(1), Message(b"{", message_id=workout_id(7))])

    rig.drain()

    (record,) = rig.store.failures.values()
    run_ms = {one.kind: one.run_ms for event in rig.events.of(BatchProcessed) for one in event.outcomes}
    assert run_ms[FAILED] == record.took_ms
    assert run_ms[FAILED] < run_ms[STORED]  # of the whole batch, to its commit


def test_that_a_redelivered_failure_keeps_its_key() -> None:
    rig = Rig()
    rig.queue.put([Message(b"{", message_id="x"), Message(b"{", message_id="x"), Message(b"{", message_id="y")])

    rig.drain()

    assert len(rig.queue.failed) == 3
    assert len(rig.store.failures) == 2


def test_that_a_conflict_goes_to_the_failed_queue() -> None:
    rig = Rig()
    rig.store.conflicts.add(workout_id(1))
    rig.queue.put([good(1), good(2)])

    rig.drain()

    assert [failure.error_type for failure in rig.queue.failed] == ["conflict"]
    assert rig.kinds() == [FAILED, STORED]


@pytest.mark.expects_warnings
@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_that_one_workout_the_store_chokes_on_is_given_up_alone(size: int) -> None:
    rig = Rig()
    offender = workout_id(size // 2)
    rig.store.poison[offender] = ZeroDivisionError("never seen by a user")
    rig.queue.put([*(good(n) for n in range(size)), Message(b"{", message_id="bad")])

    rig.drain()

    assert len(rig.store.stored) == size - 1
    assert sorted(failure.error_type for failure in rig.queue.failed) == ["ZeroDivisionError", "undecodable"]
    assert len(rig.store.failures) == 2
    assert all("never seen" not in failure.reason for failure in rig.queue.failed)
    assert not rig.queue.held


@pytest.mark.expects_warnings
def test_that_a_failure_that_cannot_even_be_kept_here_still_goes_to_the_failed_queue() -> None:
    rig = Rig()
    rig.store.poisonous_records.add("bad")
    rig.queue.put([good(1), Message(b"{", message_id="bad"), good(2)])

    rig.drain()

    assert rig.kinds() == [STORED, FAILED, STORED]
    assert [failure.error_type for failure in rig.queue.failed] == ["undecodable"]


@pytest.mark.expects_warnings
def test_that_a_passing_error_is_tried_again_later_and_then_given_up() -> None:
    rig = Rig()
    rig.store.poison[workout_id(1)] = OSError("disk")
    rig.queue.put([good(1)])

    rig.drain()

    assert [retry.delay_s for retry in rig.queue.retries] == [1, 10, 60]
    assert all(retry.delay_s * 500 <= retry.after_ms <= retry.delay_s * 1000 for retry in rig.queue.retries)
    assert rig.kinds() == [RETRYING, RETRYING, RETRYING, FAILED]
    assert [failure.error_type for failure in rig.queue.failed] == ["OSError"]


def test_that_nothing_is_lost_while_the_store_is_away() -> None:
    rig = Rig()
    rig.store.troubles.extend([StoreUnavailableError("locked")] * 3)
    rig.queue.put(good(n) for n in range(3))

    rig.drain()

    assert len(rig.store.stored) == 3
    assert rig.states() == [
        WorkerState.STARTING,
        WorkerState.DRAINING,
        WorkerState.ON_HOLD,
        WorkerState.DRAINING,
        WorkerState.STOPPED,
    ]
    assert rig.consumer.keep_alives == 3
    assert rig.consumer.opens == 1
    assert rig.kinds() == [STORED] * 3


def test_that_a_store_that_was_moved_is_opened_again_with_the_batch_in_hand() -> None:
    rig = Rig()

    def move() -> None:
        rig.store.before_apply = lambda: None
        rig.store.open_troubles.append(StoreUnavailableError("locked"))
        raise StoreFileReplacedError("The file was moved or deleted.")

    rig.store.before_apply = move
    rig.queue.put(good(n) for n in range(3))

    rig.drain()

    assert rig.kinds() == [STORED] * 3
    assert rig.store.opens == 2
    assert not rig.store.open_troubles
    assert rig.consumer.opens == 1


def test_that_stopping_while_the_store_is_away_gives_the_batch_back() -> None:
    rig = Rig()
    rig.store.troubles.extend([StoreDamagedError("The file is damaged.")] * 10_000)
    rig.queue.put([good(1), good(2)])

    with rig.running() as thread:
        rig.wait_for_state(WorkerState.ON_HOLD, "damaged")
        rig.loop.controls.stop()
        thread.join(60)

    assert [message.message_id for message, _, _ in rig.queue.ready] == [workout_id(1), workout_id(2)]
    assert not rig.queue.held
    assert rig.kinds() == [RETRYING, RETRYING]


def test_that_a_store_that_cannot_be_opened_yet_is_waited_for() -> None:
    rig = Rig()
    rig.store.open_troubles.extend([StoreUnavailableError("locked"), StoreUnavailableError("locked")])
    rig.queue.put([good(1)])

    rig.drain()

    assert rig.consumer.opens == 1
    assert rig.kinds() == [STORED]
    assert WorkerState.ON_HOLD in rig.states()


def test_that_the_broker_may_go_and_come_back() -> None:
    rig = Rig()
    with rig.running():
        rig.wait_for_state(WorkerState.RUNNING)
        rig.queue.break_link(BrokerUnavailableError("The broker is away."))
        rig.wait_for_state(WorkerState.ON_HOLD, "away")
        rig.queue.wait_for(lambda: rig.consumer.opens >= 3)
        rig.queue.mend_link()
        rig.wait_for_state(WorkerState.RUNNING)
        rig.queue.put([good(1)])
        rig.events.wait_for(lambda: rig.kinds() == [STORED])

    links = [event.state for event in rig.events.of(ConnectionChanged)]
    assert links[0] is ConnectionState.ONLINE
    assert set(links[1:-1]) == {ConnectionState.OFFLINE}
    assert links[-1] is ConnectionState.ONLINE


def test_that_a_refusal_is_tried_again_only_when_asked_or_slowly() -> None:
    rig = Rig(LoopOptions(refused_wait_s=3_600))
    rig.queue.break_link(BrokerRefusedError("The password is wrong."))
    with rig.running():
        rig.wait_for_state(WorkerState.ON_HOLD, "password")
        rig.events.wait_for(lambda: rig.link.state is ConnectionState.REFUSED)
        rig.queue.mend_link()
        assert rig.consumer.opens == 1
        rig.loop.controls.wake()
        rig.wait_for_state(WorkerState.RUNNING)


def test_that_an_ack_lost_with_the_connection_is_absorbed_as_a_duplicate() -> None:
    rig = Rig()
    rig.queue.put([good(1)])

    def mend_after_a_try() -> None:
        rig.queue.wait_for(lambda: rig.consumer.opens > 1)
        rig.queue.mend_link()

    def cut_once() -> None:
        rig.store.before_apply = lambda: None
        rig.queue.break_link()
        Thread(target=mend_after_a_try).start()

    rig.store.before_apply = cut_once
    rig.drain()

    assert rig.kinds() == [STORED, DUPLICATE]
    assert not rig.queue.held


def test_that_pausing_takes_no_more_and_resuming_goes_on() -> None:
    rig = Rig()
    with rig.running():
        rig.wait_for_state(WorkerState.RUNNING)
        rig.loop.controls.pause()
        rig.wait_for_state(WorkerState.PAUSED)
        rig.queue.put([good(1)])
        assert rig.consumer.paused
        rig.loop.controls.resume()
        rig.events.wait_for(lambda: rig.kinds() == [STORED])
        assert not rig.consumer.paused


def test_that_draining_ends_a_pause() -> None:
    rig = Rig()
    rig.loop.controls.pause()
    rig.queue.put([good(1)])

    rig.drain()

    assert rig.kinds() == [STORED]


@pytest.mark.parametrize("act", ["pause", "stop_now"])
def test_that_simulated_work_is_broken_off_and_given_back(act: str) -> None:
    rig = Rig(LONG_WORK)
    rig.queue.put([good(1), good(2)])
    with rig.running():
        rig.events.wait_for(lambda: rig.events.of(PickedUp))
        assert rig.consumer.prefetch == 1
        assert len(rig.queue.held) == 1
        getattr(rig.loop.controls, act)()
        rig.events.wait_for(lambda: rig.kinds() == [RETRYING])
        rig.queue.wait_for(lambda: len(rig.queue.ready) == 2 and not rig.queue.held)

    assert not rig.store.stored


def test_that_stopping_lets_simulated_work_finish_within_its_grace() -> None:
    told = Event()

    def span_once_told(least_s: float, _most_s: float) -> float:
        assert told.wait(60)
        return least_s

    rig = Rig(LoopOptions(simulation=Simulation(WorkSpan(0.05, 0.05), span_once_told), shutdown_timeout_s=60))
    rig.queue.put([good(1), good(2)])
    with rig.running() as thread:
        rig.events.wait_for(lambda: rig.events.of(PickedUp))
        rig.loop.controls.stop()
        told.set()
        thread.join(60)

    assert rig.kinds() == [STORED]
    assert len(rig.queue.ready) == 1


def test_that_work_longer_than_the_grace_is_given_back() -> None:
    rig = Rig(LoopOptions(simulation=Simulation(WorkSpan(600, 600)), shutdown_timeout_s=0.03))
    rig.queue.put([good(1)])
    with rig.running() as thread:
        rig.events.wait_for(lambda: rig.events.of(PickedUp))
        rig.loop.controls.stop()
        thread.join(60)
        assert not thread.is_alive()

    assert rig.kinds() == [RETRYING]
    assert len(rig.queue.ready) == 1


def test_that_heartbeats_are_served_while_work_is_simulated() -> None:
    rig = Rig(LoopOptions(simulation=Simulation(WorkSpan(0.02, 0.02)), drain_idle_s=0.02), monotonic_s=Ticking())
    rig.queue.put([good(1)])

    rig.drain()

    assert rig.consumer.keep_alives >= 1
    (processed,) = rig.events.of(BatchProcessed)
    assert processed.outcomes[0].run_ms >= 20
    told = [type(e) for payload in rig.queue.payloads for e in decode_events(payload).events]
    assert [kind for kind in told if kind is not WorkerHeartbeat] == [PickedUp, BatchProcessed]


def test_that_a_connection_lost_during_simulated_work_gives_the_workout_back() -> None:
    rig = Rig(LONG_WORK)
    rig.queue.put([good(1)])
    with rig.running():
        rig.events.wait_for(lambda: rig.events.of(PickedUp))
        rig.queue.break_link()
        rig.events.wait_for(lambda: rig.kinds() == [RETRYING])
        rig.queue.mend_link()
        rig.events.wait_for(lambda: len(rig.events.of(PickedUp)) == 2)

    assert not rig.store.stored


def test_that_prefetch_and_simulation_change_while_running() -> None:
    rig = Rig(LONG_WORK)
    with rig.running():
        rig.wait_for_state(WorkerState.RUNNING)
        assert rig.consumer.prefetch == 1
        rig.queue.put([good(0)])
        rig.events.wait_for(lambda: rig.events.of(PickedUp))
        rig.loop.controls.request_simulation(Simulation(WorkSpan(500, 500)))
        rig.loop.controls.request_prefetch(50)
        rig.loop.controls.request_simulation(None)
        rig.queue.put(good(n) for n in range(1, 30))
        rig.events.wait_for(lambda: len(rig.kinds()) == 30)

    assert rig.consumer.prefetch == 50
    assert max(rig.store.batches) == 25


def test_that_announcing_never_stops_work() -> None:
    rig = Rig(FAST)
    rig.event_publisher.trouble = BrokerRefusedError("You may not.")
    rig.queue.put([good(1)])

    rig.drain()

    assert rig.kinds() == [STORED]
    assert rig.event_publisher.opens == 1
    assert not rig.queue.payloads


def test_that_a_loop_may_run_again() -> None:
    rig = Rig()
    rig.drain()
    rig.queue.put([good(1)])

    rig.drain()

    assert rig.kinds() == [STORED]


def test_that_quiet_before_a_connection_does_not_end_a_drain_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()
    rig.drain()
    rig.queue.put([good(1)])
    fetch, is_first = rig.consumer.fetch, iter([True])
    # A broker's deliveries follow its answer to the consumer, so the first look may find nothing.
    monkeypatch.setattr(
        rig.consumer, "fetch", lambda limit, wait_s: [] if next(is_first, False) else fetch(limit, wait_s)
    )

    rig.drain()

    assert rig.kinds() == [STORED]
