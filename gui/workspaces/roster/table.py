"""The table of the grid: cells are gone to by arrow keys, typed in, filled down, pasted over and checked."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QRectF,
    QStringListModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget
from typing_extensions import override

from core.roster.grid import RosterRow
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import is_held, pressed
from gui.widgets.painted_table import PaintedTable
from gui.workspaces.roster.check_cell import KEEP, USE
from gui.workspaces.roster.columns import wide_px
from gui.workspaces.roster.editor import CellEditor, is_typing
from gui.workspaces.roster.empty_hint import paint_empty_hint
from gui.workspaces.roster.model import END, RosterModel
from gui.workspaces.roster.spans import CellSpan, cells_text, fill_preview, is_on_handle, paint_span

ROW_PX, HEAD_PX, NARROW_PX = 28, 30, 1_060
_STEPS = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}


class RosterTable(PaintedTable[RosterRow]):
    """Main thread. Changes nothing itself: it says what was typed and asked for."""

    typed = Signal(int, str, str)  # row, field, text
    pasted = Signal(int, int, str)  # row, column, text
    fill_requested = Signal(object)  # CellSpan
    clear_requested = Signal(object)  # CellSpan
    remove_requested = Signal(object)  # CellSpan
    fix_requested = Signal(str, object)  # KEEP or USE, RosterRow
    next_requested = Signal()
    undo_requested = Signal()
    submit_requested = Signal()
    save_requested = Signal()
    left = Signal()

    def __init__(
        self, theme: Theme, model: RosterModel, names: QStringListModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            theme,
            model,
            "Roster grid",
            row_px=ROW_PX,
            head_px=HEAD_PX,
            narrow_px=NARROW_PX,
            beside_bar=True,
            to_edge=True,
            mark=None,
            parent=parent,
        )
        self._model = model
        self.can_undo = False  # a step of the grid, which comes before what the window would undo
        self._begun_at: int | None = None  # the column where Tab began: Enter returns to it, one row below
        self._dragged_from: CellSpan | None = None
        self.editor = CellEditor(theme, names, self.viewport())
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # Columns that a squad has typed into are never hidden: a small window scrolls to them.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleDescription(
            ", ".join(SHORTCUTS[Scope.ROSTER][name].hint() for name in ("submit", "paste", "fill", "edit"))
        )
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.button_clicked.connect(self.fix_requested)
        self.editor.finished.connect(self._on_finished)
        self.editor.cancelled.connect(self.setFocus)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    @property
    def span(self) -> CellSpan | None:
        """None while no cell that is typed in is selected."""
        ranges: QItemSelection = self.selectionModel().selection()
        if ranges.isEmpty():
            return None
        top, bottom = (getattr(ranges.first(), name)() for name in ("top", "bottom"))
        left, right = (getattr(ranges.first(), name)() for name in ("left", "right"))
        names = tuple(filter(None, self._model.fields[left : right + 1]))
        return CellSpan(top, min(bottom, self._model.count() - 2), names) if names else None

    def preview(self, row: RosterRow, name: str) -> str:
        """What filling down would write into an empty cell of the selection."""
        span = self.span
        first = None if span is None else self._model.row(span.first)
        return fill_preview(span, first, self._model.number_of(row) - 1, row, name)

    @Slot()
    @override
    def _lay_out(self) -> None:
        self._narrow_px = max(NARROW_PX, wide_px(self._model.columns))
        super()._lay_out()

    def go_to(self, number: int, name: str) -> None:
        """Make a cell the current one."""
        self._begun_at = None
        index = self._model.index(min(number, self._model.count() - 1), self._model.place_of_field(name))
        self._choose(index)

    def rows_in_view(self) -> list[RosterRow]:
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        numbers = range(max(0, first), (self._model.count() if last < 0 else last + 1))
        return [row for number in numbers if (row := self._model.row(number)) is not None]

    def commit(self) -> None:
        """What is being typed counts, before something is done with all rows."""
        self.editor.finish()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_undo(event):
            event.accept()  # else the action of the window would have the key
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_undo(event):
            self.undo_requested.emit()
            return
        if is_held(event):
            return
        name = pressed(Scope.ROSTER, event)
        if name and self._do(name):
            return
        if pressed(Scope.TABLE, event) == "copy":
            self._copy()
        elif not name and is_typing(event) and self._begin(event.text()):
            return
        else:
            self._begun_at = None
            super().keyPressEvent(event)

    def _do(self, name: str) -> bool:
        """Whether that is a key for here."""
        span, row = self.span, self.current_row
        match name:
            case "submit":
                self.submit_requested.emit()
            case "paste":
                self._paste()
            case "edit":
                self._begin(None)
            case "down":
                self._step(1, 0)
            case "column":
                self._select_to_end()
            case "next":
                self.next_requested.emit()
            case "template":
                self.save_requested.emit()
            case "back":
                self.left.emit()
            case "fill" | "clear" | "remove" if span is not None:
                getattr(self, f"{name}_requested").emit(span)
            case "keep" | "use" if row is not None and row is not END:
                self.fix_requested.emit(KEEP if name == "keep" else USE, row)
        return True

    @override
    def keyboardSearch(self, search: str) -> None:
        """Typed letters begin to edit the cell."""

    @override
    def moveCursor(self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Only to cells that are typed in."""
        found = super().moveCursor(cursorAction, modifiers)
        last = max(place for place, name in enumerate(self._model.fields) if name)
        return self._model.index(found.row(), min(max(found.column(), 1), last)) if found.isValid() else found

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QTableView.paintEvent(self, event)
        around, painter = self._selected_rect(), QPainter(self.viewport())
        if self._model.count() == 1:
            top_px = self.theme.px(ROW_PX) + 40
            paint_empty_hint(painter, self.theme, QRectF(self.viewport().rect()), top_px)
        if not around.isEmpty():
            paint_span(painter, self.theme, around, active=self._has_focus(), handle=self.span is not None)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.commit()
        self._begun_at = None
        if self.span is not None and is_on_handle(self._selected_rect(), event.position().toPoint()):
            self._dragged_from = self.span
        super().mousePressEvent(event) if self._dragged_from is None else event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is None:
            super().mouseMoveEvent(event)
        elif (number := self.rowAt(event.position().toPoint().y())) >= self._dragged_from.first:
            self._select(self._dragged_from, number)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is None:
            super().mouseReleaseEvent(event)
            return
        self._dragged_from = None
        if (span := self.span) is not None:
            self.fill_requested.emit(span)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.commit()
        super().resizeEvent(event)

    def _is_undo(self, event: QKeyEvent) -> bool:
        return self.can_undo and pressed(Scope.PROGRAM, event) == "undo"

    def _has_focus(self) -> bool:
        return self.hasFocus() or self.editor.isVisible()

    def _selected_rect(self) -> QRect:
        ranges = self.selectionModel().selection()
        return QRect() if ranges.isEmpty() else self.visualRegionForSelection(ranges).boundingRect()

    def _begin(self, text: str | None) -> bool:
        """Begin to edit the current cell, with this text in place of its own."""
        index = self.currentIndex()
        name, row = self._model.field_of(index), self.current_row
        if not name or row is None or row.is_sent:
            return False
        self.scrollTo(index)
        column = self._model.columns[index.column()]
        own = row.texts.get(name, "")
        box = self.visualRect(index).adjusted(0, 0, 0, -1)
        box.setWidth(max(box.width(), self.theme.px(60)))
        self.editor.begin(
            box, name, column.title, own if text is None else text, right=column.right, overwrites=text is not None
        )
        return True

    def _step(self, rows: int, columns: int) -> None:
        """From the current cell; beyond the last column to the next row."""
        current, fields = self.currentIndex(), self._model.fields
        places = [place for place, name in enumerate(fields) if name and not self.isColumnHidden(place)]
        number, place = current.row() + rows, current.column() + columns
        if rows and self._begun_at is not None:
            place, self._begun_at = self._begun_at, None
        elif columns and self._begun_at is None:
            self._begun_at = current.column()
        if place not in places:
            number, place = (number + 1, places[0]) if place > places[-1] else (number, places[0])
        self._choose(self._model.index(min(max(number, 0), self._model.count() - 1), place))

    def _choose(self, index: QModelIndex) -> None:
        """Alone: a Shift key that is held does not extend the selection."""
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def _select(self, span: CellSpan, last: int) -> None:
        left, right = (self._model.place_of_field(span.names[end]) for end in (0, -1))
        cells = QItemSelection(self._model.index(span.first, left), self._model.index(last, right))
        self.selectionModel().select(cells, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _select_to_end(self) -> None:
        if (span := self.span) is not None:
            self._select(span, max(span.first, self._model.count() - 2))

    def _paste(self) -> None:
        """From the first selected cell on."""
        current, span = self.currentIndex(), self.span
        number = current.row() if span is None else span.first
        place = current.column() if span is None else self._model.place_of_field(span.names[0])
        self.pasted.emit(max(0, number), max(1, place), QGuiApplication.clipboard().text())

    def _copy(self) -> None:
        span = self.span
        if span is None:
            return
        rows = [self._model.row(number) for number in range(span.first, span.last + 1)]
        text = cells_text(filter(None, rows), span.names)
        self.copy(text, "The cells" if len(rows) * len(span.names) > 1 else "The cell")

    @Slot(str, str)
    def _on_finished(self, text: str, way: str) -> None:
        index = self.currentIndex()
        self.setFocus()
        if name := self._model.field_of(index):
            self.typed.emit(index.row(), name, text)
        if way == "submit":
            self.submit_requested.emit()
        elif way:
            self._step(*_STEPS[way])

    @Slot()
    def _on_scrolled(self) -> None:
        self.commit()

    @Slot(QModelIndex)
    def _on_double_clicked(self, _index: QModelIndex) -> None:
        self._begin(None)

    @Slot()
    def _on_selection_changed(self) -> None:
        self.viewport().update()
