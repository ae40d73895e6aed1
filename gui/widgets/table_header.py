"""Header and cell background of tables that paint their own rows."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QTableView, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets.table_base import style_rows

HEAD_PX = 24
_LEAST_TITLE_PX = 34
CELL_PX = 8  # between the texts of two columns
NO_INDENTS: Mapping[int, int] = {}


class TableHead(QHeaderView):
    """Paints small titles over a line, aligned as the model aligns their columns."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, indents_px: Mapping[int, int] = NO_INDENTS) -> None:
        """`indents_px`: left indent of the text, by column."""
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


def style_table(table: QTableView, head: TableHead, row_px: int) -> None:
    """Style a table: single-row selection, no grid, rows of equal height."""
    table.setHorizontalHeader(head)
    style_rows(table, row_px)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)


def paint_background(painter: QPainter, theme: Theme, box: QRectF, state: QStyle.StateFlag, *, first: bool) -> None:
    """Paint a cell's selection, hover background and bottom line."""
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
    """Draw text elided to the box; returns the x of its right end."""
    metrics = theme.metrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, box.width()))
    width = metrics.horizontalAdvance(shown)
    left = box.right() - width if right else box.left()
    painter.setFont(theme.font(font))
    painter.setPen(theme.ink(ink))
    painter.drawText(round(left), round(box.center().y() + metrics.capHeight() / 2), shown)
    return float(left + width)
