"""The question before messages are discarded, with their number."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label
from gui.workspaces.failed.formatting import messages

WIDTH_PX = 400


class DiscardDialog(Dialog):
    """`confirmed` carries the keys that it was opened with. Enter cancels."""

    confirmed = Signal(object)

    def __init__(self, theme: Theme, keys: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        number = messages(len(keys))
        self.setWindowTitle("Discard")
        self.setAccessibleName(f"Discard {number}?")
        self.setFixedWidth(WIDTH_PX)
        one = len(keys) == 1
        text = Label(
            theme,
            f"{'It leaves' if one else 'They leave'} the list and the broker's failed queue for good. "
            "The history keeps who discarded them, and when.",
            "body",
            "second",
        )
        text.setWordWrap(True)
        self.discard_button = Button(theme, f"&Discard {number}", "trash-can-outline", role="danger")
        self.keep_button = Button(theme, "&Keep", role="default")
        self.keep_button.setDefault(True)
        self.discard_button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(Label(theme, f"Discard {number}?", "title"))
        column.addWidget(text)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.discard_button)
        row.addWidget(self.keep_button)
        column.addLayout(row)
        self.keep_button.setFocus()
        self.keep_button.clicked.connect(self.reject)
        self.discard_button.clicked.connect(self._on_discard_clicked)

    @Slot()
    def _on_discard_clicked(self) -> None:
        self.accept()
        self.confirmed.emit(self._keys)
