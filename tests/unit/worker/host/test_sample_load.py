"""The demonstration's load."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core.workouts.model import Workout, check_workout
from core.workouts.samples import sample_athletes
from worker.host.sample_load import DAYS_BACK, SampleLoad, sample_workouts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class _Sink:
    """Counts what is handed on, and lets a test wait for it."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.workouts: list[Workout] = []

    def submit(self, workouts: Sequence[Workout]) -> None:
        with self.changed:
            self.workouts.extend(workouts)
            self.changed.notify_all()

    def wait_for(self, count: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: len(self.workouts) >= count, timeout=10)


def _load(sink: _Sink, rate_per_s: float) -> SampleLoad:
    return SampleLoad(
        sink.submit,
        sample_workouts(sample_athletes(), random.Random(3), lambda: NOW),
        rate_per_s=rate_per_s,
    )


def test_that_every_sample_workout_is_one_a_form_would_accept() -> None:
    workouts = sample_workouts(sample_athletes(), random.Random(5), lambda: NOW)
    found = [next(workouts) for _ in range(500)]
    for workout in found:
        fields = workout.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"extra"})
        assert check_workout(fields, now=NOW).sport == workout.sport
        assert NOW - timedelta(days=DAYS_BACK + 2) < workout.started_at < NOW
    assert len({workout.id for workout in found}) == 500
    assert len({workout.athlete for workout in found}) > 10


def test_that_the_first_workout_comes_at_once_and_bursts_are_whole() -> None:
    sink = _Sink()
    load = _load(sink, 0.1)
    load.start()
    assert sink.wait_for(1)
    load.burst(1_234)
    assert sink.wait_for(1_235)
    load.stop()
    assert load.join(5)
    assert len(sink.workouts) - 1_235 <= 1


def test_that_a_paused_load_sends_only_bursts() -> None:
    sink = _Sink()
    load = _load(sink, 1_000)
    load.set_paused(True)
    load.start()
    assert sink.wait_for(1)
    load.burst(7)
    assert sink.wait_for(8)
    assert len(sink.workouts) == 8
    load.set_paused(False)
    assert sink.wait_for(100)
    load.stop()
    assert load.join(5)


def test_that_the_rate_follows_the_clock() -> None:
    sink, clock_s = _Sink(), [0.0]
    load = SampleLoad(
        sink.submit,
        sample_workouts(sample_athletes(), random.Random(3), lambda: NOW),
        rate_per_s=10,
        monotonic_s=lambda: clock_s[0],
    )
    load.start()
    assert sink.wait_for(1)
    clock_s[0] = 0.55
    assert sink.wait_for(6)
    clock_s[0] = 60.0  # a long standstill is made up for by a second's worth
    assert sink.wait_for(16)
    load.stop()
    assert load.join(5)
    assert len(sink.workouts) in (16, 17)
