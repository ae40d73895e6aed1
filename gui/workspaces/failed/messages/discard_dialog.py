"""The question before messages are discarded, with their number."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label
from gui.workspaces.failed.formatting import messages

WIDTH_PX = 400


class DiscardDialog(Dialog):
    """`confirmed` carries the keys that it was opened with. Enter cancels."""

    confirmed = Signal(object)

    def __init__(self, theme: Theme, keys: tuple[str, ...], parent: QWidget | None = None) -> None:
        number = messages(len(keys))
        super().__init__(theme, "Discard", width_px=WIDTH_PX, words=f"Discard {number}?", parent=parent)
        self._keys = keys
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
        self.body.addWidget(text)
        self.foot.addStretch(1)
        self.foot.addWidget(self.discard_button)
        self.foot.addWidget(self.keep_button)
        self.keep_button.setFocus()
        self.keep_button.clicked.connect(self.reject)
        self.discard_button.clicked.connect(self._on_discard_clicked)

    @Slot()
    def _on_discard_clicked(self) -> None:
        self.accept()
        self.confirmed.emit(self._keys)
