"""Submitting without an outbox: what is counted, and what is dropped."""

from __future__ import annotations

import pytest

from core.codec.workout_codec import decode
from tests.support.fakes import FakeBroker
from tests.support.waiting import wait_until
from tests.support.workouts import workouts
from worker.demo.producers import direct_publisher
from worker.demo.producers.direct_submission import DirectSubmission
from worker.runtime.clock import now_ms

BOUND_S = 60.0
SOME = list(workouts(4, 2))
IDS = tuple(workout.workout_id for workout in SOME)


def counts(direct: DirectSubmission) -> tuple[int, int, int]:
    return direct.submitted, direct.sent, direct.dropped


def test_that_workouts_go_to_the_broker_as_other_producers_send_them() -> None:
    broker, direct = FakeBroker(), DirectSubmission(now_ms)
    thread = direct.publisher_to(broker)
    direct.submit(SOME)
    thread.start()
    wait_until(lambda: counts(direct) == (4, 4, 0), BOUND_S)
    thread.stop()
    assert thread.join(BOUND_S)
    sent = [decode(message, now_ms=now_ms()) for message, _, _ in broker.queue.ready]
    assert [each.workout for each in sent] == SOME
    assert {each.origin for each in sent} == {None}, "no outbox counts them"


def test_that_without_a_broker_all_are_dropped() -> None:
    direct = DirectSubmission(now_ms)
    direct.submit(SOME)
    assert counts(direct) == (4, 0, 4)
    assert direct.dropped_ids == IDS


def test_that_what_comes_after_the_stop_or_beyond_the_bound_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct_publisher, "MOST_WAITING", 3)
    broker, direct = FakeBroker(), DirectSubmission(now_ms)
    thread = direct.publisher_to(broker)
    direct.submit(SOME)
    assert direct.dropped_ids == IDS[3:]
    thread.start()
    thread.stop()
    assert thread.join(BOUND_S)
    assert counts(direct) == (4, 3, 1)
    direct.submit(SOME[:1])
    assert counts(direct) == (5, 3, 2)
    assert direct.dropped_ids == (IDS[3], IDS[0])
