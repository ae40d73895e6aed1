"""The Athletes workspace: the list at the left, the chosen athlete's page beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget
from typing_extensions import override

from core.achievements.rule_schema import AchievementRule
from core.achievements.summary import AchievementSummary
from core.athletes.page import AthletePage
from gui.forms.formatting import Units
from gui.frame.actions import palette_actions
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import GAP_PX
from gui.widgets.announcements import show_note
from gui.workspaces.athletes.badges.panel import BadgesPanel
from gui.workspaces.athletes.badges.rules_dialog import RulesDialog
from gui.workspaces.athletes.board.panel import BoardPanel
from gui.workspaces.athletes.care_entries import CARE_ENTRIES, care_actions
from gui.workspaces.athletes.list.panel import AthletesPanel
from gui.workspaces.athletes.page.panel import PagePanel
from gui.workspaces.athletes.records.panel import RecordsPanel

if TYPE_CHECKING:
    from gui.workspaces.athletes.history.panel import HistoryPanel
    from gui.workspaces.roster.page import RosterPage

BOARD_PX, BOARD_FROM_PX, LOW_BOARD_PX = 300, 1_120, 560
LIST_PX, NARROW_LIST_PX = 244, 228
NARROW_PX, LEAST_PX = 900, 600


class AthletesWorkspace(QWidget):
    """Main thread. Arranges its parts and emits requests."""

    athlete_chosen = Signal(str)  # name
    new_workout_requested = Signal()
    reading_requested = Signal()  # read again what could not be read
    console_requested = Signal()
    rules_requested = Signal(str)  # code of the rule to begin at
    rules_edit_requested = Signal()
    workout_opened = Signal(str)  # workout id
    paper_requested = Signal(str)  # "pdf" or "print": the page that is shown
    care_requested = Signal(str, str)  # one of CARE_ENTRIES, and the athlete
    view_changed = Signal()  # the history, or the roster, came in place of list, page and board, or left

    def __init__(
        self,
        theme: Theme,
        today: date,
        *,
        make_history: Callable[[], HistoryPanel],
        make_roster: Callable[[], RosterPage],
        parent: QWidget | None = None,
    ) -> None:
        """History and roster are made when they are first used: neither adds to the start of the program."""
        super().__init__(parent)
        self._theme = theme
        self._why_not = ""
        self.list = AthletesPanel(theme, today)
        self.page = PagePanel(theme)
        self.records, self.badges, self.board = RecordsPanel(theme), BadgesPanel(theme), BoardPanel(theme, today)
        self.page.add_below(self.records, self.badges)
        self._make_history, self._make_roster = make_history, make_roster
        self._history: HistoryPanel | None = None
        self._roster: RosterPage | None = None
        slots: dict[str, Callable[[], object]] = {
            "search": self._on_search_key,
            "pdf": self._on_pdf,
            "print": self._on_print,
            "history": self._on_history_key,
            "athlete_history": self._on_athlete_history,
            "roster": self.show_roster,
            **{name: partial(self._on_care, name) for name in CARE_ENTRIES},
        }
        self._acts = palette_actions(
            self,
            Scope.ATHLETES,
            # These two without a key here: a button has that of the first.
            {**slots, "new": self._on_new_workout, "rules": self.rules_edit_requested.emit},
            {
                "new": lambda: self._why_no_workout(),
                "pdf": self._why_no_paper,
                "print": self._why_no_paper,
                "athlete_history": self._why_no_paper,
                **dict.fromkeys(CARE_ENTRIES, self._why_no_workout),
            },
        )
        self._athletes = QWidget()
        row = QHBoxLayout(self._athletes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(self.list)
        row.addWidget(self.page, 1)
        self._row = row
        theme.bound_width(self, LEAST_PX)
        theme.changed.connect(self._fit)
        self._views = QStackedLayout(self)
        self._views.addWidget(self._athletes)
        for name, slot in slots.items():
            QShortcut(QKeySequence(SHORTCUTS[Scope.ATHLETES][name].key), self, slot)
        self._connect()
        self._fit()

    @property
    def command_actions(self) -> Sequence[QAction]:
        """Actions for the command palette."""
        return self._acts

    def set_units(self, units: Units) -> None:
        for part in (self.list, self.page, self.records, self.badges, self.board):
            part.set_units(units)

    def show_chosen(self, name: str) -> None:
        """Mark the athlete whose page is asked for."""
        self.list.table.show_chosen(name)
        self.badges.end_celebration()
        self.board.show_athlete(name)

    def show_page(self, page: AthletePage) -> None:
        self.page.show_page(page)
        self.records.show_records(page.records, page.today)
        self.badges.show_badges(page.badges, page.today)

    def show_rules(
        self, code: str, rules: Sequence[AchievementRule], summary: AchievementSummary, unfinished: str = ""
    ) -> None:
        """All rules in a dialog, beginning at one of them. `unfinished`: see RulesDialog."""
        dialog = RulesDialog(self._theme, rules, summary, code=code, unfinished=unfinished, parent=self)
        dialog.edit_requested.connect(self.rules_edit_requested)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def forget_rows(self) -> None:
        """They are read anew."""
        self.list.model.forget()
        self.board.forget()

    def set_why_not(self, why_not: str) -> None:
        """Why no workout can be entered; empty: one can."""
        self._why_not = why_not
        self.list.set_why_not(why_not)
        self.page.head.set_why_not(why_not)

    def set_today(self, today: date) -> None:
        self.list.set_today(today)
        self.board.show_today(today)

    # --- views ---------------------------------------------------------------------------------------------------

    @property
    def history(self) -> HistoryPanel:
        if self._history is None:
            self._history = self._make_history()
            self._views.addWidget(self._history)
            self._history.left.connect(self._on_history_left)
        return self._history

    @property
    def roster(self) -> RosterPage:
        if self._roster is None:
            self._roster = self._make_roster()
            self._views.addWidget(self._roster)
            self._roster.left.connect(self.leave_roster)
        return self._roster

    @property
    def view(self) -> QWidget | None:
        """What is shown: list, page and board; the history; or the roster."""
        return self._views.currentWidget()

    @property
    def shows_athletes(self) -> bool:
        return self.view is self._athletes

    @property
    def shows_history(self) -> bool:
        return self.view is self._history

    @property
    def shows_roster(self) -> bool:
        return self.view is self._roster

    def show_history(self, athlete: str, first_day: date | None = None, last_day: date | None = None) -> None:
        """In place of list, page and board. `athlete` empty: of all."""
        self._show_view(self.history)
        self.history.open(athlete, first_day, last_day)
        self.history.focus_first()

    @Slot()
    def show_roster(self) -> None:
        self._show_view(self.roster)
        self.roster.table.setFocus()

    @Slot()
    def leave_roster(self) -> None:
        if self.shows_roster:
            self._show_view(self._athletes)
            self.list.search.setFocus()

    def _show_view(self, view: QWidget) -> None:
        if view is not self.view:
            self._views.setCurrentWidget(view)
            self.view_changed.emit()

    def focus_first(self) -> None:
        if self.shows_history:
            self.history.focus_first()
        elif self.shows_roster:
            self.roster.table.setFocus()
        else:
            self.list.search.setFocus()

    def _connect(self) -> None:
        self.list.table.athlete_chosen.connect(self.athlete_chosen)
        self.list.page_requested.connect(self.page.focus_first)
        self.list.console_requested.connect(self.console_requested)
        self.list.roster_requested.connect(self.show_roster)
        self.board.athlete_chosen.connect(self.athlete_chosen)
        self.records.workout_opened.connect(self.workout_opened)
        self.badges.rules_requested.connect(self.rules_requested)
        self.page.list_requested.connect(self.list.table.setFocus)
        self.page.new_workout_requested.connect(self.new_workout_requested)
        self.page.paper_requested.connect(self._on_paper)
        self.page.retry_requested.connect(self.reading_requested)
        self.page.head.history_requested.connect(self._on_athlete_history)
        self.page.head.care_entries = lambda: care_actions(self._on_care, self._why_no_workout())
        self.list.table.row_actions = lambda row: care_actions(partial(self._request_care, row.name), self._why_not)
        self.records.history_requested.connect(self._on_record_history)

    def _why_no_workout(self) -> str:
        return self._why_not or self._why_no_paper()

    def _why_no_paper(self) -> str:
        return "" if self.page.page is not None else "No athlete is chosen"

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        px = self._theme.px
        self.list.setFixedWidth(px(NARROW_LIST_PX if self.width() < px(NARROW_PX) else LIST_PX))
        beside = self.width() >= px(BOARD_FROM_PX)
        if beside:
            self._theme.free_size(self.board)
            self._theme.fix_size(self.board, width_px=BOARD_PX)
            self._row.addWidget(self.board)
        else:  # at the end of the page, which scrolls
            self._theme.free_size(self.board)
            self._theme.fix_size(self.board, height_px=LOW_BOARD_PX)
            self.page.column.addWidget(self.board)

    @Slot()
    def _on_search_key(self) -> None:
        if self.shows_history:
            self.history.focus_first()
            return
        self.leave_roster()
        self.list.search.setFocus()
        self.list.search.selectAll()

    @Slot()
    def _on_new_workout(self) -> None:
        if not self._why_no_workout():
            self.new_workout_requested.emit()

    def _on_care(self, act: str) -> None:
        """Of the athlete whose page is shown."""
        if (page := self.page.page) is not None:
            self._request_care(page.name, act)

    def _request_care(self, name: str, act: str) -> None:
        if self._why_not:
            show_note(self, self._why_not)
        else:
            self.care_requested.emit(act, name)

    @Slot()
    def _on_pdf(self) -> None:
        self._on_paper("pdf")

    @Slot()
    def _on_print(self) -> None:
        self._on_paper("print")

    @Slot(str)
    def _on_paper(self, way: str) -> None:
        if not self._why_no_paper():
            self.paper_requested.emit(way)

    @Slot()
    def _on_history_key(self) -> None:
        self.show_history("")

    @Slot()
    def _on_athlete_history(self) -> None:
        page = self.page.page
        if page is not None:
            self.show_history(page.name)

    @Slot(object, object)
    def _on_record_history(self, first: date, last: date) -> None:
        page = self.page.page
        if page is not None:
            self.show_history(page.name, first, last)

    @Slot()
    def _on_history_left(self) -> None:
        self._show_view(self._athletes)
        self.list.table.setFocus()
