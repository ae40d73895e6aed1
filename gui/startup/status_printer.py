"""Prints a status line to the terminal every few seconds when there is no display."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import TextIO

from PySide6.QtCore import QObject, QTimer, Slot

from core.live.console_state import ConsoleState
from gui.controllers.frame_presenter import status_line

EVERY_MS = 5_000

NO_DISPLAY = "No display found: running without a window, a status line every 5 seconds. Stop with Ctrl+C."


class StatusPrinter(QObject):
    """Main thread."""

    def __init__(
        self,
        state: ConsoleState,
        now_ms: Callable[[], int],
        zone: tzinfo,
        out: TextIO,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._now_ms, self._zone, self._out = state, now_ms, zone, out
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        self._write(NO_DISPLAY)
        self._timer.start()

    @Slot()
    def _on_timeout(self) -> None:
        self._write(status_line(self._state, self._now_ms(), self._zone))

    def _write(self, line: str) -> None:
        self._out.write(f"{line}\n")
        self._out.flush()
