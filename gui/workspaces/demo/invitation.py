"""The Demo workspace of a console with data of its own: the demonstration runs beside it, in another folder."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.theme.theme import Theme
from gui.widgets import EmptyPage, Panel

TITLE = "See the pipeline at work"
LINE = (
    "Sample athletes, worker processes to kill, and faults to cause. It opens in a window of its own, with a queue and "
    "results in a temporary folder: nothing of yours is touched."
)


class DemoInvitation(Panel):
    """Main thread."""

    demo_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Demo", parent)
        self.page = EmptyPage(theme)
        self.page.show_state("play-circle-outline", "accent", TITLE, LINE, "Start the demonstration")
        self.page.button_clicked.connect(self.demo_requested)
        self.body.addWidget(self.page, 1)
