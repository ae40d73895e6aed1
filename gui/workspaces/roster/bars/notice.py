"""The strip above the grid: how a pasted table was read, with the button that takes it back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget
from typing_extensions import override

from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, IconButton, Label

HEIGHT_PX = 36


class PasteNotice(QFrame):
    """Main thread. Hidden while there is nothing to say."""

    undo_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "offer")
        theme.fix_size(self, height_px=HEIGHT_PX)
        self._headline = Label(theme, "", "title")
        self._words = ElidedLabel(theme, "")
        self.undo = Button(theme, "Undo paste", "undo", role="small")
        self.close_button = IconButton(theme, "close", "Put this away")
        row = QHBoxLayout(self)
        row.setContentsMargins(36, 0, 8, 0)
        row.setSpacing(6)
        row.addWidget(self._headline)
        row.addWidget(self._words, 1)
        row.addWidget(self.undo)
        row.addWidget(self.close_button)
        self.undo.clicked.connect(self.undo_requested)
        self.close_button.clicked.connect(self.hide)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else f"{self._headline.text()} {self._words.text()}".strip()

    def show_notice(self, headline: str, words: str, *, can_undo: bool) -> None:
        self._headline.setText(headline)
        self._headline.setVisible(bool(headline))
        self._words.setText(words)
        self.undo.setVisible(can_undo)
        self.setAccessibleName(self.text)
        self.show()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        box = QRectF(12, round(self.height() / 2 - 8), 16, 16)
        self._theme.paint_icon(painter, box, "clipboard-text-outline", self._theme.colour("accent"))
