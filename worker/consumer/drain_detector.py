"""When a queue that is drained counts as empty."""

from __future__ import annotations

from collections.abc import Callable


class DrainDetector:
    """`is_drained` once the queue has stayed empty for `idle_s` without a `reset`."""

    def __init__(self, idle_s: float, monotonic_s: Callable[[], float]) -> None:
        self._idle_s = idle_s
        self._monotonic_s = monotonic_s
        self._empty_since_s: float | None = None
        self.is_drained = False

    def reset(self) -> None:
        """A delivery came, or nothing could have come: the time before this does not count."""
        self._empty_since_s, self.is_drained = None, False

    def found_empty(self) -> None:
        now_s = self._monotonic_s()
        if self._empty_since_s is None:
            self._empty_since_s = now_s
        self.is_drained = now_s - self._empty_since_s >= self._idle_s
