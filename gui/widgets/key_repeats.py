"""Marks the repeats of a key held down where the window system does not."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from typing_extensions import override

from gui.widgets.keys import copy_of

SAME_MOMENT_MS = 10  # between letting go and pressing again; no finger is as quick


class KeyRepeats(QObject):
    """Main thread. Some X servers send a held key as letting go and pressing in one moment, of which Qt notices a few;
    the others arrive as presses anew. Here they become what they are, for every window that has the focus.
    """

    def __init__(self, app: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requeue: tuple[int, int] | None = None  # key, milliseconds of the window system
        app.focusWindowChanged.connect(self.watch)

    @Slot(QWindow)
    def watch(self, window: QWindow | None) -> None:
        """Where there is no window manager, no window is told that it has the focus, and keys come all the same."""
        if window is not None:
            window.installEventFilter(self)  # once more is the same as once

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
