"""The load of a demonstration: sample athletes who train at random, repeatably, at a rate that follows a pattern."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from time import monotonic
from uuid import uuid4

from core.workouts.model import Workout
from core.workouts.samples import SampleAthlete
from worker.runtime.service_thread import ServiceThread

SEED = 42
MOST_AT_ONCE = 500  # workouts handed on together
MOST_BURST = 20_000  # that wait to be handed on
TICK_S = 0.05
DAYS_BACK = 27
HOURS = (6, 6, 7, 7, 9, 12, 12, 17, 18, 18, 19, 20, 22)  # when people train

# One evening takes a minute, so that a talk sees it come and go.
EVENING_S, EVENING_PEAK, EVENING_LOW = 60.0, 2.6, 0.2
SPIKE_EVERY_S, SPIKE_S, SPIKE_FACTOR, BETWEEN_SPIKES = 20.0, 2.0, 6.0, 0.4


class Pattern(Enum):
    """How the rate changes; each has a mean near 1 of the rate that was chosen."""

    STEADY = "Steady"
    EVENING = "Evening peak"
    SPIKES = "Spikes"

    def factor(self, at_s: float) -> float:
        """What the chosen rate is multiplied by, so long after the load began."""
        if self is Pattern.EVENING:
            wave = (1 - math.cos(2 * math.pi * at_s / EVENING_S)) / 2
            return EVENING_LOW + (EVENING_PEAK - EVENING_LOW) * wave**2
        if self is Pattern.SPIKES:
            return SPIKE_FACTOR if at_s % SPIKE_EVERY_S < SPIKE_S else BETWEEN_SPIKES
        return 1.0


def sample_workouts(
    athletes: Sequence[SampleAthlete], chance: random.Random, now: Callable[[], datetime]
) -> Iterator[Workout]:
    """Without end; each ended within the last four weeks, and began at an hour of the zone that `now` is in.

    Equal seeds give equal athletes, sports, lengths and hours of the day, each as many days back. The ids are new: the
    same workouts, sent by another demonstration over the same results, are others.
    """
    while True:
        athlete = chance.choice(athletes)
        usual = chance.choice(athlete.sports)
        duration_min = round(usual.duration_min * chance.uniform(0.6, 1.5), 1)
        speed_kmh = None if usual.speed_kmh is None else usual.speed_kmh * chance.uniform(0.9, 1.1)
        now_is = now()
        started = (now_is - timedelta(days=chance.randrange(DAYS_BACK))).replace(
            hour=chance.choice(HOURS), minute=chance.randrange(60), second=0, microsecond=0
        )
        if started + timedelta(minutes=duration_min) > now_is:
            started -= timedelta(days=1)
        yield Workout(
            id=uuid4(),
            athlete=athlete.name,
            sport=usual.sport,
            started_at=started,
            duration_min=duration_min,
            distance_km=None if speed_kmh is None else round(speed_kmh * duration_min / 60, 2),
            weight_kg=athlete.weight_kg if chance.random() < 0.7 else None,
        )


class SampleLoad(ServiceThread):
    """A thread that submits so many workouts a second, and bursts. Methods are for any thread."""

    def __init__(
        self,
        submit: Callable[[Sequence[Workout]], None],
        workouts: Iterator[Workout],
        *,
        rate_per_s: float,
        monotonic_s: Callable[[], float] = monotonic,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_end` is called in this thread, as `submit` is."""
        super().__init__("sample load")
        self._submit, self._workouts, self._monotonic_s, self._on_end = submit, workouts, monotonic_s, on_end
        self._rate_per_s = rate_per_s
        self._pattern = Pattern.STEADY
        self._paused = False
        self._burst = 0

    def set_rate(self, rate_per_s: float) -> None:
        with self._changed:
            self._rate_per_s = rate_per_s
            self._changed.notify()

    def set_pattern(self, pattern: Pattern) -> None:
        with self._changed:
            self._pattern = pattern
            self._changed.notify()

    def set_paused(self, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            self._changed.notify()

    def burst(self, count: int) -> None:
        """So many more at once, whatever the rate; also while paused. At most MOST_BURST wait."""
        with self._changed:
            self._burst = min(MOST_BURST, self._burst + count)
            self._changed.notify()

    def _run(self) -> None:
        try:
            self._submit_on()
        finally:
            self._on_end()

    def _submit_on(self) -> None:
        owed, began_s = 1.0, self._monotonic_s()  # the first one comes at once
        at_s = began_s
        while True:
            with self._changed:
                if not self._stopping and not self._burst and owed < 1:
                    self._changed.wait(TICK_S)
                if self._stopping:
                    return
                burst, self._burst = self._burst, 0
                now_s = self._monotonic_s()
                rate_per_s = self._rate_per_s * self._pattern.factor(now_s - began_s)
                # A thread that could not run for a while does not make up for more than a second of it.
                owed += 0.0 if self._paused else min(1.0, now_s - at_s) * rate_per_s
                at_s = now_s
            due = int(owed)
            owed -= due
            self._hand_on(due + burst)

    def _hand_on(self, count: int) -> None:
        for start in range(0, count, MOST_AT_ONCE):
            self._submit([next(self._workouts) for _ in range(min(MOST_AT_ONCE, count - start))])
