"""The Failed workspace: causes at the left, messages in the middle, repair pane at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from core.errors import PacelineError
from core.failures.models import FailedFilter, FailedGroup, FailedMessage, FailedRow
from gui.changes.row_changes import HAS_NO_ID
from gui.forms.form_fields import FieldLabel
from gui.forms.formatting import Units
from gui.frame.actions import CommandAction, palette_actions
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import GAP_PX, Button
from gui.widgets.announcements import show_note
from gui.widgets.row_menu import RowAction
from gui.widgets.timers import once_timer
from gui.workspaces.failed.actions import FailedActions
from gui.workspaces.failed.causes.columns import CauseRow
from gui.workspaces.failed.causes.panel import GroupsPanel
from gui.workspaces.failed.messages.action_bar import NO_MESSAGE
from gui.workspaces.failed.messages.panel import ListPanel
from gui.workspaces.failed.messages.table_model import FailedPage
from gui.workspaces.failed.repair.panel import RepairPanel

GROUPS_PX, LIST_PX, REPAIR_PX = 268, 496, 404
NARROW_GROUPS_PX, NARROW_REPAIR_PX = 196, 324
NARROW_PX = 1_100
MESSAGE_MS = 60  # pause before a message is loaded, so that held arrow keys do not load all on the way


class FailedWorkspace(QWidget):
    """Main thread. Shows what it is given and emits requests; does not change messages itself."""

    page_requested = Signal(object)  # PageAsked
    message_requested = Signal(str)  # key
    list_shown = Signal(object)  # FailedFilter: another list, read from its beginning
    timeline_requested = Signal(str)  # id of a workout, or of a message
    again_requested = Signal(str)  # likewise
    refresh_requested = Signal()

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.groups = GroupsPanel(theme, now_ms=now_ms, zone=zone)
        self.list = ListPanel(theme, now_ms=now_ms, zone=zone)
        self.repair = RepairPanel(theme, now_ms=now_ms, zone=zone)
        self.message_actions = FailedActions(theme, self.list, self.repair, self, now_ms=now_ms, zone=zone)
        self._wants_focus = False
        self._seek_key = ""
        self._begin_key = ""
        self._message_timer = once_timer(self, MESSAGE_MS, self._on_message_due)
        self._commands = self._make_actions()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(self.groups, 0)
        row.addWidget(self.list, 1)
        row.addWidget(self.repair, 0)
        self._connect()
        theme.changed.connect(self._fit)
        QWidget.setTabOrder(self.groups.view, self.list.search)

    @property
    def command_actions(self) -> Sequence[QAction]:
        """Actions for the command palette."""
        return self._commands

    # --- data ----------------------------------------------------------------------------------------------------

    def show_groups(self, groups: Sequence[FailedGroup]) -> None:
        self.list.set_anything(bool(groups))
        self.groups.show_groups(groups)
        if groups:
            self.list.set_title(self.groups.title)
        else:
            if self.list.model.rowCount():
                self._show_list("Failed messages")
            self.repair.clear("Nothing to repair", "A message that a worker gives up is shown here.")

    def show_page(self, page: FailedPage) -> None:
        self.list.take(page)
        row = self.list.table.current_row
        if row is not None and self.repair.is_before(row):
            self.message_requested.emit(row.key)
        self._show_place()
        self._focus_messages()

    def show_message(self, one: FailedMessage | None) -> None:
        """Show the requested message in the repair pane."""
        if one is None:
            return
        if one.row.key == self.list.table.current_key:
            self.repair.show_message(one)
            if self._begin_key == one.row.key:
                self._begin_key = ""
                self.repair.begin()

    def forget(self, athlete: str) -> None:
        """Everything of this athlete was erased: the list is read anew."""
        self.repair.forget_athlete(athlete)
        self.list.model.show(self.list.model.wanted)

    def show_as_of(self, as_of: str) -> None:
        """`as_of`: the time of the last reading, where it is not known what has failed since; empty: it is."""
        self.list.show_as_of(as_of)
        self.groups.show_as_of(as_of)

    def show_reading_problem(self, error: PacelineError) -> None:
        self.list.show_problem(str(error))

    def set_units(self, units: Units) -> None:
        self.list.model.set_units(units)
        self.repair.set_units(units)
        self.message_actions.set_units(units)

    def focus_first(self) -> None:
        """Focus the messages; until there are some, the causes, or the search."""
        self._wants_focus = True
        first = self.list.search if self.groups.view.isHidden() else self.groups.view
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus_messages()

    def open_message(self, key: str, code: str | None) -> None:
        """Show a message of a cause and open it for repair."""
        self.list.search.blockSignals(True)
        self.list.search.clear()
        self.list.search.blockSignals(False)
        self._seek_key = self._begin_key = key
        self.groups.choose(code)
        if self._seek_key:  # that cause was selected already
            self._show_list()
        self.message_requested.emit(key)

    # --- construction --------------------------------------------------------------------------------------------

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        width, px = self.width(), self._theme.px
        narrow = width < px(NARROW_PX)
        self.groups.set_narrow(narrow)
        if narrow:
            self.groups.setFixedWidth(px(NARROW_GROUPS_PX))
            self.repair.setFixedWidth(px(NARROW_REPAIR_PX))
            return
        # Extra width goes to the list first, which may grow by half, then to the repair pane.
        spare = max(0, width - px(GROUPS_PX) - px(LIST_PX) - px(REPAIR_PX) - 2 * GAP_PX)
        self.groups.setFixedWidth(px(GROUPS_PX))
        self.repair.setFixedWidth(px(REPAIR_PX) + min(240, spare // 3))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._show_mnemonics(event)
        super().keyPressEvent(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._show_mnemonics(event)
        super().keyReleaseEvent(event)

    def _show_mnemonics(self, event: QKeyEvent) -> None:
        """Show or hide underlined mnemonics when Alt is pressed or released."""
        if event.key() == Qt.Key.Key_Alt:
            for widget in (*self.findChildren(Button), *self.findChildren(FieldLabel), self.repair.fields.more.button):
                widget.update()

    def _connect(self) -> None:
        self.groups.chosen.connect(self._on_cause_chosen)
        self.groups.left_for_messages.connect(self._on_left_for_messages)
        self.list.model.page_requested.connect(self.page_requested)
        self.list.filter_changed.connect(self._on_filter_changed)
        self.list.retry_reading.connect(self.refresh_requested)
        table = self.list.table
        table.current_changed.connect(self._on_current_changed)
        table.repair_requested.connect(self._on_repair_requested)
        table.again_requested.connect(self._on_again_key)
        table.row_actions = self._menu_of_message
        self.groups.view.row_actions = self._menu_of_cause
        self.message_actions.findings_changed.connect(self.groups.view.menu.refresh)
        self.repair.step_requested.connect(self._on_step_requested)
        self.repair.left.connect(self._on_left_for_messages)

    def _make_actions(self) -> list[CommandAction]:
        acts = self.message_actions
        of_list = {"search": self._on_search_action, "convert": acts.convert, "fetch": acts.read_in}
        of_chosen = {
            "all": acts.toggle_all,
            "repair": self._on_repair_requested,
            "retry": acts.retry_chosen,
            "discard": acts.discard_chosen,
            "again": self._on_again_key,
        }
        why_not = {
            "repair": self._why_not_repair,
            "retry": acts.why_not_retry_chosen,
            "discard": acts.why_not_discard_chosen,
            "again": self._why_not_repair,
            "convert": acts.why_not_convert,
            "fetch": acts.why_not_send,
        }
        return [
            *palette_actions(self, Scope.FAILED, of_list, why_not),
            *palette_actions(self, Scope.MESSAGES, of_chosen, why_not),
        ]

    def _menu_of_message(self, row: FailedRow) -> Sequence[RowAction]:
        """The keys act on what is checked, the menu on its row."""
        acts, table, keys = self.message_actions, self.list.table, SHORTCUTS[Scope.MESSAGES]
        has_keys = not self.list.model.checked_count
        no_id = "" if row.message_id else HAS_NO_ID
        return (
            RowAction(keys["repair"].entry("&Repair"), self._on_repair_requested),
            RowAction(
                keys["retry"].entry("Re&try") if has_keys else "Re&try",
                partial(acts.retry, (row.key,)),
                acts.why_not_send(),
            ),
            RowAction(
                keys["discard"].entry("&Discard…") if has_keys else "&Discard…",
                partial(acts.ask_to_discard, (row.key,)),
                acts.why_not(),
            ),
            RowAction(keys["again"].entry("&Use again"), partial(self.again_requested.emit, row.message_id), no_id),
            RowAction("&Show timeline", partial(self.timeline_requested.emit, row.message_id), no_id),
            RowAction("Copy r&eason", partial(table.copy, self.list.model.reason_of(row), "The reason")),
        )

    def _menu_of_cause(self, row: CauseRow) -> Sequence[RowAction]:
        acts, count = self.message_actions, self.groups.count_of(row)
        number = f" all {count:,}" if count > 1 else ""
        return (
            RowAction(SHORTCUTS[Scope.FAILED]["messages"].entry("&Show its messages"), self._on_left_for_messages),
            RowAction(f"Re&try{number}", partial(acts.retry_all, FailedFilter(row.code)), acts.why_not_send()),
            RowAction(acts.convert_words, acts.convert, acts.why_not_convert()),
        )

    def _why_not_repair(self) -> str:
        return "" if self.list.table.current_key else NO_MESSAGE

    def _wanted(self) -> FailedFilter:
        return FailedFilter(self.groups.code, self.list.text)

    def _show_list(self, title: str = "") -> None:
        key, self._seek_key = self._seek_key, ""
        self.list.show_list(title or self.groups.title, self._wanted(), key)
        self.list_shown.emit(self.list.model.wanted)

    def _show_place(self) -> None:
        current = self.list.table.currentIndex()
        if current.isValid():
            self.repair.show_place(current.row(), self.list.model.rowCount())

    def _focus_messages(self) -> None:
        if self._wants_focus and self.list.table.isVisible():
            if self.window().focusWidget() in (self.groups.view, self.list.search) and not self.list.text:
                self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)
            self._wants_focus = False

    # --- user input ----------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_cause_chosen(self, _code: str | None) -> None:
        self._show_list()

    @Slot()
    def _on_filter_changed(self) -> None:
        if self._wanted() != self.list.model.wanted:
            self._show_list()

    @Slot()
    def _on_left_for_messages(self) -> None:
        self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_current_changed(self, row: FailedRow | None) -> None:
        if row is None:
            self.repair.clear()
        else:
            self._message_timer.start()
        self._show_place()

    @Slot()
    def _on_message_due(self) -> None:
        if key := self.list.table.current_key:
            self.message_requested.emit(key)

    @Slot()
    def _on_again_key(self) -> None:
        row = self.list.table.current_row
        if row is not None and row.message_id:
            self.again_requested.emit(row.message_id)
        elif row is not None:
            show_note(self.list.table, HAS_NO_ID)

    @Slot()
    def _on_repair_requested(self) -> None:
        key = self.list.table.current_key
        if key and self.repair.key == key:
            self.repair.begin()
        elif key:
            self._begin_key = key
            self.message_requested.emit(key)

    @Slot(int)
    def _on_step_requested(self, step: int) -> None:
        self.list.table.choose(self.list.table.currentIndex().row() + step)

    @Slot()
    def _on_search_action(self) -> None:
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
