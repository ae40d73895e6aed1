"""What is requested of a running loop: set from any thread, read by the loop between two steps."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock

from worker.consumer.simulated_work import Simulation


class Controls:
    """Requests to one loop, from any thread; `paused` and `draining` are for reading."""

    def __init__(self, wake: Callable[[], None], shutdown_timeout_s: float, monotonic_s: Callable[[], float]) -> None:
        """`wake` ends a waiting fetch of the consumer."""
        self._wake_consumer = wake
        self._shutdown_timeout_s = shutdown_timeout_s
        self._monotonic_s = monotonic_s
        self._lock = Lock()
        self._wakeup = Event()
        self._stop_by_s: float | None = None
        self._stopping_now = self.paused = self.draining = False
        self._prefetch: int | None = None
        self._simulation: tuple[Simulation | None] | None = None

    def pause(self) -> None:
        """Fetch no more; messages whose processing has not begun are requeued."""
        with self._lock:
            self.paused = True
        self.wake()

    def resume(self) -> None:
        with self._lock:
            self.paused = self.draining = False
        self.wake()

    def drain(self) -> None:
        """Stop once the queue has stayed empty for `LoopOptions.drain_idle_s`. Ends a pause."""
        with self._lock:
            self.draining, self.paused = True, False
        self.wake()

    def stop(self) -> None:
        """Finish the batch in flight within the shutdown timeout, requeue the rest, and end."""
        with self._lock:
            if self._stop_by_s is None:
                self._stop_by_s = self._monotonic_s() + self._shutdown_timeout_s
        self.wake()

    def stop_now(self) -> None:
        """Stop at once: whatever is not being stored at this moment is requeued."""
        with self._lock:
            self._stop_by_s, self._stopping_now = self._monotonic_s(), True
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
        """Also makes a loop that is on hold try again now."""
        self._wakeup.set()
        self._wake_consumer()

    def wait(self, wait_s: float) -> None:
        """Until `wake`, or that long. For the loop, while it has no connection to wait in."""
        self._wakeup.wait(wait_s)
        self._wakeup.clear()

    def take_requests(self) -> tuple[int | None, tuple[Simulation | None] | None]:
        """(prefetch, (simulation,)), each None unless requested since the last call."""
        with self._lock:
            requests = self._prefetch, self._simulation
            self._prefetch = self._simulation = None
        return requests

    @property
    def stopping(self) -> bool:
        return self._stop_by_s is not None

    @property
    def leaving(self) -> bool:
        """Stopping or paused: nothing is waited for any longer."""
        return self.stopping or self.paused

    @property
    def interrupted(self) -> bool:
        """Stopping at once or paused: work that has not reached the database is requeued."""
        return self._stopping_now or self.paused

    @property
    def shutdown_left_s(self) -> float | None:
        """Seconds that the batch in flight may still take; None unless stopping."""
        return None if self._stop_by_s is None else max(0.0, self._stop_by_s - self._monotonic_s())
