"""Sample athletes who train at random: the load of a demonstration."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from core.workouts.model import Workout
from core.workouts.samples import SampleAthlete
from worker.runtime.service_thread import ServiceThread

MOST_AT_ONCE = 500  # workouts handed on together
TICK_S = 0.05
DAYS_BACK = 27
HOURS = (6, 6, 7, 7, 9, 12, 12, 17, 18, 18, 19, 20, 22)  # when people train


def sample_workouts(
    athletes: Sequence[SampleAthlete], chance: random.Random, now: Callable[[], datetime]
) -> Iterator[Workout]:
    """Without end; each starts in the last four weeks, at an hour of the zone that `now` is in."""
    while True:
        athlete = chance.choice(athletes)
        usual = chance.choice(athlete.sports)
        duration_min = round(usual.duration_min * chance.uniform(0.6, 1.5), 1)
        speed_kmh = None if usual.speed_kmh is None else usual.speed_kmh * chance.uniform(0.9, 1.1)
        started = now() - timedelta(days=1 + chance.randrange(DAYS_BACK))
        yield Workout(
            id=UUID(int=chance.getrandbits(128), version=4),
            athlete=athlete.name,
            sport=usual.sport,
            started_at=started.replace(hour=chance.choice(HOURS), minute=chance.randrange(60), second=0, microsecond=0),
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
    ) -> None:
        super().__init__("sample load")
        self._submit, self._workouts, self._monotonic_s = submit, workouts, monotonic_s
        self._rate_per_s = rate_per_s
        self._paused = False
        self._burst = 0

    def set_rate(self, rate_per_s: float) -> None:
        with self._changed:
            self._rate_per_s = rate_per_s
            self._changed.notify()

    def set_paused(self, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            self._changed.notify()

    def burst(self, count: int) -> None:
        """So many more at once, whatever the rate; also while paused."""
        with self._changed:
            self._burst += count
            self._changed.notify()

    def _run(self) -> None:
        owed, at_s = 1.0, self._monotonic_s()  # the first one comes at once
        while True:
            with self._changed:
                if not self._stopping and not self._burst and owed < 1:
                    self._changed.wait(TICK_S)
                if self._stopping:
                    return
                burst, self._burst = self._burst, 0
                now_s = self._monotonic_s()
                # A thread that could not run for a while does not make up for more than a second of it.
                owed += 0.0 if self._paused else min(1.0, now_s - at_s) * self._rate_per_s
                at_s = now_s
            due = int(owed)
            owed -= due
            self._hand_on(due + burst)

    def _hand_on(self, count: int) -> None:
        for start in range(0, count, MOST_AT_ONCE):
            self._submit([next(self._workouts) for _ in range(min(MOST_AT_ONCE, count - start))])
