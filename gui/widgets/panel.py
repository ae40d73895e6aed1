"""Panels, cards within them, separator lines, and rows that say less where there is less room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QStackedLayout, QVBoxLayout, QWidget

PADDING_PX = 12
GAP_PX = 12


class Panel(QFrame):
    """A rounded surface with a border; `body` is its vertical layout, without spacing.

    `panel` is the surface of a workspace, `card` a recessed box with a border, `well` one without.
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
        # The border counts as part of the padding.
        self.body.setContentsMargins(padding_px, padding_px, padding_px, padding_px)
        self.body.setSpacing(0)

    def add_pages(self) -> QStackedLayout:
        """Append a stack of pages to `body`. Add pages afterwards: a page without a parent would open as a window."""
        pages = QStackedLayout()
        self.body.addLayout(pages, 1)
        return pages


class Rule(QFrame):
    """A separator line of one pixel."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rule")
        if orientation is Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)


def fit_row(row: QLayout, room_px: int, ways: Sequence[Callable[[], None]]) -> None:
    """Call one after the other until the row is no wider than `room_px`.

    The first one shows all there is; each of the others shortens or leaves out the least important that is left.
    """
    for way in ways:
        way()
        row.invalidate()  # Qt does so itself only when it next handles events
        if row.minimumSize().width() <= room_px:
            break
    row.activate()
