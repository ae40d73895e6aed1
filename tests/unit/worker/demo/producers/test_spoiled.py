"""Spoiled workouts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

import pytest

from core.codec.workout_codec import decode
from core.errors import InvalidWorkoutError, UndecodableBodyError
from core.workouts.model import Workout
from core.workouts.samples import sample_athletes
from worker.demo.producers.load import sample_workouts
from worker.demo.producers.spoiled import FAULTS, MOST_SHARE, SpoiledShare, spoil

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW_MS = round(NOW.timestamp() * 1000)


def _workouts(count: int) -> list[Workout]:
    return list(islice(sample_workouts(sample_athletes(), random.Random(5), lambda: NOW), count))


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_that_no_worker_can_read_a_spoiled_message_whose_id_stays(number: int) -> None:
    for workout in _workouts(60):
        message = spoil(workout, number, submitted_at_ms=NOW_MS)
        assert message.message_id == workout.workout_id
        with pytest.raises((InvalidWorkoutError, UndecodableBodyError)):
            decode(message, now_ms=NOW_MS)


class _Sinks:
    def __init__(self) -> None:
        self.good: list[Workout] = []
        self.bad: list[Workout] = []
        self.share = SpoiledShare(self.good.extend, self.bad.extend, random.Random(9))

    def send(self, workouts: Sequence[Workout]) -> None:
        self.share.send(workouts)


def test_that_every_workout_goes_one_of_both_ways() -> None:
    sinks, workouts = _Sinks(), _workouts(1_000)
    sinks.share.set_share(0.1)
    for start in range(0, 1_000, 100):
        sinks.send(workouts[start : start + 100])
    ids = [workout.workout_id for workout in sinks.good] + [workout.workout_id for workout in sinks.bad]
    assert sorted(ids) == sorted(workout.workout_id for workout in workouts)
    assert 60 <= len(sinks.bad) <= 140


def test_that_the_share_is_bounded_and_none_spoils_nothing() -> None:
    sinks, workouts = _Sinks(), _workouts(1_000)
    sinks.send(workouts)
    assert not sinks.bad
    sinks.share.set_share(7.0)
    sinks.send(workouts)
    assert len(sinks.bad) < 2 * MOST_SHARE * 1_000
