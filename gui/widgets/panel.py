"""Panels, cards within them, separator lines, and rows that say less where there is less room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.theme import Theme

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


class FittedRow(QWidget):
    """A row that says less where there is less room; `row` is its layout.

    `ways` are called one after the other until all fits: the first one shows all there is, each of the others shortens
    or leaves out the least important that is left.
    """

    def __init__(self, theme: Theme, *, side_px: int = 0, spacing_px: int = GAP_PX) -> None:
        super().__init__()
        self.ways: Sequence[Callable[[], None]] = ()
        self.row = QHBoxLayout(self)
        self.row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # see minimumSizeHint
        self.row.setContentsMargins(side_px, 0, side_px, 0)
        self.row.setSpacing(spacing_px)
        theme.changed.connect(self.fit)

    @override
    def minimumSizeHint(self) -> QSize:
        """Less than the layout's, which does not know what may go."""
        return QSize(0, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():  # parts that come or go may change the height
            self.fit()

    @Slot()
    def fit(self) -> None:
        """Call it when a part comes, goes or says something else."""
        for way in self.ways:
            way()
            self.row.invalidate()  # Qt does so itself only when it next handles events
            if self.row.minimumSize().width() <= self.width():
                break
        self.row.activate()
