"""The demonstration's load."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from core.workouts.model import Workout, check_workout
from core.workouts.samples import sample_athletes
from worker.demo.producers.load import (
    DAYS_BACK,
    EVENING_LOW,
    EVENING_PEAK,
    EVENING_S,
    MOST_BURST,
    SEED,
    SPIKE_EVERY_S,
    Pattern,
    SampleLoad,
    sample_workouts,
)

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
            return self.changed.wait_for(lambda: len(self.workouts) >= count, timeout=60)


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
        assert NOW - timedelta(days=DAYS_BACK + 1) < workout.started_at
        assert workout.started_at + timedelta(minutes=workout.duration_min) <= NOW
    assert len({workout.id for workout in found}) == 500
    assert len({workout.athlete for workout in found}) > 10


def _facts(workout: Workout) -> dict[str, object]:
    return workout.model_dump(exclude={"id"})


def test_that_a_seed_repeats_its_workouts_and_today_has_some() -> None:
    first, again = (sample_workouts(sample_athletes(), random.Random(SEED), lambda: NOW) for _ in range(2))
    found = [next(first) for _ in range(300)]
    repeated = [next(again) for _ in range(300)]
    assert [_facts(workout) for workout in found] == [_facts(workout) for workout in repeated]
    assert not {workout.id for workout in found} & {workout.id for workout in repeated}
    assert any(workout.started_at.date() == NOW.date() for workout in found)


@pytest.mark.parametrize("pattern", list(Pattern))
def test_that_every_pattern_has_the_chosen_rate_as_its_mean(pattern: Pattern) -> None:
    factors = [pattern.factor(second / 10) for second in range(int(EVENING_S) * 10)]
    assert sum(factors) / len(factors) == pytest.approx(1.0, abs=0.11)


def test_that_an_evening_rises_and_falls_and_spikes_come_again() -> None:
    assert Pattern.EVENING.factor(0) == EVENING_LOW
    assert Pattern.EVENING.factor(EVENING_S / 2) == pytest.approx(EVENING_PEAK)
    assert Pattern.SPIKES.factor(0.5) > 5 * Pattern.SPIKES.factor(10)
    assert Pattern.SPIKES.factor(SPIKE_EVERY_S + 0.5) == Pattern.SPIKES.factor(0.5)


def test_that_bursts_are_bounded() -> None:
    sink = _Sink()
    load = _load(sink, 0.1)
    for _ in range(20):
        load.burst(MOST_BURST // 4)
    load.start()
    assert sink.wait_for(MOST_BURST)
    load.stop()
    assert load.join(60)
    assert len(sink.workouts) <= MOST_BURST + 1


def test_that_the_pattern_changes_the_rate() -> None:
    sink, clock_s = _Sink(), [0.0]
    load = SampleLoad(
        sink.submit,
        sample_workouts(sample_athletes(), random.Random(3), lambda: NOW),
        rate_per_s=10,
        monotonic_s=lambda: clock_s[0],
    )
    load.set_pattern(Pattern.SPIKES)
    load.start()
    assert sink.wait_for(1)
    clock_s[0] = 1.0  # in the first spike: six times the rate
    assert sink.wait_for(61)
    load.stop()
    assert load.join(60)
    assert len(sink.workouts) in (61, 62)


def test_that_the_first_workout_comes_at_once_and_bursts_are_whole() -> None:
    sink = _Sink()
    load = _load(sink, 0.1)
    load.start()
    assert sink.wait_for(1)
    load.burst(1_234)
    assert sink.wait_for(1_235)
    load.stop()
    assert load.join(60)
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
    assert load.join(60)


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
    assert load.join(60)
    assert len(sink.workouts) in (16, 17)
