"""Turns SIGINT, SIGTERM and SIGHUP into a Qt signal; Python's handlers would wait for the next Python code."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from worker.runtime.shutdown import shutdown_signals


class UnixSignals(QObject):
    """Emits `arrived` in the main thread. Works on Windows as well, where only SIGINT comes."""

    arrived = Signal(int)  # signal number

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read_end, self._write_end = socket.socketpair()
        for end in (self._read_end, self._write_end):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read_end.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_activated)
        self._old_fd = signal.set_wakeup_fd(self._write_end.fileno())
        # Python writes to the wake-up fd only for signals that have a Python handler.
        self._old_handlers = {int(number): signal.signal(number, _ignore) for number in shutdown_signals()}

    def close(self) -> None:
        """Restore the previous handlers and wake-up fd."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_fd)
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        self._read_end.close()
        self._write_end.close()

    @property
    def numbers(self) -> frozenset[int]:
        """The signals that end the program."""
        return frozenset(self._old_handlers)

    @Slot()
    def _on_activated(self) -> None:
        try:
            numbers = self._read_end.recv(64)
        except BlockingIOError:
            return
        for number in numbers:
            self.arrived.emit(number)


def _ignore(_number: int, _frame: object) -> None:
    """A no-op: the notifier reports the signal, but Python needs a handler."""
