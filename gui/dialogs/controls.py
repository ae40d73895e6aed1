"""Controls of both dialogs."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit

from gui.theme.theme import Theme
from gui.widgets import Button, LabelledField


class TextField(LabelledField):
    """A line to type in; `example` is shown while it is empty."""

    def __init__(self, theme: Theme, label: str, text: str = "", *, example: str = "") -> None:
        self.line = QLineEdit(text)
        self.line.setPlaceholderText(example)
        super().__init__(theme, label, self.line)

    @property
    def text(self) -> str:
        return self.line.text().strip()


def add_answers(row: QHBoxLayout, dialog: QDialog, theme: Theme, words: str) -> Button:
    """Cancel, and the button with these words, which Enter presses. Returns that one."""
    cancel = Button(theme, "Cancel")
    cancel.setAutoDefault(False)
    cancel.clicked.connect(dialog.reject)
    default = Button(theme, words, role="default")
    default.setDefault(True)
    row.addWidget(cancel)
    row.addWidget(default)
    return default
