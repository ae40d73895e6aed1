"""Creates single-shot timers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def once_timer(parent: QObject, interval_ms: int, slot: Callable[[], None]) -> QTimer:
    """A stopped timer that calls `slot` once after each start."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(slot)
    return timer
