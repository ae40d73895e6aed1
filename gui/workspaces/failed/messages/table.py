"""The table view of failed messages: column widths, keys, and a scroll position that stays while rows change."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from core.failures.models import FailedRow
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import is_held, pressed
from gui.widgets.painted_table import PaintedTable
from gui.workspaces.failed.messages.table_model import FailedModel, FailedPage

ROW_PX, HEAD_PX = 32, 28
NARROW_PX = 452  # below this the sport is an icon


class FailedTable(PaintedTable[FailedRow]):
    """Main thread. Arrows move, Space checks, Ctrl+A checks all that match, Enter repairs, R retries, Del discards,
    U uses again."""

    current_changed = Signal(object)  # FailedRow, or None
    repair_requested = Signal()
    retry_requested = Signal()
    discard_requested = Signal()
    again_requested = Signal()

    def __init__(self, theme: Theme, model: FailedModel, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            model,
            "Failed messages",
            row_px=ROW_PX,
            head_px=HEAD_PX,
            narrow_px=NARROW_PX,
            beside_bar=True,
            to_edge=True,
            line_percent=70,
            mark="faint",
            parent=parent,
        )
        self._model = model
        self._current_key = ""
        self._taking = self._seeking = False
        self._column = model.place_of("Athlete")  # the cell of a row that a screen reader begins with
        self.header.setAccessibleName("Columns; the box at the left checks all that match")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW_PX)
        theme.bound_height(self, 3 * ROW_PX)
        self.setAccessibleDescription(
            ", ".join(
                each.hint() for scope in (Scope.MESSAGES, Scope.TABLE) for each in SHORTCUTS[scope].values() if each.key
            )
        )
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self.doubleClicked.connect(self.repair_requested)

    @property
    def current_key(self) -> str:
        """The key of the current row; empty if there is none."""
        return self._current_key

    def take(self, page: FailedPage) -> bool:
        """Show a page; the rows in view stay in view. False: the page was outdated."""
        top = self.rowAt(0)
        top_row = self._model.row(top) if top > 0 else None
        self._taking = True
        try:
            if not self._model.take(page):
                return False
            if page.count is not None and top_row is not None:
                now = self._model.number_of(top_row.key)
                if now is not None and now != top:
                    bar = self.verticalScrollBar()
                    bar.setValue(bar.value() + (now - top) * self.rowHeight(now))
            self._find_current(page)
        finally:
            self._taking = False
        self._emit_current()
        return True

    def choose(self, number: int) -> None:
        """Make a row the current one and scroll to it."""
        if self._model.rowCount():
            number = max(0, min(number, self._model.rowCount() - 1))
            self.setCurrentIndex(self._model.index(number, self._column))
            self.scrollTo(self._model.index(number, self._column))

    def reload(self) -> None:
        """Read the list again; it may have changed."""
        self._model.reload(max(0, self.rowAt(0)), self._current_key)

    def seek(self, key: str) -> None:
        """Select this message when the next list is loaded; without a key, the first one."""
        self._current_key = key
        self._seeking = bool(key)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = pressed(Scope.MESSAGES, event)
        if event.isAutoRepeat() and (name or is_held(event)):
            return  # the current row may change while the key is held
        match name:
            case "none" if self._model.checked_count:
                self._model.check(())
            case "repair":
                self.repair_requested.emit()
            case "discard":
                self.discard_requested.emit()
            case "retry":
                self.retry_requested.emit()
            case "again":
                self.again_requested.emit()
            case _:
                super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Qt's search by typed letters is off: letters are shortcuts here."""

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.mark = "accent"
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.choose(0)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.mark = "faint"
        super().focusOutEvent(event)

    def _find_current(self, page: FailedPage) -> None:
        """Keep the current message current if it moved; if it was removed, its successor."""
        rows = self._model.rowCount()
        if not rows:
            self.selectionModel().clear()
            return
        number = max(0, self.currentIndex().row())
        if page.place is not None and page.asked.key == self._current_key:
            number = page.place
        number = min(number, rows - 1)
        if number != self.currentIndex().row():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self._model.index(number, self._column), flags)
        if self._seeking and page.place is not None:
            self._seeking = False
            self.scrollTo(self._model.index(number, self._column), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _emit_current(self) -> None:
        row = self.current_row
        if row is None and self.currentIndex().isValid():
            return  # its page is being loaded
        key = "" if row is None else row.key
        if key != self._current_key:
            self._current_key = key
            self.current_changed.emit(row)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_row_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._taking:
            self._emit_current()
