"""The raw body as editable text, for bodies that are not JSON or have fields that the form lacks."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import is_enter, pressed, restyle
from gui.workspaces.failed.repair.problem_box import ProblemBox

LEAST_PX = 170
_PLACE = re.compile(r"line (\d+), column (\d+)")


class BodyEdit(QPlainTextEdit):
    """Enter inserts a line break; Ctrl+Enter is handled by the pane; Tab moves the focus."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        breaks_line = is_enter(event) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if pressed(Scope.REPAIR, event) and not breaks_line:
            event.ignore()
        else:
            super().keyPressEvent(event)


class RawBody(QWidget):
    """Main thread."""

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = BodyEdit()
        self.box = ProblemBox(theme)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(13)
        self.edit.setFont(font)
        self.edit.setTabChangesFocus(True)
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.edit.setWordWrapMode(self.edit.wordWrapMode().WrapAnywhere)
        self.edit.setMinimumHeight(LEAST_PX)
        self.edit.setAccessibleName("Raw body")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.edit, 1)
        column.addWidget(self.box)
        self.edit.textChanged.connect(self.edited)

    @property
    def text(self) -> str:
        return self.edit.toPlainText()

    def load(self, text: str) -> None:
        """Set the text without emitting a signal."""
        self.edit.blockSignals(True)
        self.edit.setPlainText(text)
        self.edit.blockSignals(False)

    def show_problem(self, sentence: str, line: str = "") -> None:
        """Mark the body as invalid; an empty sentence removes the mark."""
        state = "error" if sentence else ""
        if self.edit.property("state") != state:
            self.edit.setProperty("state", state)
            restyle(self.edit)
        self.edit.setAccessibleDescription(f"Wrong: {sentence}" if sentence else "")
        self.box.show_text(sentence, line)

    def go_to_problem(self) -> None:
        """Move the caret to the position where parsing failed, if the sentence names it."""
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        found = _PLACE.search(self.box.text)
        if found is None:
            return
        block = self.edit.document().findBlockByNumber(int(found[1]) - 1)
        if block.isValid():
            cursor = QTextCursor(block)
            steps = min(int(found[2]) - 1, block.length() - 1)
            cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.MoveAnchor, max(0, steps))
            self.edit.setTextCursor(cursor)
