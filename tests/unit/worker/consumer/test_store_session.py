"""A database that is unavailable is waited for, while the connection to the broker is served."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.broker.backoff import Backoff
from core.broker.ports import Delivery
from core.errors import StoreDamagedError, StoreFileReplacedError, StoreUnavailableError
from core.events import WorkerHeartbeat, WorkerState
from tests.support.fakes import EventLog, FakeAnnouncer, FakeConsumer, FakeQueue, FakeStore
from worker.consumer.controls import Controls
from worker.consumer.event_publisher import BestEffortEventPublisher
from worker.consumer.heartbeat import Heartbeat
from worker.consumer.options import LoopOptions
from worker.consumer.store_session import StoreSession

AWAY = StoreUnavailableError("away")


class WaitingConsumer(FakeConsumer):
    """Its clock goes on in `fetch` alone."""

    def __init__(self) -> None:
        super().__init__(FakeQueue())
        self.now_s = 0.0
        self.waits_s: list[float] = []
        self.while_waiting: Callable[[], None] = lambda: None

    def fetch(self, limit: int, wait_s: float) -> list[Delivery]:
        assert limit == 0
        self.waits_s.append(wait_s)
        self.now_s += wait_s
        self.while_waiting()
        return []


class Rig:
    def __init__(self, *, store_retry_timeout_s: float = 20.0, heartbeat_interval_s: float = 5.0) -> None:
        self.store, self.events, self.consumer = FakeStore(), EventLog(), WaitingConsumer()
        options = LoopOptions(
            store_retry_timeout_s=store_retry_timeout_s,
            heartbeat_interval_s=heartbeat_interval_s,
            make_backoff=lambda: Backoff(first_s=1.0, max_s=4.0, jitter=0.0, monotonic_s=lambda: 0.0),
            monotonic_s=lambda: self.consumer.now_s,
        )
        self.controls = Controls(self.consumer.wake, 5.0, lambda: 0.0)
        publisher = BestEffortEventPublisher(FakeAnnouncer(self.consumer.queue), "instance", lambda: 0.0)
        heartbeat = Heartbeat("west", publisher, self.events, options)
        self.session = StoreSession(self.store, self.consumer, self.controls, heartbeat, options)
        self.session.open()

    def retry(self) -> Exception | None:
        return self.session.retry(lambda: self.store.clear_suspects(["a"]))


def test_that_the_update_of_an_older_database_is_told_as_the_worker_s_state() -> None:
    rig = Rig()
    rig.session.close()
    rig.store.updates = ("Updating: 10 of 20 workouts", "Updating: 20 of 20 workouts")
    rig.session.open()
    told = rig.events.of(WorkerHeartbeat)
    assert [(one.state, one.problem) for one in told] == [(WorkerState.ON_HOLD, words) for words in rig.store.updates]


def test_that_it_is_opened_and_closed_once() -> None:
    rig = Rig()
    rig.session.open()
    assert (rig.store.opens, rig.session.is_open) == (1, True)
    rig.session.close()
    rig.store.is_open = True  # by another
    rig.session.close()
    assert rig.store.is_open
    assert not rig.session.is_open


def test_that_an_open_that_fails_is_tried_again() -> None:
    rig = Rig()
    rig.session.close()
    rig.store.open_troubles.append(AWAY)
    with pytest.raises(StoreUnavailableError):
        rig.session.open()
    assert not rig.session.is_open
    rig.session.open()
    assert rig.store.is_open


def test_that_what_the_database_takes_is_not_waited_for() -> None:
    rig = Rig()
    assert rig.retry() is None
    assert rig.consumer.waits_s == []
    assert rig.events.events == []


def test_that_the_pauses_grow_and_begin_anew_after_a_success() -> None:
    rig = Rig()
    for _ in range(2):
        rig.store.troubles.extend([AWAY, StoreDamagedError("damaged"), AWAY, AWAY])
        assert rig.retry() is None
    assert rig.consumer.waits_s == [1.0, 2.0, 4.0, 4.0] * 2
    states = rig.events.of(WorkerHeartbeat)
    assert {state.state for state in states} == {WorkerState.ON_HOLD}
    assert [state.problem for state in states[:2]] == ["away", "damaged"]


def test_that_it_gives_up_when_the_time_is_over() -> None:
    rig = Rig(store_retry_timeout_s=6.0)
    rig.store.troubles.extend([AWAY] * 100)
    assert rig.retry() is AWAY
    assert rig.consumer.waits_s == [1.0, 2.0, 3.0]


def test_that_a_heartbeat_is_never_late() -> None:
    rig = Rig(heartbeat_interval_s=0.5)
    rig.store.troubles.extend([AWAY] * 4)
    assert rig.retry() is None
    assert rig.consumer.waits_s == [0.5] * 4
    assert len(rig.events.of(WorkerHeartbeat)) == 4


@pytest.mark.parametrize("request_of", [Controls.stop, Controls.stop_now, Controls.pause])
def test_that_a_loop_that_is_to_stop_or_pause_waits_no_longer(request_of: Callable[[Controls], None]) -> None:
    rig = Rig()
    rig.store.troubles.extend([AWAY] * 100)
    rig.consumer.while_waiting = lambda: request_of(rig.controls)
    assert rig.retry() is AWAY
    assert rig.consumer.waits_s == [1.0]


def test_that_a_file_that_was_replaced_is_opened_again_once_before_the_next_try() -> None:
    rig = Rig()
    rig.store.troubles.extend([StoreFileReplacedError("moved"), AWAY, AWAY])
    rig.store.open_troubles.append(AWAY)
    assert rig.retry() is None
    assert rig.store.opens == 2
    assert len(rig.consumer.waits_s) == 4
