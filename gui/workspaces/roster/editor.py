"""The field over the cell that is being typed in."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRect, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from core.roster.fields import MAX_CHARACTERS
from gui.forms.completers import FoldingCompleter, NameCompleter, SportCompleter
from gui.forms.suggestions import SuggestionList
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import is_enter, is_held, pressed

Way = Literal["", "down", "up", "right", "left", "submit"]

_WAYS: dict[int, Way] = {
    int(Qt.Key.Key_Tab): "right",
    int(Qt.Key.Key_Backtab): "left",
    int(Qt.Key.Key_Down): "down",
    int(Qt.Key.Key_Up): "up",
}


class CellEditor(QLineEdit):
    """Main thread. Says `finished` with the way that the key which ended it goes on, or `cancelled`."""

    finished = Signal(str, str)  # text, Way
    cancelled = Signal()

    def __init__(self, theme: Theme, names: QStringListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._lists = {
            "userId": self._list_of(NameCompleter(names, self)),
            "type": self._list_of(SportCompleter(theme, self)),
        }
        self._name = ""
        self._overwrites = False
        self.setProperty("role", "cell")
        self.setFont(theme.font("body"))
        self.setMaxLength(MAX_CHARACTERS)
        self.textEdited.connect(self._on_edited)
        self.hide()

    def begin(self, box: QRect, name: str, title: str, text: str, *, right: bool, overwrites: bool) -> None:
        """`overwrites`: it began by typing, so that arrow keys leave the cell."""
        self._name, self._overwrites = name, overwrites
        self.setAccessibleName(title)
        self.setAlignment(
            (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        )
        self.setGeometry(box)
        self.setText(text)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.end(False)
        if overwrites:
            self._on_edited(text)

    def finish(self, way: Way = "") -> None:
        if self.isVisible():
            shown = self._lists.get(self._name)
            text = (shown.chosen if shown is not None else "") or self.text()
            self._close()
            self.finished.emit(text, way)

    @override
    def event(self, event: QEvent) -> bool:
        tabs = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in tabs:
            self.keyPressEvent(event)  # else it would go to the next widget
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = self._lists.get(self._name)
        if shown is not None and shown.take_key(event):
            return
        if pressed(Scope.ROSTER, event) == "submit":
            if not is_held(event):
                self.finish("submit")
        elif is_enter(event):
            self.finish("up" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "down")
        elif pressed(Scope.ROSTER, event) == "back":
            self._close()
            self.cancelled.emit()
        elif event.key() in _WAYS and (self._overwrites or event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)):
            self.finish(_WAYS[event.key()])
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.finish()

    def _list_of(self, completer: FoldingCompleter) -> SuggestionList:
        shown = SuggestionList(self, completer)
        self.textEdited.disconnect(shown.suggest)  # each of them is for one column
        return shown

    def _close(self) -> None:
        for shown in self._lists.values():
            shown.close_list()
        self.hide()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        shown = self._lists.get(self._name)
        if shown is not None:
            shown.suggest(text)


def is_typing(event: QKeyEvent) -> bool:
    """Whether a key begins a text."""
    text, modifiers = event.text(), event.modifiers()
    with_other = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return bool(text) and text.isprintable() and not modifiers & with_other and not text.isspace()
