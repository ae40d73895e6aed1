"""What came of all experiments, to be read out and copied."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gui.theme.acts import ACTS
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label

WIDTH_PX = 560


class ReportDialog(Dialog):
    """`report`: its first line is the title."""

    def __init__(self, theme: Theme, report: str, parent: QWidget | None = None) -> None:
        head, _, rest = report.partition("\n")
        super().__init__(theme, head, width_px=WIDTH_PX, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._report = report
        for line in rest.splitlines():
            promise, _, seen = line.rpartition(". ")
            for words, ink in ((promise, "text"), (seen, "second")):
                label = Label(theme, words, "body", "second" if ink == "second" else "text")
                label.setWordWrap(True)
                self.body.addWidget(label)
            self.body.addSpacing(8)
        copy = Button(theme, "Copy", ACTS["copy"].icon)
        copy.clicked.connect(self._on_copy_clicked)
        close = Button(theme, "Close", role="default")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.foot.addStretch(1)
        self.foot.addWidget(copy)
        self.foot.addWidget(close)
        close.setFocus()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
