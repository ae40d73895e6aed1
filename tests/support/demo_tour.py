"""The tour over a pipeline that is played."""

from __future__ import annotations

from collections.abc import Sequence

from core.events import Event
from tests.support.demo_control import STEP_MS, PlayedPipeline
from worker.demo.experiments.experiment import NOT_TRIED, Observation
from worker.demo.protections import ALL_ON, Protections
from worker.demo.tour.tour import Tour

NEVER_MS = 10**12


class PlayedDemo(PlayedPipeline):
    """Implements TourControl too."""

    def __init__(self) -> None:
        super().__init__(workers=2, job_ms=1_500)
        self.protections = ALL_ON
        self.repairs = True
        self.rate_per_s = self._owed = 0.0
        self.tour = Tour(self)

    def use_workers(self, count: int) -> None:
        for place, name in enumerate(self.names):
            if place < count:
                self.dead.pop(name, None)
            else:
                self.dead[name] = NEVER_MS
        while len(self.names) < count:
            self.add_worker()

    def choose_load(self, rate_per_s: float, slowness_s: float) -> None:
        self.rate_per_s = rate_per_s

    def run_experiment(self, key: str) -> None:
        self.runner.run(key, self.state, self.now_ms)

    def forget(self, key: str) -> None:
        self.runner.record(key, NOT_TRIED)

    def observation(self, key: str) -> Observation:
        return self.runner.observations[key]

    def repair(self) -> None:
        if self.repairs:
            repaired = self.bad.pop()
            self.done.discard(repaired)
            self.queue.append(repaired)

    def set_protections(self, protections: Protections) -> None:
        self.protections = protections
        self.loses = not protections.acknowledge_after_commit

    def on_events(self, events: Sequence[Event]) -> None:
        if hasattr(self, "tour"):
            self.tour.take(events)

    def press_next(self) -> None:
        self.tour.next(self.state, self.now_ms)

    def pass_time(self, ms: int) -> None:
        for _ in range(ms // STEP_MS):
            self._owed += self.rate_per_s * STEP_MS / 1000
            self.submit(int(self._owed))
            self._owed -= int(self._owed)
            self.play()

    def play_until_done(self, most_ms: int = 120_000) -> None:
        until_ms = self.now_ms + most_ms
        while not self.tour.is_done(self.state, self.now_ms):
            assert self.now_ms < until_ms, self.tour.caption(self.state, self.now_ms)
            self.pass_time(STEP_MS)
