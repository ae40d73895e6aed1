"""A table's head and ground as this workspace's tables share them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from gui.palette import Role
from gui.theme import FontRole, Theme

HEAD_PX = 24
_LEAST_TITLE_PX = 34
CELL_PX = 8  # between the texts of two columns
NO_INDENTS: Mapping[int, int] = {}
Index = QModelIndex | QPersistentModelIndex


class TableHead(QHeaderView):
    """Small titles over a line, each at the edge that the model aligns its column to."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, indents_px: Mapping[int, int] = NO_INDENTS) -> None:
        """`indents_px`: how far within their column the texts of some columns begin."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self._indents_px = theme, indents_px
        self.setFixedHeight(HEAD_PX)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(0)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        box = QRectF(rect)
        model = self.model()
        title = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        side = model.headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        right = bool(side) and bool(int(side) & int(Qt.AlignmentFlag.AlignRight.value))
        inner = box.adjusted(self._indents_px.get(logicalIndex, 0), 0, -CELL_PX if right else 0, -1)
        if box.width() >= _LEAST_TITLE_PX:
            write(painter, self._theme, inner, title, "small", "second", right=right)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())


def dress_table(table: QTableView, head: TableHead, row_px: int) -> None:
    """One row chosen at a time, no grid, rows of one height."""
    table.setHorizontalHeader(head)
    table.verticalHeader().hide()
    table.verticalHeader().setMinimumSectionSize(row_px)
    table.verticalHeader().setDefaultSectionSize(row_px)
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


def paint_ground(painter: QPainter, theme: Theme, box: QRectF, state: QStyle.StateFlag, *, first: bool) -> None:
    """Of one cell: chosen, under the pointer, and the line below it."""
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(box, QColor(theme.tint("accent", 12 if theme.dark else 8)))
        if first:
            painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), theme.colour("accent"))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(box, QColor(theme.tint("text", 3)))
    painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme.colour("line", 60))


def write(
    painter: QPainter, theme: Theme, box: QRectF, text: str, font: FontRole, ink: Role, *, right: bool = False
) -> float:
    """Shortened to the box; returns the right end of what was written."""
    metrics = theme.metrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, box.width()))
    width = metrics.horizontalAdvance(shown)
    left = box.right() - width if right else box.left()
    painter.setFont(theme.font(font))
    painter.setPen(theme.ink(ink))
    painter.drawText(round(left), round(box.center().y() + metrics.capHeight() / 2), shown)
    return float(left + width)


# PySide's stubs leave out the fields of style options.
def cell_of(option: QStyleOptionViewItem) -> QRectF:
    rect: QRect = getattr(option, "rect")  # noqa: B009 -- see above
    return QRectF(rect)


def state_of(option: QStyleOptionViewItem) -> QStyle.StateFlag:
    state: QStyle.StateFlag = getattr(option, "state")  # noqa: B009 -- see above
    return state
