"""An input with its label above and its error message below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.theme import Theme
from gui.widgets.announcements import announce
from gui.widgets.labels import Label, restyle
from gui.widgets.state_glyphs import StateGlyph

LEAST_ERROR_PX = 80


class LabelledField(QWidget):
    """Label (11 px), gap (4 px), input, and the error message in the colour of failures."""

    def __init__(self, theme: Theme, label: str, control: QWidget, parent: QWidget | None = None) -> None:
        """`label` may hold a mnemonic."""
        super().__init__(parent)
        self.control = control
        self._words = Label(theme, label, "small", "second")
        self._words.setBuddy(control)
        control.setAccessibleName(label.replace("&", ""))
        control.setFont(theme.font("body"))
        self._glyph = StateGlyph(theme, "failed", "Error", 11)
        self._error = Label(theme, "", "small", "failed")
        self._error.setWordWrap(True)
        self._error.setAlignment(Qt.AlignmentFlag.AlignTop)  # beside the glyph
        theme.bound_width(self._error, LEAST_ERROR_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._words)
        column.addWidget(control)
        row = QHBoxLayout()
        row.setSpacing(5)
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._error, 1)
        column.addLayout(row)
        column.addStretch(1)
        self.show_error("")

    @property
    def error(self) -> str:
        return self._error.text()

    @property
    def label(self) -> QLabel:
        return self._words

    def show_error(self, sentence: str) -> None:
        """The error message; empty when the value is valid."""
        self._error.setText(sentence)
        self._give_room()
        self._error.setVisible(bool(sentence))
        self._glyph.setVisible(bool(sentence))
        if sentence and sentence != self.control.accessibleDescription():
            announce(self, f"{self.control.accessibleName()}: {sentence.removesuffix('.')}.")
        self.control.setAccessibleDescription(sentence)
        state = "error" if sentence else ""
        if (self.control.property("state") or "") != state:
            self.control.setProperty("state", state)
            restyle(self.control)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        # In a grid Qt asks a wrapped label for its height at a wrong width, and would cut off its last line.
        if not self._error.text():
            return
        width_px = max(self._error.minimumWidth(), self.width() - self._glyph.width() - 5)
        self._error.setFixedHeight(self._error.heightForWidth(width_px))
