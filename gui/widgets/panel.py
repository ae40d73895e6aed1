"""Surfaces: panels, cards within them, and rules between."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

PADDING_PX = 12
GAP_PX = 12


class Panel(QFrame):
    """A rounded surface with a line around it; `body` is its vertical layout, with no spacing of its own.

    `panel` is the surface of a workspace, `card` a recessed box with a line, `well` one without.
    """

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        role: Literal["panel", "card", "well"] = "panel",
        padding_px: int = PADDING_PX,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setAccessibleName(name)
        self.body = QVBoxLayout(self)
        # The frame's line counts as part of the padding: contents start where the pictures have them.
        self.body.setContentsMargins(padding_px, padding_px, padding_px, padding_px)
        self.body.setSpacing(0)

    def add_pages(self) -> QStackedLayout:
        """At the end of `body`: pages of which one is shown. In it before its pages: without a parent each of these
        would come up as a window of its own."""
        pages = QStackedLayout()
        self.body.addLayout(pages, 1)
        return pages


class Rule(QFrame):
    """A line of one pixel."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rule")
        if orientation is Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)
