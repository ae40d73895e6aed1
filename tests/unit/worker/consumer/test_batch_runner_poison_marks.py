"""A mark says that a process died with a message in hand: one that a living process leaves behind does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.errors import AckTimeoutError, StoreUnavailableError
from core.events import OutcomeKind, PickedUp, WorkerState
from core.failures.failure_key import failure_key
from tests.support.loop_rig import FAST, LONG_WORK, Rig, good
from tests.support.waiting import let_pass
from worker.consumer.batch import Batch
from worker.consumer.options import LoopOptions

STORED, RETRYING = OutcomeKind.STORED, OutcomeKind.RETRYING
KEY = failure_key(good(1))
AWAY = "The database is away."


def rig_with_suspect(options: LoopOptions = FAST) -> Rig:
    """One message that was noted as a suspect before, so it is tried alone."""
    rig = Rig(options)
    rig.store.marked[KEY] = 0
    rig.queue.ready.append((good(1), 0, True))
    return rig


def test_that_a_link_cut_while_it_was_in_hand_is_no_death() -> None:
    rig = rig_with_suspect(LONG_WORK)
    with rig.running():
        rig.events.wait_for(lambda: rig.events.of(PickedUp))
        assert rig.store.marked == {KEY: 1}
        rig.queue.break_link()
        rig.events.wait_for(lambda: rig.kinds() == [RETRYING])
        rig.queue.mend_link()
        rig.events.wait_for(lambda: len(rig.events.of(PickedUp)) == 2)
        assert rig.store.marked == {KEY: 0}, "noted afresh, without a death"


def test_that_a_database_that_was_away_as_it_was_let_go_is_told_before_anything_is_taken() -> None:
    rig = rig_with_suspect()

    def go_away() -> None:
        rig.store.before_apply = lambda: None
        rig.store.troubles.extend([StoreUnavailableError(AWAY)] * 10_000)

    rig.store.before_apply = go_away
    with rig.running():
        rig.wait_for_state(WorkerState.ON_HOLD, AWAY)
        rig.loop.controls.pause()
        rig.events.wait_for(lambda: rig.kinds() == [RETRYING])
        rig.store.troubles.clear()
        rig.wait_for_state(WorkerState.PAUSED)
        rig.loop.controls.resume()
        rig.events.wait_for(lambda: rig.kinds() == [RETRYING, STORED])
    assert rig.queue.retries == []
    assert rig.store.marked == {}


def test_that_a_mark_of_which_the_answer_was_lost_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = rig_with_suspect(replace(FAST, store_retry_timeout_s=0.0))
    suspect, is_first = rig.store.mark_suspects, iter([True])

    def suspect_without_answer(keys: Sequence[str], *, alone: bool) -> None:
        suspect(keys, alone=alone)
        if next(is_first, False):
            raise StoreUnavailableError(AWAY)

    monkeypatch.setattr(rig.store, "mark_suspects", suspect_without_answer)
    rig.drain()

    assert rig.queue.retries == []
    assert rig.kinds() == [STORED]


@pytest.mark.expects_warnings
def test_that_a_failure_that_only_the_queue_keeps_leaves_no_mark() -> None:
    rig = rig_with_suspect(replace(FAST, store_retry_timeout_s=0.0))
    rig.queue.ready[0] = (good(1), 3, True)
    rig.store.before_apply = lambda: rig.store.troubles.append(StoreUnavailableError(AWAY))

    rig.drain()

    assert [failure.error_type for failure in rig.queue.failed] == ["StoreUnavailableError"]
    assert rig.store.marked == {}


@pytest.mark.expects_warnings
def test_that_a_loop_that_breaks_with_it_counts_like_a_death(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = rig_with_suspect()
    rig.store.poison[good(1).message_id or ""] = OSError("disk")

    def break_down(_retries: object) -> int:
        raise RuntimeError("a bug")

    monkeypatch.setattr(rig.consumer, "retry", break_down)
    with pytest.raises(RuntimeError):
        rig.drain()
    assert rig.store.marked == {KEY: 1}


LATE = AckTimeoutError("RabbitMQ took the work back.", 0.1)


def test_that_work_that_the_broker_did_not_wait_for_is_a_failed_try() -> None:
    rig = Rig(LONG_WORK)
    rig.queue.put([good(1)])
    with rig.running():
        rig.events.wait_for(lambda: rig.events.of(PickedUp))
        let_pass(0.2)  # what counts is the time that has passed
        rig.queue.break_link(LATE)
        rig.events.wait_for(lambda: rig.kinds() == [RETRYING])
        rig.queue.mend_link()
        rig.queue.wait_for(lambda: bool(rig.queue.retries))
    (retry,) = rig.queue.retries
    assert retry.reason == "It took longer than RabbitMQ waits for an acknowledgement; try 1 of 4."
    assert rig.store.marked == {}


def test_that_work_of_a_shorter_time_is_not_to_blame() -> None:
    rig = Rig(LONG_WORK)
    rig.queue.put([good(1)])
    with rig.running():
        rig.events.wait_for(lambda: rig.events.of(PickedUp))
        rig.queue.break_link(AckTimeoutError("RabbitMQ took the work back.", 60.0))
        rig.events.wait_for(lambda: rig.kinds() == [RETRYING])
        rig.queue.mend_link()
        rig.events.wait_for(lambda: len(rig.events.of(PickedUp)) == 2)
    assert rig.queue.retries == []


@pytest.mark.parametrize("is_away", [False, True])
def test_that_several_are_tried_alone_after_it(monkeypatch: pytest.MonkeyPatch, is_away: bool) -> None:
    rig = Rig()
    rig.queue.put([good(1), good(2)])
    commit = rig.loop._batches._commit

    def be_late(_batch: Batch) -> None:
        monkeypatch.setattr(rig.loop._batches, "_commit", commit)
        rig.consumer.close()
        if is_away:
            rig.store.troubles.append(StoreUnavailableError(AWAY))
        raise AckTimeoutError("RabbitMQ took the work back.")

    monkeypatch.setattr(rig.loop._batches, "_commit", be_late)
    rig.drain()
    assert rig.kinds() == [RETRYING, RETRYING, STORED, STORED]
    assert rig.store.batches == ([2] if is_away else [1, 1])
    assert rig.store.marked == {}
