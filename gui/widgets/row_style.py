"""How the rows of a table look: height, selection, hover, the line below, and what stands in for one that is loaded."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyleOptionViewItem, QTableView

from gui.theme.palette import Role
from gui.theme.theme import Theme

MARK_PX = 3
# As plain numbers: Python's own flags are slow, and there are hundreds of cells.
SELECTED, HOVERED = QStyle.StateFlag.State_Selected.value, QStyle.StateFlag.State_MouseOver.value


def set_row_height(table: QTableView, row_px: int) -> None:
    """All rows are equally high, also those that come later."""
    rows = table.verticalHeader()
    rows.setMinimumSectionSize(min(row_px, rows.minimumSectionSize()))
    rows.setDefaultSectionSize(row_px)
    rows.setMinimumSectionSize(row_px)


def style_rows(table: QTableView) -> None:
    """One row can be the current one; there is no grid."""
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.setShowGrid(False)
    table.setMouseTracking(True)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)


def paint_background(
    painter: QPainter, theme: Theme, area: QRectF, state: int, line_percent: float, mark: Role | None
) -> None:
    """Paint selection, hover, and the line below a cell. `mark`: colour of the bar at the left of a selected one."""
    if state & SELECTED:
        painter.fillRect(area, QColor(theme.palette.selected))
        if mark is not None:
            painter.fillRect(QRectF(area.left(), area.top(), MARK_PX, area.height()), theme.colour(mark))
    elif state & HOVERED:
        painter.fillRect(area, QColor(theme.palette.hovered))
    # fillRect of one pixel costs a tenth of drawLine.
    painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), theme.colour("line", line_percent))


def paint_placeholder(painter: QPainter, theme: Theme, area: QRectF, number: int, *, right: bool) -> None:
    """Paint a bar until the text is loaded; its length follows from the number."""
    width = min(area.width() - 10, 34 + number % 30)
    left = area.right() - width if right else area.left()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line"))
    painter.drawRoundedRect(QRectF(left, round(area.center().y() - 4), width, 8), 4, 4)


# PySide's type stubs lack the fields of style options.
def rect_of(option: QStyleOptionViewItem) -> QRectF:
    return cast(QRect, getattr(option, "rect")).toRectF()  # noqa: B009 -- see above


def state_of(option: QStyleOptionViewItem) -> int:
    state: QStyle.StateFlag = getattr(option, "state")  # noqa: B009 -- see above
    return int(state.value)
