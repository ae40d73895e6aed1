"""The table view of failed messages: column widths, keys, and a scroll position that stays while rows change."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget
from typing_extensions import override

from core.failures.models import FailedRow
from gui.theme.theme import Theme
from gui.widgets import ACTING_KEYS
from gui.widgets.table_base import style_rows
from gui.workspaces.failed.messages.delegate import BOX_PX, CHECK_LEFT_PX, ROW_PX, FailedDelegate, FailedHeader
from gui.workspaces.failed.messages.table_model import FailedColumn, FailedModel, FailedPage

SCROLL_BAR_PX = 10
NARROW_PX = 440  # below this the sport is an icon
WIDTHS_PX = {
    FailedColumn.CHECK: 40,
    FailedColumn.FAILED_AT: 66,
    FailedColumn.SPORT: 94,
    FailedColumn.DURATION: 58,
    FailedColumn.DISTANCE: 86,
    FailedColumn.TRIES: 38,
}
NARROW_WIDTHS_PX = {
    FailedColumn.CHECK: 36,
    FailedColumn.FAILED_AT: 46,
    FailedColumn.SPORT: 22,
    FailedColumn.DURATION: 58,
    FailedColumn.DISTANCE: 74,
    FailedColumn.TRIES: 36,
}
_ACTING_KEYS = ACTING_KEYS | {Qt.Key.Key_R}
_Index = QModelIndex | QPersistentModelIndex


class FailedTable(QTableView):
    """Main thread. Arrows move, Space checks, Ctrl+A checks all that match, Enter repairs, R retries, Del discards."""

    current_changed = Signal(object)  # FailedRow, or None
    repair_requested = Signal()
    retry_requested = Signal()
    discard_requested = Signal()
    all_toggled = Signal()

    def __init__(self, theme: Theme, model: FailedModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self._current_key = ""
        self._taking = self._seeking = False
        self._delegate = FailedDelegate(theme, model, self)
        self.header = FailedHeader(theme, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setHorizontalHeader(self.header)
        self._set_up()
        self.header.all_toggled.connect(self.all_toggled)
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self.doubleClicked.connect(self._on_double_clicked)
        theme.changed.connect(self._on_theme_changed)

    @property
    def current_row(self) -> FailedRow | None:
        index = self.currentIndex()
        return self._model.row(index.row()) if index.isValid() else None

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
                    bar.setValue(bar.value() + (now - top) * ROW_PX)
            self._find_current(page)
        finally:
            self._taking = False
        self._emit_current()
        return True

    def choose(self, number: int) -> None:
        """Make a row the current one and scroll to it."""
        if self._model.rowCount():
            number = max(0, min(number, self._model.rowCount() - 1))
            self.setCurrentIndex(self._model.index(number, FailedColumn.ATHLETE))
            self.scrollTo(self._model.index(number, FailedColumn.ATHLETE))

    def reload(self) -> None:
        """Read the list again; it may have changed."""
        self._model.reload(max(0, self.rowAt(0)), self._current_key)

    def seek(self, key: str) -> None:
        """Select this message when the next list is loaded; without a key, the first one."""
        self._current_key = key
        self._seeking = bool(key)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        key = event.key()
        if event.isAutoRepeat() and key in _ACTING_KEYS:
            return  # the current row may change while the key is held
        if plain and key == Qt.Key.Key_Space:
            if self.currentIndex().isValid():
                self._model.toggle(self.currentIndex().row())
        elif control and key == Qt.Key.Key_A:
            self.all_toggled.emit()
        elif plain and key == Qt.Key.Key_Escape and self._model.checked_count:
            self._model.check(())
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.repair_requested.emit()
        elif plain and key == Qt.Key.Key_Delete:
            self.discard_requested.emit()
        elif plain and key == Qt.Key.Key_R:
            self.retry_requested.emit()
        elif control and key == Qt.Key.Key_C and (row := self.current_row) is not None:
            QGuiApplication.clipboard().setText(row.message_id or row.key)
        else:
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Qt's search by typed letters is off: letters are shortcuts here."""

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        on_box = index.column() == FailedColumn.CHECK and event.position().x() <= CHECK_LEFT_PX + BOX_PX + 6
        if index.isValid() and on_box and event.button() is Qt.MouseButton.LeftButton:
            self._model.toggle(index.row())

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_focus(True)
        if not self.currentIndex().isValid():
            self.choose(0)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus(False)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width_px = self.width() - SCROLL_BAR_PX
        narrow = width_px < NARROW_PX
        tries_px = (NARROW_WIDTHS_PX if narrow else WIDTHS_PX)[FailedColumn.TRIES]
        self._delegate.tries_px = self.header.tries_px = tries_px
        self._delegate.narrow = self.header.narrow = narrow
        widths = NARROW_WIDTHS_PX if narrow else WIDTHS_PX
        for column, column_px in widths.items():
            self.setColumnWidth(column, column_px)
        self.setColumnWidth(FailedColumn.ATHLETE, max(60, width_px - sum(widths.values())))
        # The last column reaches to the edge; its text leaves room for a scroll bar.
        self.setColumnWidth(FailedColumn.TRIES, tries_px + self.viewport().width() - width_px)

    def _set_up(self) -> None:
        style_rows(self, ROW_PX)
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW_PX)
        self.setMinimumHeight(3 * ROW_PX)
        self.setAccessibleName("Failed messages")
        self.setAccessibleDescription(
            "Space checks, Ctrl+A checks all, Enter repairs, R sends again, Delete discards, Ctrl+C copies the id"
        )

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
            self.selectionModel().setCurrentIndex(self._model.index(number, FailedColumn.ATHLETE), flags)
        if self._seeking and page.place is not None:
            self._seeking = False
            self.scrollTo(
                self._model.index(number, FailedColumn.ATHLETE), QAbstractItemView.ScrollHint.PositionAtCenter
            )

    def _emit_current(self) -> None:
        row = self.current_row
        if row is None and self.currentIndex().isValid():
            return  # its page is being loaded
        key = "" if row is None else row.key
        if key != self._current_key:
            self._current_key = key
            self.current_changed.emit(row)

    def _show_focus(self, has_focus: bool) -> None:
        self._delegate.has_focus = has_focus
        self.viewport().update()

    @Slot(QModelIndex, QModelIndex)
    def _on_current_row_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._taking:
            self._emit_current()

    @Slot()
    def _on_double_clicked(self) -> None:
        self.repair_requested.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.viewport().update()
        self.header.viewport().update()
