"""After work that was cut off the store is opened afresh, and may be away just then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import StoreUnavailableError
from core.events import OutcomeKind, WorkerHeartbeat, WorkerState
from tests.support.loop_rig import FAST, Rig, good, workout_id
from worker.consumer.retry_policy import TimeLimitExceededError

STORED, RETRYING = OutcomeKind.STORED, OutcomeKind.RETRYING
HELD = replace(FAST, store_retry_timeout_s=5.0)
AWAY = "The database is away."

pytestmark = pytest.mark.expects_warnings


def rig_that_is_cut_off(*, away: int) -> Rig:
    """The first try is cut off, and `away` times after that the database cannot be opened."""
    rig = Rig(HELD)

    def cut_off() -> None:
        rig.store.before_apply = lambda: None
        rig.store.open_troubles.extend([StoreUnavailableError(AWAY)] * away)
        raise TimeLimitExceededError

    rig.store.before_apply = cut_off
    return rig


def used_it_closed(rig: Rig) -> bool:
    """A store that is not open looks like a database that is away, until the patience of a batch has ended."""
    return any("not open" in event.problem for event in rig.events.of(WorkerHeartbeat))


def test_that_a_database_that_is_back_soon_costs_no_try() -> None:
    rig = rig_that_is_cut_off(away=2)
    rig.queue.put(good(n) for n in range(3))

    rig.drain()

    assert rig.queue.retries == []
    assert rig.kinds() == [STORED] * 3
    assert WorkerState.ON_HOLD in rig.states()


def test_that_the_one_that_was_cut_off_alone_leaves_an_open_store_behind() -> None:
    """Nothing is left of the batch that could wait for the database."""
    rig = rig_that_is_cut_off(away=2)
    rig.queue.put([good(1)])

    rig.drain()

    assert [retry.reason for retry in rig.queue.retries] == ["It took too long and was cut off; try 1 of 4."]
    assert rig.kinds() == [RETRYING, STORED]
    assert list(rig.store.stored) == [workout_id(1)]
    assert not used_it_closed(rig)


def test_that_a_worker_paused_meanwhile_opens_it_before_it_goes_on() -> None:
    rig = rig_that_is_cut_off(away=10_000)
    rig.queue.put([good(1), good(2)])
    with rig.running():
        rig.wait_for_state(WorkerState.ON_HOLD, AWAY)
        rig.loop.controls.pause()
        rig.events.wait_for(lambda: rig.kinds() == [RETRYING] * 2)
        rig.store.open_troubles.clear()
        rig.wait_for_state(WorkerState.PAUSED)
        rig.loop.controls.resume()
        rig.events.wait_for(lambda: rig.kinds()[2:] == [STORED] * 2)
    assert rig.queue.retries == []
    assert not used_it_closed(rig)
