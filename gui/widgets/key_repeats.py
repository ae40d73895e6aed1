"""Marks auto-repeated key presses where the X server does not."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from typing_extensions import override

from gui.widgets.keys import copy_of

SAME_MOMENT_MS = 10  # between release and press of a repeat; no person is as fast


class KeyRepeats(QObject):
    """Main thread. Some X servers send a held key as pairs of release and press, and Qt recognizes only some of them.

    An event filter on each focused window marks the others as auto-repeats.
    """

    def __init__(self, app: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requeue: tuple[int, int] | None = None  # key, milliseconds of the window system
        app.focusWindowChanged.connect(self.watch)

    @Slot(QWindow)
    def watch(self, window: QWindow | None) -> None:
        """Filter the events of `window`. Call it directly where no window manager reports the focus."""
        if window is not None:
            window.installEventFilter(self)  # installing it again has no further effect

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyRelease:
            self._requeue = (event.key(), event.timestamp())
        elif event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat() and self._is_repeat(event):
            QCoreApplication.sendEvent(watched, copy_of(event, auto_repeat=True))
            return True
        return False

    def _is_repeat(self, event: QKeyEvent) -> bool:
        if self._requeue is None:
            return False
        key, at_ms = self._requeue
        return key == event.key() and 0 <= event.timestamp() - at_ms < SAME_MOMENT_MS
