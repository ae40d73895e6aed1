"""The slow start after a crash: redelivered messages come a few at a time, and more with each batch that completes."""

from __future__ import annotations

from core.broker.ports import Delivery
from tests.support.loop_rig import good
from worker.consumer.prefetch_ramp import PrefetchRamp


def deliveries(*redelivered: bool) -> list[Delivery]:
    return [Delivery(good(tag), tag, 1, 0, again) for tag, again in enumerate(redelivered)]


NEW, REDELIVERED = deliveries(False), deliveries(True)


def ramp_after(*batches: list[Delivery], batch: int = 100) -> PrefetchRamp:
    ramp = PrefetchRamp(1, batch)
    for each in batches:
        ramp.grow(each)
        ramp.batch_survived()
    return ramp


def test_that_it_starts_with_the_initial_prefetch() -> None:
    ramp = PrefetchRamp(1, 100)
    assert (ramp.limit, ramp.cap(500)) == (1, 1)
    assert PrefetchRamp(10, 100).cap(3) == 3


def test_that_the_first_batch_of_redelivered_messages_raises_nothing() -> None:
    """It has not completed yet: the message that crashed a worker may be in it."""
    assert ramp_after(REDELIVERED).limit == 1


def test_that_it_grows_by_four_with_each_batch_that_completes() -> None:
    limits = [ramp_after(*[REDELIVERED] * count).limit for count in range(1, 6)]
    assert limits == [1, 4, 16, 64, None]


def test_that_a_batch_that_does_not_complete_raises_nothing() -> None:
    ramp = ramp_after(REDELIVERED, REDELIVERED)
    ramp.grow(REDELIVERED)
    assert ramp.limit == 16
    ramp.grow(REDELIVERED)
    assert ramp.limit == 16


def test_that_a_limit_as_large_as_a_batch_is_still_a_limit() -> None:
    assert ramp_after(*[REDELIVERED] * 3, batch=16).limit == 16
    assert ramp_after(*[REDELIVERED] * 3, batch=15).limit is None


def test_that_a_batch_without_a_redelivered_message_ends_it() -> None:
    ramp = ramp_after(NEW)
    assert (ramp.limit, ramp.cap(500)) == (None, 500)
    assert ramp_after(NEW, REDELIVERED).limit is None
    assert ramp_after(deliveries(False, True, False)).limit == 1


def test_that_a_restart_begins_again() -> None:
    ramp = ramp_after(REDELIVERED, NEW)
    ramp.restart()
    assert ramp.limit == 1
    ramp.grow(REDELIVERED)
    assert ramp.limit == 1
