"""The table view of the athletes: the one whose page is shown stays the current one while rows move."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from core.athletes.listing import AthleteList, AthleteRow
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import pressed
from gui.widgets.painted_table import PaintedTable
from gui.workspaces.athletes.list.model import AthletesModel

ROW_PX = 40


class AthletesTable(PaintedTable[AthleteRow]):
    """Main thread. Up and Down choose an athlete, Enter goes to the page, Esc to the search."""

    athlete_chosen = Signal(str)  # name
    page_requested = Signal()
    search_requested = Signal()

    def __init__(self, theme: Theme, model: AthletesModel, parent: QWidget | None = None) -> None:
        super().__init__(
            theme, model, "Athletes", row_px=ROW_PX, beside_bar=True, to_edge=True, line_percent=0, parent=parent
        )
        self._model = model
        self._taking = False
        self.chosen = ""
        self._awaited: int | None = None  # a row that was gone to before it was loaded
        self.header.hide()
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW_PX)
        self.setMinimumHeight(3 * ROW_PX)
        self.setAccessibleDescription(
            ", ".join(SHORTCUTS[Scope.ATHLETES][name].hint() for name in ("page", "list", "search"))
        )
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self.doubleClicked.connect(self.page_requested)

    def take(self, answer: AthleteList) -> bool:
        """Show a page. False: it was outdated."""
        self._taking = True
        try:
            if not self._model.take(answer):
                return False
            if self._awaited is None or self._awaited >= self._model.rowCount():
                self._awaited = None
                self._follow()
        finally:
            self._taking = False
        if self._awaited is not None:
            self._choose(self._awaited)
        return True

    def choose(self, number: int) -> None:
        """Make a row the current one, and scroll to it."""
        if 0 <= number < self._model.rowCount():
            self.setCurrentIndex(self._model.index(number, 0))
            self._choose(number)

    def show_chosen(self, name: str) -> None:
        """This athlete's page is shown."""
        self.chosen = self._model.texts.chosen = name
        self._taking = True
        self._follow()
        self._taking = False
        self.viewport().update()

    def reload(self) -> None:
        self._model.reload(max(0, self.rowAt(0)))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match pressed(Scope.ATHLETES, event):
            case "page":
                self.page_requested.emit()
            case "list":
                self.search_requested.emit()
            case _:
                super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Qt's search by typed letters is off: it would read every page."""

    def _follow(self) -> None:
        """Keep the chosen athlete the current row wherever it is now; without one in the list there is no such row."""
        number = self._model.number_of(self.chosen) if self.chosen else None
        if number is None:
            self.selectionModel().clear()
        elif number != self.currentIndex().row() or not self.selectionModel().hasSelection():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self._model.index(number, 0), flags)

    def _choose(self, number: int) -> None:
        row = self._model.row(number)
        self._awaited = number if row is None else None
        if row is not None and row.name != self.chosen:
            self.chosen = self._model.texts.chosen = row.name
            self.viewport().update()
            self.athlete_chosen.emit(row.name)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._taking and current.isValid():
            self._choose(current.row())
