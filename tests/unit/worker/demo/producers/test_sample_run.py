"""The demonstration's producers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path

import pytest

from core.broker.embedded import EmbeddedBroker
from core.events import BatchProcessed, OutcomeKind, Producer, WorkoutOutcome
from core.workouts.model import Workout
from tests.support.waiting import wait_until
from worker.demo.account import DIRECT
from worker.demo.producers.load import Pattern
from worker.demo.producers.sample_run import REMEMBERED, SampleRun


class _Rig:
    def __init__(self, share: float = 0.0) -> None:
        self.sent: list[Workout] = []
        self.run = SampleRun(self.sent.extend, UTC, lambda: 1_772_366_400_000, rate_per_s=0.1, share=share)

    def outcomes(self, ids: Sequence[str], kind: OutcomeKind = OutcomeKind.STORED) -> None:
        found = tuple(WorkoutOutcome(each, "Ana", "Running", kind, 1.0, 1.0) for each in ids)
        self.run.take([BatchProcessed(1, "w", found)])


def _facts(workout: Workout) -> dict[str, object]:
    return workout.model_dump(exclude={"id"})


def _wait_for(rig: _Rig, count: int) -> None:
    wait_until(lambda: len(rig.sent) >= count, 10)


@pytest.fixture
def rig() -> Iterator[_Rig]:
    made = _Rig()
    yield made
    made.run.stop()
    assert made.run.join(10)


def test_that_what_is_stored_is_known_newest_first(rig: _Rig) -> None:
    ids = rig.run.submit(4)
    assert [workout.workout_id for workout in rig.sent] == ids
    assert not rig.run.stored(5)
    rig.outcomes(ids[:3])
    rig.outcomes(ids[3:], OutcomeKind.FAILED)
    rig.outcomes(["a stranger's"])
    assert [workout.workout_id for workout in rig.run.stored(2)] == [ids[2], ids[1]]
    assert [(sent.workout_id, sent.source) for sent in rig.run.sent_log] == [(each, Producer.LOAD) for each in ids]


def test_that_what_is_remembered_is_bounded(rig: _Rig) -> None:
    ids = rig.run.submit(REMEMBERED + 5)
    rig.outcomes(ids)
    assert [workout.workout_id for workout in rig.run.stored(10_000)] == ids[:4:-1]


def test_that_messages_reach_the_queue_past_the_outbox(rig: _Rig, tmp_path: Path) -> None:
    rig.run.publish(rig.run.spoiled(1))  # there is no broker yet
    broker = EmbeddedBroker(tmp_path / "queue.db")
    rig.run.use(broker)
    rig.run.use(broker)  # another connection
    messages = rig.run.spoiled(3)
    assert len({message.body for message in messages}) == 3
    rig.run.publish(messages)
    inspector = broker.inspector()
    inspector.open()
    wait_until(lambda: inspector.depth().ready == 3, 10)
    inspector.close()
    assert [sent.source for sent in rig.run.sent_log] == [DIRECT] * 3
    assert not rig.sent


def test_that_the_load_is_the_same_whatever_experiments_send() -> None:
    first, second = _Rig(), _Rig()
    second.run.submit(7)
    for rig, skipped in ((first, 0), (second, 7)):
        rig.run.set_paused(True)
        rig.run.set_pattern(Pattern.SPIKES)
        rig.run.set_rate(10.0)
        rig.run.burst(50)
        rig.run.start()
        _wait_for(rig, 51 + skipped)
        rig.run.stop()
        assert rig.run.join(10)
    assert [_facts(each) for each in first.sent[:51]] == [_facts(each) for each in second.sent[7:58]]
