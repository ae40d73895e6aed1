"""The keys of the flow: one button for Tab and for screen readers, which is the part that the arrow keys went to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from gui.shortcuts import Scope
from gui.widgets import is_held, pressed

_ARROWS = {Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Down: (0, 1), Qt.Key.Key_Up: (0, -1)}
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


class PartKeys(QAbstractButton):
    """Main thread. Lies over the picture and paints nothing: the scene shows which part has the focus."""

    arrow_pressed = Signal(int, int)  # to the right 1 or -1, down 1 or -1
    end_pressed = Signal(bool)  # the first part, or the last one
    escape_pressed = Signal()
    focus_changed = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.can_close = False  # a card is open; else Esc is not for these keys
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if is_held(event):
            return
        if key in _ARROWS:
            self.arrow_pressed.emit(*_ARROWS[key])
        elif key in _ENDS:
            self.end_pressed.emit(key == Qt.Key.Key_Home)
        elif (name := pressed(Scope.FLOW, event)) == "open":
            self.click()
        elif name == "close" and self.can_close:
            self.escape_pressed.emit()
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """The scene has the frame of the focus."""
