"""What others ask of a running loop: set from any thread, read by the loop between two steps."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock

from worker.consumer.simulated_work import Simulation


class Controls:
    """Flags and wishes of one loop. Every method is for any thread; `wake` ends whatever the loop waits in."""

    def __init__(self, wake: Callable[[], None], monotonic_s: Callable[[], float]) -> None:
        self._wake_consumer = wake
        self._monotonic_s = monotonic_s
        self._lock = Lock()
        self._nudge = Event()
        self._stop_by_s: float | None = None
        self._hurried = False
        self._paused = False
        self._draining = False
        self._prefetch: int | None = None
        self._simulation: tuple[Simulation | None] | None = None

    def pause(self) -> None:
        with self._lock:
            self._paused = True
        self.wake()

    def resume(self) -> None:
        with self._lock:
            self._paused = self._draining = False
        self.wake()

    def drain(self) -> None:
        with self._lock:
            self._draining, self._paused = True, False
        self.wake()

    def stop(self, grace_s: float) -> None:
        with self._lock:
            if self._stop_by_s is None:
                self._stop_by_s = self._monotonic_s() + grace_s
        self.wake()

    def stop_now(self) -> None:
        with self._lock:
            self._stop_by_s, self._hurried = self._monotonic_s(), True
        self.wake()

    def request_prefetch(self, prefetch: int) -> None:
        with self._lock:
            self._prefetch = prefetch
        self.wake()

    def request_simulation(self, simulation: Simulation | None) -> None:
        with self._lock:
            self._simulation = (simulation,)
        self.wake()

    def wake(self) -> None:
        self._nudge.set()
        self._wake_consumer()

    def wait(self, wait_s: float) -> None:
        """Until somebody wants something, or that long. For the loop, while it has no connection to wait in."""
        self._nudge.wait(wait_s)
        self._nudge.clear()

    def apply_settings(self) -> tuple[int | None, tuple[Simulation | None] | None]:
        """(prefetch, (simulation,)) where they were asked for since the last call."""
        with self._lock:
            wishes = self._prefetch, self._simulation
            self._prefetch = self._simulation = None
        return wishes

    @property
    def stopping(self) -> bool:
        return self._stop_by_s is not None

    @property
    def hurried(self) -> bool:
        return self._hurried

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def draining(self) -> bool:
        return self._draining

    @property
    def grace_left_s(self) -> float | None:
        """How long what is in hand may still take; None while nobody asked to stop."""
        return None if self._stop_by_s is None else max(0.0, self._stop_by_s - self._monotonic_s())
