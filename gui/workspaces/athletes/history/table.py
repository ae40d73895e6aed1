"""The table of the history: its keys, its menu, and rows that stay where they are while others are loaded."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from core.athletes.history import HistoryPage, HistoryRow
from gui.changes.row_changes import RowChanges
from gui.history.columns import SORTS
from gui.history.model import HistoryModel
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import is_held, pressed
from gui.widgets.announcements import show_note
from gui.widgets.painted_table import PaintedTable
from gui.widgets.row_menu import RowAction

ROW_PX, NARROW_PX = 28, 800
NOT_CORRECTED = "It was not corrected"


class HistoryTable(PaintedTable[HistoryRow]):
    """Main thread. Enter opens the timeline of a row, V its revisions; C corrects it, Del deletes it, U uses it again.

    Esc leaves.
    """

    opened = Signal(str)  # workout id
    revisions_requested = Signal(str)  # workout id
    athlete_requested = Signal(str)  # name: show only this athlete's
    sort_requested = Signal(str)  # a HistorySort, by a click on its title
    search_requested = Signal()
    left = Signal()

    def __init__(self, theme: Theme, model: HistoryModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, "History", row_px=ROW_PX, narrow_px=NARROW_PX, beside_bar=True, parent=parent)
        self._model = model
        self._ending = False  # the last row is to be the current one once it has been read
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW_PX)
        self.header.setSectionsClickable(True)
        self.row_actions = self._menu_of
        self.changes = RowChanges(self)
        self.setAccessibleDescription(
            ", ".join(SHORTCUTS[Scope.HISTORY][name].hint() for name in ("open", "search", "leave"))
        )
        self.header.sectionClicked.connect(self._on_section_clicked)
        self.doubleClicked.connect(self._on_double_clicked)

    def take(self, page: HistoryPage) -> bool:
        """Show a page. What is in sight stays where it is. False: it was outdated."""
        top, at_top = self.rowAt(0), self.verticalScrollBar().value() == 0
        key = None if top < 0 or (at_top and self._model.at_start) else self._model.rows[top].workout_id
        below_px = self.verticalScrollBar().value() - max(0, top) * self.rowHeight(0)
        if not self._model.take(page):
            return False
        number = None if key is None else self._model.number_of(key)
        self.updateGeometries()  # else the scroll bar has the range of the rows before
        if number is not None:
            self.verticalScrollBar().setValue(number * self.rowHeight(0) + below_px)
        if self._ending and page.rows:
            self._ending = False
            self._go_to(self._model.rowCount() - 1)
        elif self._model.rowCount() and not self.currentIndex().isValid():
            self._go_to(0)
        return True

    def forget_end(self) -> None:
        self._ending = False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row
        match pressed(Scope.HISTORY, event) or pressed(Scope.TABLE, event):
            case "open" if row is not None and not is_held(event):
                self.opened.emit(row.workout_id)
            case "revisions" if row is not None:
                if row.is_corrected:
                    self.revisions_requested.emit(row.workout_id)
                else:
                    show_note(self, NOT_CORRECTED)
            case "search":
                self.search_requested.emit()
            case "leave":
                self.left.emit()
            case "first" if not self._model.at_start:
                self._model.ask_for(self._model.wanted)
                self.selectionModel().clear()
            case "last" if not self._model.at_end:
                self._ending = True
                self._model.ask_for(self._model.wanted, from_end=True)
            case _:
                if row is None or not self.changes.take_key(event, row.workout_id, ""):
                    super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Qt's search by typed letters is off: only a part of the list is loaded."""

    def _go_to(self, number: int) -> None:
        self.setCurrentIndex(self._model.index(number, 0))

    def _menu_of(self, row: HistoryRow) -> list[RowAction]:
        keys = SHORTCUTS[Scope.HISTORY]
        return [
            RowAction(keys["open"].entry("&Show timeline"), partial(self.opened.emit, row.workout_id)),
            RowAction(
                keys["revisions"].entry("Show re&visions"),
                partial(self.revisions_requested.emit, row.workout_id),
                "" if row.is_corrected else NOT_CORRECTED,
            ),
            *self.changes.entries(row.workout_id, ""),
            RowAction("&Only this athlete", partial(self.athlete_requested.emit, row.athlete)),
        ]

    @Slot(int)
    def _on_section_clicked(self, place: int) -> None:
        if sort := SORTS.get(self._model.columns[place].title):
            self.sort_requested.emit(sort)

    @Slot(QModelIndex)
    def _on_double_clicked(self, _index: QModelIndex) -> None:
        if (row := self.current_row) is not None:
            self.opened.emit(row.workout_id)
