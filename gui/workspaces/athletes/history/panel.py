"""The history of workouts: head, filters, rows, and how much was found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from core.athletes.history import HistoryFilter, HistoryPage, HistoryRequest
from gui.forms.formatting import Units
from gui.history.columns import HistoryFormat, history_columns
from gui.history.model import PAGE_ROWS, HistoryModel
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, EmptyPage, Label, Panel
from gui.workspaces.athletes.formatting import counted
from gui.workspaces.athletes.history.filter_bar import FilterBar
from gui.workspaces.athletes.history.table import HistoryTable

EXPORTS = (("csv", "As a table (&CSV)…"), ("json", "With all fields (&JSON)…"))


class HistoryPanel(Panel):
    """Main thread. Shows the pages it is given; asks by `model.page_requested`."""

    left = Signal()
    export_requested = Signal(str)  # csv or json
    export_cancelled = Signal()

    def __init__(
        self,
        theme: Theme,
        today: Callable[[], date],
        *,
        now_ms: Callable[[], int],
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("History", parent, padding_px=0)
        self._theme = theme
        self._problem = self._as_of = ""
        self._row_wanted = False  # the first row, once what was typed has been answered
        texts = HistoryFormat(now_ms, zone)
        self.model = HistoryModel(texts, history_columns(texts), self)
        self.table = HistoryTable(theme, self.model)
        self.filters = FilterBar(theme, today)
        self.state = EmptyPage(theme)
        self.found = ElidedLabel(theme, "", "small", "second")
        self.back_button = Button(theme, "Athletes", "arrow-left", role="small")
        self.export_button = Button(theme, "Export", "tray-arrow-down", role="small", menu_mark=True)
        self.cancel_button = Button(theme, "Cancel", "close", role="small")
        self.progress = Label(theme, "", "small", "second")
        self._build()
        self._connect()
        self.show_export("")
        self.refresh()

    def open(self, athlete: str, day: date | None = None, last_day: date | None = None) -> None:
        """From its beginning; `athlete` empty: of all."""
        self.filters.show_athlete(athlete, day, last_day)

    def load(self) -> None:
        """Read the list from its beginning."""
        self._problem = ""
        self.table.forget_end()
        filters = self.filters
        self.model.ask_for(HistoryRequest(filters.wanted, filters.sorted_by, filters.descending, limit=PAGE_ROWS))
        self.refresh()

    def take(self, page: HistoryPage) -> None:
        self._problem = ""
        if self.table.take(page):
            if self._row_wanted and (page.rows or not self.model.is_searching):
                self._row_wanted = False
                self._focus_rows()
            self.refresh()

    def show_problem(self, sentence: str) -> None:
        """The results cannot be read; what was read before stays."""
        self._problem = sentence
        self.model.forget_asked()
        self.refresh()

    def show_as_of(self, as_of: str) -> None:
        """The time of the reading of rows that do not follow what is stored since."""
        if as_of != self._as_of:
            self._as_of = as_of
            self.refresh()

    def show_export(self, words: str) -> None:
        """How far an export is; empty: none runs."""
        self.progress.setText(words)
        for part in (self.progress, self.cancel_button):
            part.setVisible(bool(words))
        self.export_button.setVisible(not words)

    def set_units(self, units: Units) -> None:
        self.model.set_units(units)

    def forget(self, athlete: str) -> None:
        """What was read; and the filter, if it is for this athlete."""
        self.model.reset(())
        if self.filters.wanted.athlete == athlete:
            self.filters.show_athlete("")
        else:
            self.load()

    def refresh(self) -> None:
        model = self.model
        self.found.setText(self._problem or self._found_text())
        if model.rows:
            self._pages.setCurrentWidget(self.table)
            return
        if self._problem:
            self.state.show_state(
                "database-alert-outline", "failed", "The history cannot be read", self._problem, "Try again"
            )
        elif not model.loaded or model.is_searching:
            self.state.show_state("timer-sand", "second", "Looking through the history", "")
        elif self.filters.wanted != HistoryFilter():
            line = "No workout fits all of the fields above."
            self.state.show_state("magnify", "second", "Nothing found", line, "Show all workouts")
        else:
            line = "Every stored workout appears here: to search, sort, correct, and export."
            self.state.show_state("history", "second", "No workout is stored yet", line)
        self._pages.setCurrentWidget(self.state)

    def focus_first(self) -> None:
        self.filters.search.setFocus()
        self.filters.search.selectAll()

    def _found_text(self) -> str:
        model = self.model
        if not model.loaded:
            return ""
        count, as_of = len(model.rows), f", as of {self._as_of}" if self._as_of else ""
        if model.total is not None:
            return counted(model.total, "workout") + as_of
        if model.is_searching and model.wanted.wanted.scans:
            return f"{count:,} so far, looking further…"
        return (f"{count:,} found" if model.is_whole else f"more than {count:,} found") + as_of

    def _build(self) -> None:
        self.body.setContentsMargins(1, 8, 1, 1)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.setSpacing(10)
        head.addWidget(self.back_button)
        head.addWidget(Label(self._theme, "History", "title"))
        head.addWidget(self.found, 1)
        for part in (self.progress, self.cancel_button, self.export_button):
            head.addWidget(part)
        self._menu = QMenu(self.export_button)
        for ending, words in EXPORTS:
            self._menu.addAction(words).setData(ending)
        self.export_button.setMenu(self._menu)
        self.body.addLayout(head)
        self.body.addSpacing(8)
        self.body.addWidget(self.filters)
        self._pages = self.add_pages()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.state)

    def _connect(self) -> None:
        keys = SHORTCUTS[Scope.HISTORY]
        for name, slot in (("search", self._on_search_requested), ("order", self._on_order_key)):
            QShortcut(QKeySequence(keys[name].key), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.filters.changed.connect(self.load)
        self.filters.search.rows_requested.connect(self._on_rows_requested)
        self.filters.search.left.connect(self.left)
        self.filters.search.textChanged.connect(self._on_typed)
        self.table.left.connect(self.left)
        self.table.search_requested.connect(self._on_search_requested)
        self.table.athlete_requested.connect(self._on_athlete_requested)
        self.table.sort_requested.connect(self.filters.sort_by)
        self.back_button.clicked.connect(self.left)
        self.state.button_clicked.connect(self._on_state_button)
        self._menu.triggered.connect(self._on_export_chosen)
        self.cancel_button.clicked.connect(self.export_cancelled)

    def _focus_rows(self) -> None:
        if self.model.rows:
            self.table.setFocus()

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self._row_wanted = False

    @Slot()
    def _on_rows_requested(self) -> None:
        if self.filters.wanted != self.model.wanted.wanted:
            self._row_wanted = True
            self.filters.settle()
        else:
            self._focus_rows()

    @Slot()
    def _on_search_requested(self) -> None:
        self.focus_first()

    @Slot()
    def _on_order_key(self) -> None:
        self.filters.order_button.click()

    @Slot(str)
    def _on_athlete_requested(self, name: str) -> None:
        self.filters.show_athlete(name)

    @Slot()
    def _on_state_button(self) -> None:
        if self._problem:
            self.load()
        else:
            self.filters.show_athlete("")
            self.focus_first()

    @Slot(QAction)
    def _on_export_chosen(self, action: QAction) -> None:
        self.export_requested.emit(action.data())
