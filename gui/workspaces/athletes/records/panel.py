"""The panel of an athlete's records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from PySide6.QtCore import QModelIndex, QPointF, QRectF, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QWidget
from typing_extensions import override

from core.athletes.records import Record, RecordKind
from gui.changes.row_changes import RowChanges
from gui.forms.formatting import Units
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import (
    PADDING_PX,
    ElidedLabel,
    Label,
    Panel,
    badge_width,
    paint_badge,
    paint_glyph,
)
from gui.widgets.announcements import show_note
from gui.widgets.cells import Cell, Column, draw_elided
from gui.widgets.painted_table import SCROLL_BAR_PX, PaintedTable
from gui.widgets.row_menu import RowAction
from gui.widgets.table_model import RowsModel
from gui.workspaces.athletes.records.rows import TITLES, RecordFormat, RecordRow, rows_of, sports_of

ROW_PX, HEAD_PX = 30, 24
NEW = "new"
_GAP_PX, _PILL_GAP_PX, _STAR_PX, _STAR_GAP_PX = 6, 8, 10, 3
_LOOK: dict[bool, tuple[FontRole, Role]] = {True: ("title", "text"), False: ("body", "second")}  # of a value


class RecordsTable(PaintedTable[RecordRow]):
    """Main thread. C corrects the workout of a row, Del deletes it, U uses it again; `why_not`: there is none."""

    def __init__(self, theme: Theme, model: RowsModel[RecordRow], why_not: Callable[[RecordRow], str]) -> None:
        super().__init__(theme, model, "Records", row_px=ROW_PX, beside_bar=True, to_edge=True)
        self._why_not = why_not
        self.changes = RowChanges(self)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row
        if row is None or not self.changes.take_key(event, row.workout_id, self._why_not(row)):
            super().keyPressEvent(event)


class RecordsPanel(Panel):
    """Main thread. Enter, or a double click, opens the workout of a row."""

    workout_opened = Signal(str)  # workout id
    history_requested = Signal(object, object)  # the first and last day of a record

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__("Records", parent, padding_px=0)
        self._texts = RecordFormat()
        self.model: RowsModel[RecordRow] = RowsModel(
            [record_column(self._texts)],
            lambda row: row.kind,
            tip=self._texts.tip,
            row_id=lambda row: row.workout_id,
            copied=self._texts.copied,
            parent=self,
        )
        self.table = RecordsTable(theme, self.model, self._texts.why_not)
        self.table.header.hide()
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setMinimumHeight(2 * ROW_PX)
        self._sports = ElidedLabel(theme, "", "small", "second")
        self.body.setContentsMargins(1, 8, 1, 5)
        head = QHBoxLayout()
        head.setContentsMargins(PADDING_PX, 0, PADDING_PX, 0)
        head.setSpacing(8)
        head.addWidget(Label(theme, "Records", "title"))
        head.addStretch(1)
        head.addWidget(self._sports)
        box = QWidget()
        theme.fix_size(box, height_px=HEAD_PX)
        box.setLayout(head)
        self.body.addWidget(box)
        self.body.addSpacing(4)
        self.body.addWidget(self.table, 1)
        self.table.row_actions = self._actions
        self.table.activated.connect(self._on_activated)

    def show_records(self, records: Mapping[RecordKind, Record], today: date) -> None:
        """Show a row for each kind; those that are not set say so."""
        rows = rows_of(records)
        self._texts.show(rows, today)
        self._sports.setText(sports_of(records))
        self.model.show(rows)
        self.model.emit_changed()
        if not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, 0))

    def set_units(self, units: Units) -> None:
        self._texts.units = units
        self.model.emit_changed()

    def _actions(self, row: RecordRow) -> list[RowAction]:
        record = row.record
        why_none = "" if record is not None else self._texts.why_not(row)
        days = (None, None) if record is None else (record.first, record.last)
        return [
            RowAction("&Open the workout", partial(self._open, row), self._texts.why_not(row)),
            *self.table.changes.entries(row.workout_id, self._texts.why_not(row)),
            RowAction("Show in the &history", partial(self.history_requested.emit, *days), why_none),
        ]

    def _open(self, row: RecordRow) -> None:
        if why_not := self._texts.why_not(row):
            show_note(self.table, f"{TITLES[row.kind]}: {why_not}")
        else:
            self.workout_opened.emit(row.workout_id)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        if (row := self.model.row(index.row())) is not None:
            self._open(row)


def record_column(texts: RecordFormat) -> Column[RecordRow]:
    """Title, value and day in one, so that a long title takes what a short value leaves."""

    def paint(cell: Cell[RecordRow]) -> None:
        theme, box, row = cell.theme, cell.box, cell.row
        small = theme.metrics("small")
        title_px = theme.metrics("body").horizontalAdvance(cell.text) + (_STAR_PX + _STAR_GAP_PX) * row.is_new
        value, font, ink = texts.value(row), *_LOOK[row.record is not None]
        value_px = theme.metrics(font).horizontalAdvance(value) + _GAP_PX
        days_px = max(map(small.horizontalAdvance, texts.days), default=0.0) + _GAP_PX
        if title_px + value_px + days_px <= box.width():
            draw_elided(cell.painter, theme, box, texts.day(row), "small", "second", right=True)
            box = box.adjusted(0, 0, -days_px, 0)
        draw_elided(cell.painter, theme, box, value, font, ink, right=True)
        _paint_title(cell, box.adjusted(0, 0, -value_px, 0))

    return Column(
        title="Record",
        takes_rest=True,
        indent_px=PADDING_PX,
        gap_px=PADDING_PX - SCROLL_BAR_PX,
        text=lambda row: TITLES[row.kind],
        spoken=texts.spoken,
        paint=paint,
    )


def _paint_title(cell: Cell[RecordRow], box: QRectF) -> None:
    """With a badge behind it if it is new; of that the star alone where there is no room."""
    painter, theme = cell.painter, cell.theme
    title_px = theme.metrics("body").horizontalAdvance(cell.text)
    fits = title_px + _PILL_GAP_PX + badge_width(theme, NEW) <= box.width()
    star_px = 0 if fits or not cell.row.is_new else _STAR_PX + _STAR_GAP_PX
    right = round(draw_elided(painter, theme, box.adjusted(0, 0, -star_px, 0), cell.text, "body", "second"))
    middle = round(box.center().y())
    if cell.row.is_new and fits:
        paint_badge(painter, QPointF(right + _PILL_GAP_PX, middle - 10.5), NEW, theme)
    elif cell.row.is_new:
        star = QRectF(right + _STAR_GAP_PX, middle - _STAR_PX / 2 - 0.5, _STAR_PX, _STAR_PX)
        paint_glyph(painter, star, "star", theme.colour("achievement"))
