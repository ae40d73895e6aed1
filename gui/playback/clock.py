"""The time that a recording is played at. Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

LEAST_SPEED, MOST_SPEED = 0.1, 100.0


class PlaybackClock:
    """Stands still until `set_playing`. For any thread to read; changed by one."""

    def __init__(self, at_ms: int, speed: float = 1.0, monotonic_s: Callable[[], float] = monotonic) -> None:
        self._monotonic_s = monotonic_s
        # Replaced together, so that another thread never reads the time of one and the speed of another.
        self._base = (float(at_ms), monotonic_s(), 0.0)
        self._speed = min(MOST_SPEED, max(LEAST_SPEED, speed))
        self._playing = False

    @property
    def speed(self) -> float:
        """How much faster than it was; also while it stands still."""
        return self._speed

    @property
    def playing(self) -> bool:
        return self._playing

    def now_ms(self) -> int:
        """Milliseconds since the epoch, of the session that was recorded."""
        at_ms, since_s, speed = self._base
        return int(at_ms + (self._monotonic_s() - since_s) * 1000 * speed)

    def set_playing(self, playing: bool) -> None:
        self._playing = playing
        self._begin_at(self.now_ms())

    def set_speed(self, speed: float) -> None:
        """At most MOST_SPEED, at least LEAST_SPEED."""
        self._speed = min(MOST_SPEED, max(LEAST_SPEED, speed))
        self._begin_at(self.now_ms())

    def set_time(self, at_ms: int) -> None:
        self._begin_at(at_ms)

    def _begin_at(self, at_ms: int) -> None:
        self._base = (float(at_ms), self._monotonic_s(), self._speed if self._playing else 0.0)
