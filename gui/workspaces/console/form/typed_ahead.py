"""Keys typed while a submission is being checked: kept, and then given to the field that has the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from gui.widgets import copy_of

MOST_KEPT = 20_000  # presses and releases; more than is typed before a check is over
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)


class TypedAhead(QObject):
    """Main thread. Nothing typed is lost, and none of it gets into the workout that is being checked."""

    def __init__(self, form: QWidget) -> None:
        super().__init__(form)
        self._form = form
        self._watched: QWidget | None = None
        self._kept: list[QKeyEvent] = []

    def begin(self) -> None:
        self._watched = self._focused
        if self._watched is not None:
            self._watched.installEventFilter(self)

    def end(self) -> None:
        """Type what was kept; it may begin anew with one of these keys, and then keeps those that follow."""
        if self._watched is not None:
            self._watched.removeEventFilter(self)
        self._watched = None
        kept, self._kept = self._kept, []
        for event in kept:
            if (focused := self._focused) is not None:
                QApplication.sendEvent(focused, event)

    @property
    def _focused(self) -> QWidget | None:
        """Of this window: without a window manager none is active, and the application has no focus."""
        return self._form.window().focusWidget()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _KEYS or not isinstance(event, QKeyEvent):
            return False
        if len(self._kept) < MOST_KEPT:
            self._kept.append(copy_of(event))
        return True
