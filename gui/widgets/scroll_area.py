"""Room for what may be larger than it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ScrollArea(QScrollArea):
    """Without a frame and a ground of its own: what is behind it shows through."""

    def __init__(self, *, upright: bool = True, parent: QWidget | None = None) -> None:
        """`upright`: what is put in is as wide as the area, and only scrolls up and down."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        if upright:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def put_in(self, widget: QWidget) -> None:
        """In place of what was there."""
        self.setWidget(widget)
        # Qt lets both paint a ground when a widget is put in.
        self.viewport().setAutoFillBackground(False)
        widget.setAutoFillBackground(False)
