"""The search field of the list, with the key that leads to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import KeyCap, pressed

MOST_CHARACTERS = 64  # of a name


class AthleteSearch(QLineEdit):
    """Down goes to the rows, Enter to the page, Esc clears."""

    rows_requested = Signal()
    page_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFont(theme.font("body"))
        self.setMaxLength(MOST_CHARACTERS)
        self.setAccessibleName("Search the athletes")
        self.setClearButtonEnabled(True)
        self._icon = self.addAction(theme.icon("magnify", "second", 16), QLineEdit.ActionPosition.LeadingPosition)
        self._cap = KeyCap(theme, SHORTCUTS[Scope.ATHLETES]["search"].key, self)
        self.textChanged.connect(self._place_cap)
        theme.changed.connect(self._on_theme_changed)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match pressed(Scope.ATHLETES, event):
            case "rows":
                self.rows_requested.emit()
            case "page":
                self.page_requested.emit()
            case "list" if self.text():
                self.clear()
            case _:
                super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place_cap()
        return bool(super().event(event))

    @Slot()
    def _place_cap(self) -> None:
        self._cap.adjustSize()
        self._cap.setVisible(not self.text())
        self.setTextMargins(0, 0, 0 if self.text() else self._cap.width(), 0)
        self._cap.move(self.width() - self._cap.width() - 7, (self.height() - self._cap.height()) // 2)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._icon.setIcon(self._theme.icon("magnify", "second", 16))
        self._place_cap()
