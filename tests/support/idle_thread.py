"""A thread that does nothing but look at the clock: how long the machine, and not the window, kept a thread waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

TICK_S = 0.01


class Idler(Thread):
    """`gaps_s`: between its looks."""

    def __init__(self) -> None:
        super().__init__(name="idler")
        self.gaps_s: list[float] = []
        self._ended = Event()

    def run(self) -> None:
        looked_s = monotonic()
        while not self._ended.wait(TICK_S):
            now_s = monotonic()
            self.gaps_s.append(now_s - looked_s)
            looked_s = now_s

    def stop(self) -> None:
        self._ended.set()
        self.join()


@contextmanager
def idling() -> Iterator[Idler]:
    idler = Idler()
    idler.start()
    try:
        yield idler
    finally:
        idler.stop()
