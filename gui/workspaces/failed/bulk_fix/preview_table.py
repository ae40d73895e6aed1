"""The table of a bulk fix preview: athlete, sport, wrong value and corrected value of each message.

Rows start checked; an unchecked message is not changed.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from core.failures.corrections import CommonMistake
from core.workouts.sports import UNKNOWN_SPORT_ICON, default_catalogue
from gui.forms.formatting import NOTHING
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets.table_base import Index, TitledTable, rect_of, state_of
from gui.widgets.table_header import CELL_PX, TableHead, paint_background, style_table, write
from gui.workspaces.failed.bulk_fix.formatting import PreviewRow, PreviewRows, preview_titles
from gui.workspaces.failed.messages.delegate import BOX_PX, CHECK_LEFT_PX, paint_check_box

ROW_PX = 30
ARROW_PX = 14


class PreviewColumn(IntEnum):
    CHECK = 0
    ATHLETE = 1
    SPORT = 2
    FACT = 3
    OLD = 4
    NEW = 5


WIDTHS_PX = {
    PreviewColumn.CHECK: 40,
    PreviewColumn.SPORT: 118,
    PreviewColumn.FACT: 80,
    PreviewColumn.OLD: 96,
    PreviewColumn.NEW: 104,
}
START_WIDTHS_PX = {
    PreviewColumn.CHECK: 40,
    PreviewColumn.SPORT: 108,
    PreviewColumn.FACT: 66,
    PreviewColumn.OLD: 134,
    PreviewColumn.NEW: 152,
}
_WIDE = (CommonMistake.LATE_START, CommonMistake.MISNAMED)
RowRole = int(Qt.ItemDataRole.UserRole)  # the PreviewRow


class PreviewModel(TitledTable):
    """Main thread."""

    numbers = frozenset({PreviewColumn.FACT, PreviewColumn.OLD, PreviewColumn.NEW})
    checked_changed = Signal()

    def __init__(self, rows: PreviewRows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.titles = ("", *preview_titles(rows.mistake))
        self._rows = rows
        self._left_out: set[int] = set()

    @property
    def checked(self) -> list[int]:
        """Indexes of the checked rows, in order."""
        return [number for number in range(len(self._rows)) if number not in self._left_out]

    def is_checked(self, number: int) -> bool:
        return number not in self._left_out

    def toggle(self, number: int) -> None:
        self._left_out ^= {number}
        self._emit_changed(number, number)

    def toggle_all(self) -> None:
        """Check all rows, or uncheck all if all are checked."""
        self._left_out = set() if self._left_out else set(range(len(self._rows)))
        self._emit_changed(0, len(self._rows) - 1)

    @override
    def count(self) -> int:
        return len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        number, column = index.row(), index.column()
        if role == RowRole:
            return self._rows[number]
        if column == PreviewColumn.CHECK:
            return self._check_data(number, role)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self._rows[number]
        text = (row.athlete, row.sport, row.fact, row.old, row.new)[column - PreviewColumn.ATHLETE]
        return text if role == Qt.ItemDataRole.DisplayRole else f"{self.titles[column]}: {text}"

    def _check_data(self, number: int, role: int) -> Any:
        checked = self.is_checked(number)
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
        return ("checked" if checked else "left as it is") if role == Qt.ItemDataRole.AccessibleTextRole else None

    def _emit_changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.titles) - 1))
        self.checked_changed.emit()


class PreviewTable(QTableView):
    """Arrows, page keys, Home and End move; Space toggles a row, Ctrl+A all rows."""

    checked_changed = Signal()

    def __init__(self, theme: Theme, rows: PreviewRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widths_px = START_WIDTHS_PX if rows.mistake in _WIDE else WIDTHS_PX
        self._model = PreviewModel(rows, self)
        self.setModel(self._model)
        self.setItemDelegate(_PreviewDelegate(theme, self._model, self))
        style_table(self, TableHead(theme, self), ROW_PX)
        self.setAccessibleName("What becomes of each message")
        self.setCurrentIndex(self._model.index(0, PreviewColumn.ATHLETE))
        self.clicked.connect(self._on_clicked)
        self._model.checked_changed.connect(self.checked_changed)

    @property
    def checked(self) -> list[int]:
        """Indexes of the rows to change, in order."""
        return self._model.checked

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._model.rowCount() - 1}
        if key in ends:  # Qt would move within the row
            self.setCurrentIndex(self._model.index(ends[key], PreviewColumn.ATHLETE))
        elif key == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._model.toggle(self.currentIndex().row())
        elif key == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._model.toggle_all()
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _on_clicked(self, index: Index) -> None:
        if index.column() == PreviewColumn.CHECK:
            self._model.toggle(index.row())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column, column_px in self._widths_px.items():
            self.setColumnWidth(column, column_px)
        self.setColumnWidth(PreviewColumn.ATHLETE, max(60, self.viewport().width() - sum(self._widths_px.values())))


class _PreviewDelegate(QStyledItemDelegate):
    """Paints every column: the wrong value in the colour of failures, an arrow, the new value; faint if unchecked."""

    def __init__(self, theme: Theme, model: PreviewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: PreviewRow = index.data(RowRole)
        box, column = QRectF(rect_of(option)), index.column()
        checked = self._model.is_checked(index.row())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, self._theme, box, state_of(option), first=column == PreviewColumn.CHECK)
        inner = box.adjusted(0, 0, -CELL_PX, 0)
        if column == PreviewColumn.CHECK:
            top = round(box.center().y() - BOX_PX / 2)
            square = QRectF(box.left() + CHECK_LEFT_PX, top, BOX_PX, BOX_PX)
            paint_check_box(painter, square, checked, self._theme)
        elif column == PreviewColumn.SPORT:
            self._paint_sport(painter, inner, row, checked=checked)
        else:
            font: FontRole = "body" if column in (PreviewColumn.FACT, PreviewColumn.OLD) else "medium"
            ink: Role = "second" if not checked else "failed" if column == PreviewColumn.OLD else "text"
            right = column >= PreviewColumn.FACT
            text = NOTHING if column == PreviewColumn.NEW and not checked else str(index.data())
            write(painter, self._theme, inner, text, font, ink, right=right)
        if column == PreviewColumn.NEW and checked:
            arrow = QRectF(box.left() + 4, round(box.center().y() - ARROW_PX / 2), ARROW_PX, ARROW_PX)
            self._theme.paint_icon(painter, arrow, "arrow-right", self._theme.colour("second"))
        painter.restore()

    def _paint_sport(self, painter: QPainter, box: QRectF, row: PreviewRow, *, checked: bool) -> None:
        sport = default_catalogue().find(row.sport)
        icon = UNKNOWN_SPORT_ICON if sport is None else sport.icon
        square = QRectF(box.left(), round(box.center().y() - 8), 16, 16)
        self._theme.paint_icon(painter, square, icon, self._theme.colour("second"))
        ink: Role = "text" if checked else "second"
        write(painter, self._theme, box.adjusted(22, 0, 0, 0), row.sport, "body", ink)
