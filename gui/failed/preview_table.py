"""What a change would make of each message: who, what, the value that is wrong and the one that comes in its place."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from core.mending import Mistake
from core.sports import UNKNOWN_SPORT_ICON, default_catalogue
from gui.failed.suggestion import PreviewRow, PreviewRows, preview_titles
from gui.palette import Role
from gui.theme import FontRole, Theme
from gui.widgets.table_head import CELL_PX, TableHead, dress_table, paint_ground, write
from gui.widgets.tables import Index, TitledTable, rect_of, state_of

ROW_PX = 30
INDENT_PX = 12
ARROW_PX = 14


class Column(IntEnum):
    ATHLETE = 0
    SPORT = 1
    FACT = 2
    OLD = 3
    NEW = 4


WIDTHS_PX = {Column.SPORT: 118, Column.FACT: 80, Column.OLD: 96, Column.NEW: 104}
START_WIDTHS_PX = {Column.SPORT: 108, Column.FACT: 66, Column.OLD: 142, Column.NEW: 156}
RowRole = int(Qt.ItemDataRole.UserRole)  # the PreviewRow


class PreviewModel(TitledTable):
    """Main thread."""

    numbers = frozenset({Column.FACT, Column.OLD, Column.NEW})

    def __init__(self, rows: PreviewRows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.titles = preview_titles(rows.mistake)
        self._rows = rows

    @override
    def count(self) -> int:
        return len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == RowRole:
            return self._rows[index.row()]
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self._rows[index.row()]
        text = (row.athlete, row.sport, row.fact, row.old, row.new)[index.column()]
        return text if role == Qt.ItemDataRole.DisplayRole else f"{self.titles[index.column()]}: {text}"


class PreviewTable(QTableView):
    """Arrows, pages, Home and End move; there is nothing to edit."""

    def __init__(self, theme: Theme, rows: PreviewRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widths_px = START_WIDTHS_PX if rows.mistake is Mistake.LATE_START else WIDTHS_PX
        self.setModel(PreviewModel(rows, self))
        self.setItemDelegate(_PreviewDelegate(theme, self))
        head = TableHead(theme, self, {Column.ATHLETE: INDENT_PX})
        dress_table(self, head, ROW_PX)
        self.setAccessibleName("What becomes of each message")
        self.setCurrentIndex(self.model().index(0, 0))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.model().rowCount() - 1}
        row = ends.get(Qt.Key(event.key()))
        if row is None:
            super().keyPressEvent(event)
        else:  # Qt would go along the row
            self.setCurrentIndex(self.model().index(row, 0))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column, column_px in self._widths_px.items():
            self.setColumnWidth(column, column_px)
        self.setColumnWidth(Column.ATHLETE, max(60, self.viewport().width() - sum(self._widths_px.values())))


class _PreviewDelegate(QStyledItemDelegate):
    """Paints every column: the wrong value in the failed hue, an arrow, and what it becomes."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: PreviewRow = index.data(RowRole)
        box, column = QRectF(rect_of(option)), index.column()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, self._theme, box, state_of(option), first=column == Column.ATHLETE)
        inner = box.adjusted(INDENT_PX if column == Column.ATHLETE else 0, 0, -CELL_PX, 0)
        if column == Column.SPORT:
            self._paint_sport(painter, inner, row)
        else:
            font: FontRole = "body" if column in (Column.FACT, Column.OLD) else "medium"
            ink: Role = "failed" if column == Column.OLD else "text"
            right = column >= Column.FACT
            write(painter, self._theme, inner, str(index.data()), font, ink, right=right)
        if column == Column.NEW:
            arrow = QRectF(box.left() + 4, round(box.center().y() - ARROW_PX / 2), ARROW_PX, ARROW_PX)
            self._theme.paint_icon(painter, arrow, "arrow-right", self._theme.colour("second"))
        painter.restore()

    def _paint_sport(self, painter: QPainter, box: QRectF, row: PreviewRow) -> None:
        sport = default_catalogue().find(row.sport)
        icon = UNKNOWN_SPORT_ICON if sport is None else sport.icon
        square = QRectF(box.left(), round(box.center().y() - 8), 16, 16)
        self._theme.paint_icon(painter, square, icon, self._theme.colour("second"))
        write(painter, self._theme, box.adjusted(22, 0, 0, 0), row.sport, "body", "text")
