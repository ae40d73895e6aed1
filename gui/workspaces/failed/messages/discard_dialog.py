"""The question before messages are discarded, with their number."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.theme.theme import Theme
from gui.widgets.dialog import QuestionDialog
from gui.workspaces.failed.formatting import messages


class DiscardDialog(QuestionDialog):
    """`confirmed` carries the keys that it was opened with. Enter cancels."""

    def __init__(self, theme: Theme, keys: tuple[str, ...], parent: QWidget | None = None) -> None:
        number = messages(len(keys))
        text = (
            f"{'It leaves' if len(keys) == 1 else 'They leave'} the list and the broker's failed queue for good. "
            "The history keeps who discarded them, and when."
        )
        super().__init__(
            theme,
            "Discard",
            f"Discard {number}?",
            text,
            keys,
            act=f"&Discard {number}",
            icon="trash-can-outline",
            keep="&Keep",
            parent=parent,
        )
        self.discard_button = self.act_button
