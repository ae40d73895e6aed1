"""The panel at the left: search, sort, the athletes, and why there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.athletes.listing import AthleteList, AthleteSort
from core.athletes.weeks import week_of
from gui.forms.formatting import Units
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, EmptyPage, Panel, Rule, SegmentedControl
from gui.workspaces.athletes.formatting import counted
from gui.workspaces.athletes.list.model import AthletesModel
from gui.workspaces.athletes.list.search import AthleteSearch
from gui.workspaces.athletes.list.table import AthletesTable

_LONG_NUMBER = 3  # digits for which there is room with a word
SEARCH_MS = 120  # after the last key press
SORTS: tuple[tuple[AthleteSort, str], ...] = (
    ("name", "Name"),
    ("last active", "Last active"),
    ("this week", "This week"),
)

_SORTS: dict[str, AthleteSort] = {sort: sort for sort, _ in SORTS}


class AthletesPanel(Panel):
    """Main thread. Shows the pages it is given; asks by `model.page_requested`."""

    page_requested = Signal()  # go on to the athlete's page
    console_requested = Signal()
    roster_requested = Signal()
    import_requested = Signal()

    def __init__(self, theme: Theme, today: date, parent: QWidget | None = None) -> None:
        super().__init__("Athletes", parent, padding_px=0)
        self.model = AthletesModel(today, self)
        self.table = AthletesTable(theme, self.model)
        self.search = AthleteSearch(theme)
        self.sort = SegmentedControl(theme, "Sort by", SORTS)
        self.state = EmptyPage(theme)
        self.roster_button = Button(theme, "Roster grid", "table-large")
        self.roster_button.setToolTip(SHORTCUTS[Scope.ATHLETES]["roster"].hint())
        self.import_button = Button(theme, "Import", "file-document-outline")
        self.set_why_not("")
        self._near = ElidedLabel(theme, "", "small", "second")
        self._foot = ElidedLabel(theme, "", "small", "second")
        self._problem = self._as_of = ""
        self._first_wanted = self._page_wanted = False  # once the search that was typed has been answered
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(SEARCH_MS)
        self._build(theme)
        self._connect()
        self.refresh()

    @property
    def foot_words(self) -> str:
        return self._foot.text()

    @property
    def near_words(self) -> str:
        """Above the rows, where they only have names like the one typed."""
        return self._near.text() if self._near.isVisibleTo(self) else ""

    def set_why_not(self, why_not: str) -> None:
        """Why no file can be imported; empty: one can."""
        self.import_button.set_possible(SHORTCUTS[Scope.PROGRAM]["import"].hint(), why_not)

    def load(self) -> None:
        """Read the list from its beginning."""
        self._typing.stop()
        wanted = replace(self.model.wanted, text=self.search.text().strip(), sort=_SORTS[self.sort.value])
        self.model.show(wanted)

    def set_today(self, today: date) -> None:
        self.model.texts.today = today
        self.model.show(replace(self.model.wanted, week=week_of(today)))

    def set_units(self, units: Units) -> None:
        self.model.set_units(units)

    def take(self, answer: AthleteList) -> None:
        self._problem = ""
        if not self.table.take(answer):
            return
        self.refresh()
        if self._first_wanted and answer.request.after is None:
            self._go_to_first()
        elif not self.table.chosen:
            self.table.choose(0)

    def show_problem(self, sentence: str) -> None:
        """The results cannot be read; what was read before stays."""
        self._problem = sentence
        self.refresh()

    def show_as_of(self, as_of: str) -> None:
        """The time of the last reading, where it is not known what happened since."""
        if as_of != self._as_of:
            self._as_of = as_of
            self.refresh()

    def refresh(self) -> None:
        answer = self.model.answer
        self.search.setPlaceholderText(_placeholder(answer))
        self._near.setVisible(answer is not None and answer.is_near)
        self._foot.setText(self._problem or self._foot_text(answer))
        if answer is not None and answer.rows:
            self._pages.setCurrentWidget(self.table)
            return
        if self._problem:
            self.state.show_state(
                "database-alert-outline", "failed", "The athletes cannot be read", self._problem, "Try again"
            )
        elif answer is None:
            self.state.show_state("timer-sand", "second", "Reading the athletes", "")
        elif answer.athletes:
            line = "Searched in the names, also for similar ones."
            self.state.show_state(
                "account-search-outline", "second", "No athlete is called that", line, "Clear the search"
            )
        else:
            line = "Athletes appear here with their first stored workout: the last day, and this week's distance."
            self.state.show_state("account-multiple-outline", "second", "No athlete yet", line, "Enter a workout")
        self._pages.setCurrentWidget(self.state)

    def _foot_text(self, answer: AthleteList | None) -> str:
        if answer is None or not answer.athletes:
            return f"As of {self._as_of}" if self._as_of else ""
        every = counted(answer.athletes, "athlete")
        found = f"{answer.found:,} of {every}" if answer.request.text else every
        return f"{found}, as of {self._as_of}" if self._as_of else found

    def _build(self, theme: Theme) -> None:
        self.body.setContentsMargins(1, 1, 1, 1)
        head = QVBoxLayout()
        head.setContentsMargins(11, 11, 11, 8)
        head.setSpacing(8)
        theme.fix_size(self.search, height_px=32)
        head.addWidget(self.search)
        head.addWidget(self.sort)
        self._near.setText("No one is called that; similar names:")
        head.addWidget(self._near)
        self.body.addLayout(head)
        self._pages = self.add_pages()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.state)
        foot = QVBoxLayout()
        foot.setContentsMargins(11, 6, 11, 11)
        foot.setSpacing(8)
        foot.addWidget(self._foot)
        self.body.addLayout(foot)
        self.body.addWidget(Rule())
        acts = QHBoxLayout()
        acts.setContentsMargins(11, 11, 11, 11)
        acts.setSpacing(8)
        acts.addWidget(self.roster_button)
        acts.addWidget(self.import_button)
        self.body.addLayout(acts)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_typed)
        self._typing.timeout.connect(self.load)
        self.sort.selected.connect(self._on_sort_selected)
        self.search.rows_requested.connect(self._on_rows_requested)
        self.search.page_requested.connect(self._on_page_requested)
        self.table.page_requested.connect(self.page_requested)
        self.table.search_requested.connect(self._on_search_requested)
        self.state.button_clicked.connect(self._on_state_button)
        self.roster_button.clicked.connect(self.roster_requested)
        self.import_button.clicked.connect(self.import_requested)

    def _go_on(self) -> None:
        """To the first row, of what was typed last: that may be still to come."""
        self._first_wanted = True
        if self._typing.isActive():
            self.load()
        elif not self.model.is_awaited:
            self._go_to_first()

    def _go_to_first(self) -> None:
        to_page, self._first_wanted, self._page_wanted = self._page_wanted, False, False
        if not self.model.rowCount():
            return
        self.table.choose(0)
        if to_page:
            self.page_requested.emit()
        else:
            self.table.setFocus()

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self._first_wanted = self._page_wanted = False
        self._typing.start()

    @Slot(str)
    def _on_sort_selected(self, _sort: str) -> None:
        self.load()

    @Slot()
    def _on_rows_requested(self) -> None:
        if not self.search.text().strip() and self.table.currentIndex().isValid():
            self.table.setFocus()  # on the athlete whose page is shown
        else:
            self._go_on()

    @Slot()
    def _on_page_requested(self) -> None:
        self._page_wanted = True
        self._go_on()

    @Slot()
    def _on_search_requested(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    @Slot()
    def _on_state_button(self) -> None:
        answer = self.model.answer
        if self._problem:
            self.load()
        elif answer is not None and answer.athletes:
            self.search.clear()
            self.search.setFocus()
        else:
            self.console_requested.emit()


def _placeholder(answer: AthleteList | None) -> str:
    if answer is None or not answer.athletes:
        return "Search athletes"
    number = f"{answer.athletes:,}"
    return f"Search {number}" if len(number) > _LONG_NUMBER else f"Search {counted(answer.athletes, 'athlete')}"
