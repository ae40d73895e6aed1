"""Decides when to collect which generation of Python's garbage collector. Qt-free."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import monotonic

YOUNG_OBJECTS = 1_000  # new containers since the last young collection that make the next one due
YOUNG_PER_MIDDLE = 10
FULL_S = 60.0
REST = 1_000  # pause after a full collection, in multiples of its duration: at most a thousandth of the time is spent

YOUNG, MIDDLE, FULL = 0, 1, 2  # generations of gc.collect


class CollectionSchedule:
    """Decides which generation is due. Times are monotonic seconds."""

    def __init__(self, now_s: float) -> None:
        self._full_at_s = now_s + FULL_S
        self._young = 0  # young collections since the last middle one

    def due(self, young_objects: int, now_s: float) -> int | None:
        """None if none is due. A full collection depends on time only, not on counts."""
        if now_s >= self._full_at_s:
            return FULL
        if young_objects <= YOUNG_OBJECTS:
            return None
        return MIDDLE if self._young >= YOUNG_PER_MIDDLE else YOUNG

    def done(self, generation: int, now_s: float, took_s: float) -> None:
        self._young = self._young + 1 if generation == YOUNG else 0
        if generation == FULL:
            self._full_at_s = now_s + max(FULL_S, REST * took_s)


def collect_due(schedule: CollectionSchedule, clock_s: Callable[[], float] = monotonic) -> int | None:
    """Run the collection that is due in the calling thread; returns its generation, or None."""
    began_s = clock_s()
    generation = schedule.due(gc.get_count()[0], began_s)
    if generation is not None:
        gc.collect(generation)
        now_s = clock_s()
        schedule.done(generation, now_s, now_s - began_s)
    return generation
