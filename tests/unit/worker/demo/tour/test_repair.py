"""Which failed message the tour repairs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from core.broker.ports import Message
from core.codec.workout_codec import decode
from core.failures.corrections import changed_body
from core.workouts.samples import sample_athletes
from tests.support.failed_list import FailedList
from tests.support.failures import NOW_MS
from worker.demo.producers.load import sample_workouts
from worker.demo.producers.spoiled import FAULTS, spoil
from worker.demo.tour.repair import find_metres


@pytest.fixture
def failed(tmp_path: Path) -> Iterator[FailedList]:
    made = FailedList(tmp_path / "results.db")
    with closing(made.reader):
        yield made


def test_that_every_sample_that_was_in_metres_can_be_repaired(failed: FailedList) -> None:
    now = datetime.fromtimestamp(NOW_MS / 1000, UTC)
    for workout in islice(sample_workouts(sample_athletes(), random.Random(3), lambda: now), 60):
        bodies = [spoil(workout, number, submitted_at_ms=NOW_MS).body for number in range(len(FAULTS))]
        failed.fail(*bodies)
        correction = find_metres(failed.reader.failed, now_ms=NOW_MS)
        assert correction is not None, workout
        found = failed.reader.failed.message(correction.key)
        assert found is not None
        assert found.message.body == bodies[0]
        repaired = changed_body(found.message.body, correction.field, correction.value)
        stored = decode(Message(repaired), now_ms=NOW_MS).workout
        assert stored is not None
        assert stored.distance_km == pytest.approx(workout.distance_km or 5)


def test_that_there_may_be_none(failed: FailedList) -> None:
    failed.fail(b"{")
    assert find_metres(failed.reader.failed, now_ms=NOW_MS) is None
