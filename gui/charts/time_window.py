"""The time window that the charts of a screen share: length, live or frozen, and the hovered time."""

from __future__ import annotations

import math
from datetime import tzinfo

from PySide6.QtCore import QObject, Signal

WINDOWS_MIN = (1, 5, 15, 60)
DAY_MIN = 1_440
_SHORTEST_MS = 10_000.0
_LEAST_MS = 60_000.0


class TimeView(QObject):
    """Main thread. A live window ends now; a zoomed or frozen one stands still until `go_live`.

    `zone`: the time zone in which times are shown. `began_ms`: since when there are data; until they fill the chosen
    window, it is as long as they are, and at least a minute. The day's are read from the results.
    """

    changed = Signal()
    hovered = Signal(object)  # ms since the epoch under the pointer, or None

    def __init__(self, parent: QObject | None = None, *, zone: tzinfo, longest_min: int = WINDOWS_MIN[-1]) -> None:
        super().__init__(parent)
        self.zone = zone
        self._longest_ms = longest_min * 60_000.0
        self.window_min = 5
        self.began_ms = -math.inf
        self._held: tuple[float, float] | None = None

    @property
    def live(self) -> bool:
        return self._held is None

    def span(self, now_ms: float) -> tuple[float, float]:
        """Start and end, in ms since the epoch."""
        if self._held is not None:
            return self._held
        known_ms = math.inf if self.window_min == DAY_MIN else max(now_ms - self.began_ms, _LEAST_MS)
        return now_ms - min(self.window_min * 60_000.0, known_ms), now_ms

    def set_window(self, minutes: int) -> None:
        """Set the length; a frozen window keeps its end."""
        if minutes == self.window_min and self._held is None:
            return
        self.window_min = minutes
        if self._held is not None:
            self._held = (self._held[1] - minutes * 60_000.0, self._held[1])
        self.changed.emit()

    def freeze(self, now_ms: float) -> None:
        self._held = self.span(now_ms)
        self.changed.emit()

    def zoom(self, factor: float, at_ms: float, now_ms: float) -> None:
        """Make the window `factor` times as long around a time, which stays under the pointer."""
        from_ms, to_ms = self.span(now_ms)
        length = to_ms - from_ms
        wanted = min(max(length * factor, _SHORTEST_MS), self._longest_ms)
        start = at_ms - (at_ms - from_ms) * wanted / length
        end = min(start + wanted, now_ms)  # the window never reaches past now
        self._held = (end - wanted, end)
        self.changed.emit()

    def pan(self, by_ms: float, now_ms: float) -> None:
        """Move towards the past (below 0) or back; never past now."""
        from_ms, to_ms = self.span(now_ms)
        end = min(to_ms + by_ms, now_ms)
        self._held = (end - (to_ms - from_ms), end)
        self.changed.emit()

    def go_live(self) -> None:
        self._held = None
        self.changed.emit()

    def point_at(self, at_ms: float | None) -> None:
        self.hovered.emit(at_ms)
