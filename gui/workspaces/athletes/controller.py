"""Connects the Athletes workspace to the results: asks for what is shown, and again when it may have changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from typing_extensions import override

from core.achievements.rules import AchievementRules
from core.achievements.summary import AchievementSummary
from core.athletes.leaderboard import Leaderboard, LeaderboardRequest
from core.athletes.listing import AthleteList, AthleteListRequest
from core.athletes.page import AthletePage
from core.errors import PacelineError
from core.events import AthleteErased, BatchProcessed, Event, EventsLost
from core.live.console_state import ConsoleState
from core.roster.draft import without_rows
from core.store.rules.changes import RulesState
from core.workouts.folding import folded
from core.workouts.names import spells
from gui.formatting import READ_ONLY, clock_text, file_title
from gui.forms.formatting import Units
from gui.frame.workspace import WorkspaceContext, WorkspaceController
from gui.frame.workspace_entry import CorrectWorkout, NewWorkout, OpenWorkout, UseAgain
from gui.workspaces.athletes.badges.rules_controller import RulesController
from gui.workspaces.athletes.badges.rules_texts import unfinished_text
from gui.workspaces.athletes.workspace import AthletesWorkspace
from worker.runtime.query import Query

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.store.reader import ResultsReader
    from gui.workspaces.athletes.history.controller import HistoryController
    from gui.workspaces.athletes.history.panel import HistoryPanel
    from gui.workspaces.roster.controller import RosterController
    from gui.workspaces.roster.page import RosterPage
    from worker.outbox.restore import RestoredConsole

BOARD_ROWS, MOST_ROWS = 100, 100_000
ASK_MS = 300  # between two readings of what keeps changing
NOT_OPEN = "Its files cannot be opened"
NOT_CHOSEN = ("No athlete is chosen", "Choose one in the list.")


_Rules = tuple[AchievementRules, AchievementSummary, RulesState]


class AthletesController(WorkspaceController):
    """Main thread."""

    def __init__(self, context: WorkspaceContext) -> None:
        self._context = context
        self._host, self._read_only = context.host, context.options.read_only
        self._now_ms, self._zone = context.now_ms, context.zone
        self._theme, self._exporter, self._units = context.theme, context.exporter, Units()
        self._today = self._find_today()
        self._views: dict[QWidget, HistoryController | RosterController] = {}  # those that were made
        self.history: HistoryController | None = None
        self.roster: RosterController | None = None
        self._restored: tuple[RestoredConsole | None] | None = None  # for a roster that is made later
        workspace = AthletesWorkspace(
            context.theme, self._today, make_history=self._make_history, make_roster=self._make_roster
        )
        super().__init__(workspace, workspace.command_actions)
        self._workspace = workspace
        workspace.view_changed.connect(self._on_view_changed)
        self._shown = self._opened = False
        self._celebrates = context.celebrates
        self._chosen = ""
        self._fresh: set[str] = set()  # codes of badges that the chosen athlete earned since the page was read
        self._list_changed = self._page_changed = self._board_changed = False
        self._board_at_ms: int | None = None  # when the board was read
        self._whole_board = False
        self._asked_at_ms = 0
        self._read_at_ms: int | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(ASK_MS)
        self._soon.timeout.connect(self._read_soon)
        self._problem = False  # of the last reading
        workspace.set_why_not(NOT_OPEN)
        workspace.list.model.page_requested.connect(self._on_page_requested)
        workspace.athlete_chosen.connect(self._on_athlete_chosen)
        workspace.new_workout_requested.connect(self._on_new_workout_requested)
        workspace.console_requested.connect(self._on_console_requested)
        workspace.list.import_requested.connect(self.import_requested)
        workspace.reading_requested.connect(self._on_reading_requested)
        workspace.paper_requested.connect(self._on_paper_requested)
        workspace.care_requested.connect(self.care_requested)
        workspace.workout_opened.connect(self._on_workout_opened)
        changes = workspace.records.table.changes
        changes.why_not_any = context.changes.why_not
        changes.correct_requested.connect(self._on_correct_requested)
        changes.delete_requested.connect(context.changes.ask_delete)
        changes.again_requested.connect(self._on_again_requested)
        workspace.rules_requested.connect(self._on_rules_requested)
        self.rules = RulesController(context, workspace)
        self.rules.computed.connect(self._on_rules_changed)
        context.rules.changed.connect(self._on_rules_changed)
        workspace.rules_edit_requested.connect(self.rules.open)
        workspace.board.board_requested.connect(self._on_board_requested)
        workspace.board.all_requested.connect(self._on_all_requested)

    @override
    def opened(self) -> None:
        self._opened = True
        self._workspace.set_why_not(READ_ONLY if self._read_only else "")
        self._all_changed()
        self._workspace.list.model.forget_asked()
        for view in self._views.values():
            view.opened()
        self._read()

    @override
    def not_opened(self) -> None:
        self._workspace.set_why_not(NOT_OPEN)
        self._workspace.list.show_problem("The files of this console cannot be opened.")

    @override
    def restore(self, restored: RestoredConsole | None) -> None:
        self._restored = (restored,)
        if self.roster is not None:
            self.roster.restore(restored)

    @override
    def set_shown(self, shown: bool) -> None:
        self._shown = shown
        self._tell_views()
        if shown:
            self._all_changed()  # workers of other consoles are not always heard
            self._read()

    @override
    def take(self, events: Sequence[Event]) -> None:
        for view in self._views.values():
            view.take(events)
        for event in events:
            if isinstance(event, EventsLost):
                self._all_changed()
            elif isinstance(event, AthleteErased):
                self._forget(event.athlete)
            elif isinstance(event, BatchProcessed) and event.outcomes:
                self._list_changed = self._board_changed = True
                chosen = folded(self._chosen)
                mine = [outcome for outcome in event.outcomes if folded(outcome.athlete) == chosen]
                self._page_changed |= bool(mine)
                if self._shown:
                    self._fresh |= {badge.code for outcome in mine for badge in outcome.badges}
        self._read_soon()

    def _forget(self, athlete: str) -> None:
        """Everything of this athlete was erased: what has the name is read anew."""
        if self._chosen == athlete:
            self._chosen = ""
            self._fresh.clear()
            self._workspace.show_chosen("")
            self._workspace.page.show_nothing(*NOT_CHOSEN)
        self._workspace.forget_rows()
        if self._restored is not None and (restored := self._restored[0]) is not None:
            draft = without_rows(restored.roster_draft, lambda row: any(spells(t, athlete) for t in row.values()))
            self._restored = (replace(restored, roster_draft=draft),)
        if self.history is not None:
            self.history.forget(athlete)
        self._all_changed()
        self._ask_board()

    @override
    def tick(self, state: ConsoleState, now_ms: int) -> None:
        if self._find_today() != self._today:
            self._today = self._find_today()
            self._workspace.set_today(self._today)
            self._page_changed = self._board_changed = True
        for view in self._views.values():
            view.tick()
        is_old = state.lost or state.unread or self._problem
        self._show_age(live=not is_old)
        known = self._read_at_ms if is_old else None
        self._workspace.list.show_as_of("" if known is None else clock_text(known, self._zone))
        if self._problem:
            self._all_changed()
        self._read_soon()

    @override
    def set_units(self, units: Units) -> None:
        self._units = units
        self._workspace.set_units(units)
        for view in self._views.values():
            view.set_units(units)

    @override
    def focus_first(self) -> None:
        self._workspace.focus_first()

    def _find_today(self) -> date:
        return datetime.fromtimestamp(self._now_ms() / 1000, self._zone).date()

    # --- history and roster --------------------------------------------------------------------------------------

    def _make_history(self) -> HistoryPanel:
        from gui.workspaces.athletes.history.controller import HistoryController
        from gui.workspaces.athletes.history.panel import HistoryPanel

        panel = HistoryPanel(self._theme, lambda: self._today, now_ms=self._now_ms, zone=self._zone)
        history = self.history = HistoryController(panel, self._context)
        history.navigation_requested.connect(self.navigation_requested)
        self._add(panel, history)
        return panel

    def _make_roster(self) -> RosterPage:
        from gui.workspaces.roster.controller import RosterController

        roster = self.roster = RosterController(self._context, self)
        if self._restored is not None:
            roster.restore(*self._restored)
        self._add(roster.page, roster)
        return roster.page

    def _add(self, widget: QWidget, view: HistoryController | RosterController) -> None:
        view.notice_raised.connect(self.notice_raised)
        view.set_units(self._units)
        if self._opened:
            view.opened()
        self._views[widget] = view

    def _tell_views(self) -> None:
        for widget, view in self._views.items():
            view.set_shown(self._shown and self._workspace.view is widget)

    # --- reading -------------------------------------------------------------------------------------------------

    @Slot()
    def _read_soon(self) -> None:
        """What has changed, unless that was read just now: then in a moment, so that it shows within a second."""
        if not 0 <= self._now_ms() - self._asked_at_ms < ASK_MS:  # also after the clock was set back
            self._read()
        elif self._is_changed and self._shown and self._workspace.shows_athletes and not self._soon.isActive():
            self._soon.start()

    def _read(self) -> None:
        if not (self._shown and self._opened and self._is_changed and self._workspace.shows_athletes):
            return
        self._asked_at_ms = self._now_ms()
        if self._list_changed:
            self._list_changed = False
            self._workspace.list.table.reload()
        if self._page_changed:
            self._page_changed = False
            self._ask_page()
        if self._board_changed:
            self._board_changed = False
            self._ask_board()

    @property
    def _is_changed(self) -> bool:
        return self._list_changed or self._page_changed or self._board_changed

    def _all_changed(self) -> None:
        self._list_changed = self._page_changed = self._board_changed = True

    def _ask_board(self) -> None:
        board, limit = self._workspace.board, MOST_ROWS if self._whole_board else BOARD_ROWS
        wanted, cells = replace(board.request, limit=limit), board.cells_request
        self._ask_leaderboard("leaderboard", wanted, self._on_board)
        if cells is not None:
            self._ask_leaderboard("leaderboard periods", cells, board.show_cells)

    def _ask_leaderboard(self, name: str, wanted: LeaderboardRequest, on_result: Callable[[Leaderboard], None]) -> None:
        self._host.ask(Query(name, lambda reader: reader.athletes.leaderboard(wanted), on_result, self._on_problem))

    def _on_board(self, board: Leaderboard) -> None:
        self._board_at_ms = self._now_ms()
        self._workspace.board.show_board(board)
        self._show_age(live=True)

    def _show_age(self, *, live: bool) -> None:
        at_ms = self._board_at_ms
        age_s = None if at_ms is None else max(0, self._now_ms() - at_ms) / 1000
        self._workspace.board.show_age(age_s, is_live=live)

    def _ask_page(self) -> None:
        if name := self._chosen:
            today = self._today
            ask = Query(
                "athlete page", lambda reader: reader.athletes.page(name, today), self._on_page, self._on_problem
            )
            self._host.ask(ask)

    def _on_list(self, answer: AthleteList) -> None:
        self._read_at_ms, self._problem = self._now_ms(), False
        self._workspace.list.take(answer)
        if not answer.athletes:
            self._chosen = ""
            self._workspace.page.show_nothing(
                "An athlete's page", "Totals, change and the trend by week appear here with the first stored workout."
            )
        elif not self._chosen:
            self._workspace.page.show_nothing(*NOT_CHOSEN)

    def _on_page(self, page: AthletePage) -> None:
        if page.name == self._chosen:
            self._workspace.show_page(page)
            if not self._page_changed:  # else it was read before the badges were earned
                if self._celebrates():
                    self._workspace.badges.celebrate(self._fresh)
                self._fresh.clear()

    def _on_list_problem(self, error: PacelineError) -> None:
        self._workspace.list.model.forget_asked()
        self._on_problem(error)

    def _on_problem(self, error: PacelineError) -> None:
        self._problem = True
        self._workspace.list.show_problem(str(error))
        self._workspace.page.show_problem(str(error))

    @override
    def stop(self) -> None:
        self._soon.stop()
        self.rules.stop()
        for view in self._views.values():
            view.stop()

    # --- what the user does --------------------------------------------------------------------------------------

    @Slot(object)
    def _on_page_requested(self, wanted: AthleteListRequest) -> None:
        self._host.ask(
            Query("athletes list", lambda reader: reader.athletes.list(wanted), self._on_list, self._on_list_problem)
        )

    @Slot()
    def _on_view_changed(self) -> None:
        self._tell_views()
        self._read()

    @Slot(str)
    def _on_athlete_chosen(self, name: str) -> None:
        self._chosen = name
        self._fresh.clear()
        self._workspace.show_chosen(name)
        self._ask_page()

    @Slot()
    def _on_board_requested(self) -> None:
        self._whole_board = False
        self._ask_board()

    @Slot()
    def _on_all_requested(self) -> None:
        self._whole_board = True
        self._ask_board()

    @Slot(str)
    def _on_workout_opened(self, workout_id: str) -> None:
        self.navigation_requested.emit(OpenWorkout(workout_id))

    @Slot(str)
    def _on_correct_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(CorrectWorkout(workout_id))

    @Slot(str)
    def _on_again_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(UseAgain(workout_id))

    @Slot(str)
    def _on_paper_requested(self, way: str) -> None:
        shown = self._workspace.page
        if shown.page is None:
            return
        from gui.workspaces.athletes.report.content import report_of
        from gui.workspaces.athletes.report.printing import ReportPrinting, pdf_of

        report = report_of(shown.page, shown.totals.shown_period, shown.head.words[1], self._units)
        if way == "pdf":
            name = f"{file_title(report.name)}.pdf"
            self._exporter.save_file(self.widget, "the report", name, pdf_of(self._theme, report))
        else:
            printing = ReportPrinting(self._theme, report, self.widget)
            printing.printed.connect(self.notice_raised)
            printing.failed.connect(self.notice_raised)
            printing.open()

    @Slot(str)
    def _on_rules_requested(self, code: str) -> None:
        self._host.ask(Query("rules", _read_rules, partial(self._on_rules, code), self._on_problem))

    def _on_rules(self, code: str, read: _Rules) -> None:
        rules, summary, state = read
        unfinished = "" if state.computed is None else f"{unfinished_text(state.computed)}."
        self._workspace.show_rules(code, rules.all, summary, unfinished)

    @Slot()
    def _on_rules_changed(self) -> None:
        self._all_changed()
        self._read_soon()

    @Slot()
    def _on_new_workout_requested(self) -> None:
        page = self._workspace.page.page
        if page is not None:
            self.navigation_requested.emit(NewWorkout(page.name, page.main_sports[0] if page.main_sports else ""))

    @Slot()
    def _on_console_requested(self) -> None:
        self.navigation_requested.emit(NewWorkout("", ""))

    @Slot()
    def _on_reading_requested(self) -> None:
        self._all_changed()
        self._read()


def _read_rules(reader: ResultsReader) -> _Rules:
    """Those in force, who has them, and whether all of that is computed."""
    return reader.rules_in_force().rules, reader.achievement_summary(), reader.rules_state()
