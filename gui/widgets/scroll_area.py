"""A scroll area without frame and background."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ScrollArea(QScrollArea):
    """A scroll area without a frame or background: the parent shows through."""

    def __init__(self, *, upright: bool = True, parent: QWidget | None = None) -> None:
        """`upright`: the content is as wide as the area and scrolls only vertically."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        if upright:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def put_in(self, widget: QWidget) -> None:
        """Replace the content."""
        self.setWidget(widget)
        # setWidget makes both paint a background.
        self.viewport().setAutoFillBackground(False)
        widget.setAutoFillBackground(False)
