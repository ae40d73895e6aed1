"""Keeps what opens at a field beside it: a part of the field's window, which closes when the field goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid
from typing_extensions import override

BESIDE_PX = 2  # between the field and what opens


class FieldPopup(QObject):
    """Main thread. Closes when the focus leaves the field for anything but the popup, and at a press beside both.

    A popup window, as QCompleter and QMenu open one, grabs the keyboard; the window system says so late, and Qt then
    gives the focus back to the field of a popup that has been closed meanwhile (QGuiApplication::focusWindowChanged
    after keys that were queued before it). What is typed next would go into a field that was left. A child widget of
    the window takes part in none of that.
    """

    def __init__(self, popup: QWidget, edit: QLineEdit, wanted: Callable[[], QSize], close: Callable[[], None]) -> None:
        """`wanted`: its size, as long as there is room. `close`: what is called to close it; calls `hide` here."""
        super().__init__(popup)
        self._popup, self._edit, self._wanted, self._close = popup, edit, wanted, close
        self._watched: list[QObject] = []
        popup.hide()
        edit.installEventFilter(self)

    def show(self) -> None:
        window = self._edit.window()
        if not self._watched:
            self._popup.setParent(window)
            widget: QWidget | None = self._edit
            while widget is not None:
                self._watch(widget)
                widget = None if widget.isWindow() else widget.parentWidget()
            if (handle := window.windowHandle()) is not None:
                self._watch(handle)  # which sees every press of the mouse first
        self.place()
        self._popup.show()
        self._popup.raise_()

    def hide(self) -> None:
        self._popup.hide()
        watched, self._watched = self._watched, []
        for one in watched:
            if isValid(one) and one is not self._edit:  # not while its window is deleted, which takes the focus
                one.removeEventFilter(self)

    def place(self) -> None:
        """Below the field, or above it where there is more room; never out of the window."""
        window, wanted, least_px = self._edit.window(), self._wanted(), self._popup.minimumHeight()
        field = QRect(self._edit.mapTo(window, QPoint(0, 0)), self._edit.size())
        below_px, above_px = window.height() - field.bottom() - 1 - BESIDE_PX, field.top() - BESIDE_PX
        is_below = below_px >= min(wanted.height(), above_px)
        width_px = min(wanted.width(), window.width())
        height_px = max(min(wanted.height(), below_px if is_below else above_px), least_px)
        left = max(0, min(field.left(), window.width() - width_px))
        top = field.bottom() + 1 + BESIDE_PX if is_below else field.top() - BESIDE_PX - height_px
        self._popup.setGeometry(left, max(0, min(top, window.height() - height_px)), width_px, height_px)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not (isValid(self._edit) and isValid(self._popup)):
            return False  # their window is being deleted, and hides them first
        kind = event.type()
        if watched is self._edit and kind == QEvent.Type.FocusOut:
            focused = QApplication.focusWidget()
            if focused is None or not self._popup.isAncestorOf(focused):
                self._close()
        elif watched in self._watched:
            if kind in (QEvent.Type.Move, QEvent.Type.Resize):
                self.place()
            elif kind == QEvent.Type.Hide or not self._edit.isEnabled() or self._is_press_beside(event):
                self._close()
        return False

    def _watch(self, one: QObject) -> None:
        self._watched.append(one)
        if one is not self._edit:
            one.installEventFilter(self)

    def _is_press_beside(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.MouseButtonPress or not isinstance(event, QMouseEvent):
            return False
        at = event.globalPosition().toPoint()
        return not any(one.rect().contains(one.mapFromGlobal(at)) for one in (self._popup, self._edit))
