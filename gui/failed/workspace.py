"""The Failed workspace: causes, messages, repair. What it wants of the program is a signal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget
from typing_extensions import override

from core.errors import InvalidWorkoutError, PacelineError, UndecodableBodyError
from core.failed_list import FailedFilter, FailedGroup, FailedMessage, FailedRow
from gui.console.form_fields import FieldLabel
from gui.console.values import Units
from gui.failed.confirm import DiscardDialog
from gui.failed.groups import GroupsPanel
from gui.failed.list_panel import ListPanel
from gui.failed.repair_panel import RepairPanel
from gui.failed.row_model import FailedPage
from gui.failed.strip import Notice
from gui.failed.words import done_text, messages, progress_text
from gui.theme import Theme
from gui.widgets import GAP_PX, Button

GROUPS_PX, LIST_PX, REPAIR_PX = 268, 496, 404
NARROW_GROUPS_PX, NARROW_REPAIR_PX = 196, 324
NARROW_PX = 1_100
MESSAGE_MS = 60  # held arrow keys do not read every message they pass
DONE_MS = 8_000
READ_IN, DONE, PROBLEM = "read in", "done", "problem"
RETRY, DISCARD, CHECK = "retry", "discard", "check"


class FailedWorkspace(QWidget):
    """Main thread. Keeps what is chosen; does nothing to a message by itself."""

    page_wanted = Signal(object)  # PageAsked
    message_wanted = Signal(str)  # key
    keys_wanted = Signal(str, object)  # what for, FailedFilter
    retry_requested = Signal(object)  # keys
    discard_requested = Signal(object)  # keys
    resend_requested = Signal(str, bytes)  # key, body
    read_in_requested = Signal()
    cancel_requested = Signal()
    refresh_requested = Signal()
    export_requested = Signal(str, object, object)  # path, FailedFilter, keys (None: all that match)

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.groups = GroupsPanel(theme, now_ms=now_ms, zone=zone)
        self.list = ListPanel(theme, now_ms=now_ms, zone=zone)
        self.repair = RepairPanel(theme, now_ms=now_ms, zone=zone)
        self._busy = self._wants_focus = False
        self._unseen = 0
        self._unseen_closed = 0
        self._seek_key = ""
        self._begin_key = ""
        self._message_timer = self._timer(MESSAGE_MS, self._on_message_due)
        self._done_timer = self._timer(DONE_MS, self._on_done_shown)
        self._acts = self._make_actions()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(self.groups, 0)
        row.addWidget(self.list, 1)
        row.addWidget(self.repair, 0)
        self._connect()
        QWidget.setTabOrder(self.groups.view, self.list.search)

    @property
    def command_actions(self) -> Sequence[QAction]:
        """For the palette."""
        return self._acts

    @property
    def busy(self) -> bool:
        return self._busy

    # --- what it is told -----------------------------------------------------------------------------------------

    def show_groups(self, groups: Sequence[FailedGroup]) -> None:
        self.list.set_anything(bool(groups))
        self.groups.show_groups(groups)
        if not groups:
            if self.list.model.rowCount():
                self.list.show_list("Failed messages", self._wanted())
            self.repair.clear("Nothing to repair", "A message that a worker gives up is shown here.")

    def show_page(self, page: FailedPage) -> None:
        self.list.take(page)
        self._show_place()
        self._focus_messages()

    def show_message(self, one: FailedMessage | None) -> None:
        """The one that was asked for."""
        if one is None:
            return
        if one.row.key == self.list.table.current_key:
            self.repair.show_message(one)
            if self._begin_key == one.row.key:
                self._begin_key = ""
                self.repair.begin()

    def show_reading_problem(self, error: PacelineError) -> None:
        self.list.show_problem(str(error))

    def take_keys(self, purpose: str, keys: tuple[str, ...]) -> None:
        """The answer to `keys_wanted`: all that match, as they were at the click."""
        if purpose == CHECK:
            self.list.model.check(keys)
        elif keys and not self._busy:
            if purpose == RETRY:
                self._retry(keys)
            else:
                self._ask_to_discard(keys)

    def show_progress(self, act: str, done: int, total: int) -> None:
        if self._busy:
            self.list.bar.show_progress(progress_text(act, done, total), done, total)

    def show_done(self, act: str, done: int, skipped: int, problem: str, remark: str) -> None:
        """An act is over."""
        self.end_busy()
        self.list.model.check(())
        words = done_text(act, done, skipped)
        if problem or remark:
            self.list.strip.show_notice(Notice(PROBLEM, "problem", f"{problem or remark} {words}.".strip()))
        else:
            self._done_timer.start()
            self.list.strip.show_notice(Notice(DONE, "done", f"{words}."))

    def show_refusal(self, error: InvalidWorkoutError | UndecodableBodyError) -> None:
        """A repaired body that would fail again."""
        self.end_busy()
        self.repair.show_refusal(self.repair.key, error)

    def show_unseen(self, unseen: int) -> None:
        """How many are in the broker's failed queue only."""
        self._unseen = unseen
        self._show_offer()

    def set_can_act(self, can_act: bool) -> None:
        self.list.bar.set_can_act(can_act)
        self.repair.set_can_act(can_act)

    def set_units(self, units: Units) -> None:
        self.list.model.set_units(units)
        self.repair.set_units(units)

    def focus_first(self) -> None:
        """To the messages; to the causes while there are none to see."""
        self._wants_focus = True
        self.groups.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus_messages()

    def end_busy(self) -> None:
        self._set_busy(False)

    def open_message(self, key: str, code: str | None) -> None:
        """Show a message of a cause, and begin its repair."""
        self.list.search.blockSignals(True)
        self.list.search.clear()
        self.list.search.blockSignals(False)
        self._seek_key = self._begin_key = key
        self.groups.choose(code)
        if self._seek_key:  # that cause was chosen already
            self._show_list()
        self.message_wanted.emit(key)

    # --- how it is built -----------------------------------------------------------------------------------------

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.width()
        narrow = width < NARROW_PX
        self.groups.set_narrow(narrow)
        if narrow:
            self.groups.setFixedWidth(NARROW_GROUPS_PX)
            self.repair.setFixedWidth(NARROW_REPAIR_PX)
            return
        # What is left over goes to the list first, which may grow by half, then to the repair.
        spare = max(0, width - GROUPS_PX - LIST_PX - REPAIR_PX - 2 * GAP_PX)
        self.groups.setFixedWidth(GROUPS_PX)
        self.repair.setFixedWidth(REPAIR_PX + min(240, spare // 3))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._show_mnemonics(event)
        super().keyPressEvent(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._show_mnemonics(event)
        super().keyReleaseEvent(event)

    def _show_mnemonics(self, event: QKeyEvent) -> None:
        """Alt was pressed or let go: underlined letters come or go."""
        if event.key() == Qt.Key.Key_Alt:
            for widget in (*self.findChildren(Button), *self.findChildren(FieldLabel), self.repair.fields.more.button):
                widget.update()

    def _connect(self) -> None:
        self.groups.chosen.connect(self._on_cause_chosen)
        self.groups.left_for_messages.connect(self._on_left_for_messages)
        self.list.model.page_wanted.connect(self.page_wanted)
        self.list.filter_changed.connect(self._on_filter_changed)
        self.list.all_toggled.connect(self._on_all_toggled)
        self.list.retry_wanted.connect(self._on_retry_listed)
        self.list.discard_wanted.connect(self._on_discard_listed)
        self.list.export_wanted.connect(self._on_export_wanted)
        self.list.retry_reading.connect(self.refresh_requested)
        self.list.bar.cancel_wanted.connect(self.cancel_requested)
        self.list.strip.accepted.connect(self._on_strip_accepted)
        self.list.strip.dismissed.connect(self._on_strip_dismissed)
        table = self.list.table
        table.current_changed.connect(self._on_current_changed)
        table.repair_wanted.connect(self._on_repair_wanted)
        table.retry_wanted.connect(self._on_retry_chosen)
        table.discard_wanted.connect(self._on_discard_chosen)
        self.repair.resend_requested.connect(self._on_resend_requested)
        self.repair.retry_requested.connect(self._on_retry_one)
        self.repair.discard_requested.connect(self._on_discard_one)
        self.repair.step_wanted.connect(self._on_step_wanted)
        self.repair.left.connect(self._on_left_for_messages)

    def _make_actions(self) -> list[QAction]:
        made = []
        for words, slot in (
            ("Failed: search", self._on_search_action),
            ("Failed: select all that match", self._on_all_toggled),
            ("Failed: send the selected ones again", self._on_retry_chosen),
            ("Failed: discard the selected ones…", self._on_discard_chosen),
            ("Failed: read in what only the broker's failed queue has", self._on_read_in),
        ):
            action = QAction(words, self)
            action.setProperty("group", "Failed")
            action.triggered.connect(slot)
            made.append(action)
        return made

    def _timer(self, interval_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        return timer

    def _wanted(self) -> FailedFilter:
        return FailedFilter(self.groups.code, self.list.text)

    def _show_list(self) -> None:
        key, self._seek_key = self._seek_key, ""
        self.list.show_list(self.groups.title, self._wanted(), key)

    def _show_place(self) -> None:
        current = self.list.table.currentIndex()
        if current.isValid():
            self.repair.show_place(current.row(), self.list.model.rowCount())

    def _focus_messages(self) -> None:
        if self._wants_focus and self.list.table.isVisible():
            if self.groups.view.hasFocus():
                self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)
            self._wants_focus = False

    def _show_offer(self) -> None:
        strip = self.list.strip
        if self._unseen > self._unseen_closed:
            if strip.notice is None or strip.notice.key == READ_IN:
                text = f"{messages(self._unseen)} in the broker's failed queue only."
                strip.show_notice(Notice(READ_IN, "offer", text, "Read in"))
        elif strip.notice is not None and strip.notice.key == READ_IN:
            strip.show_notice(None)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.repair.set_busy(busy)
        if not busy:
            self.list.bar.end_progress()

    # --- what the user does --------------------------------------------------------------------------------------

    def _chosen(self) -> tuple[str, ...]:
        """The checked ones; where there are none, the current one."""
        checked = self.list.model.checked
        current = self.list.table.current_key
        return tuple(sorted(checked)) if checked else ((current,) if current else ())

    def _retry(self, keys: tuple[str, ...]) -> None:
        if keys and not self._busy and self.list.bar.retry_button.isEnabled():
            self._set_busy(True)
            self.show_progress(RETRY, 0, len(keys))
            self.retry_requested.emit(keys)

    def _ask_to_discard(self, keys: tuple[str, ...]) -> None:
        if keys and not self._busy and self.list.bar.discard_button.isEnabled():
            dialog = DiscardDialog(self._theme, keys, self.window())
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.confirmed.connect(self._on_discard_confirmed)
            dialog.open()

    @Slot(object)
    def _on_discard_confirmed(self, keys: tuple[str, ...]) -> None:
        if not self._busy:
            self._set_busy(True)
            self.show_progress(DISCARD, 0, len(keys))
            self.discard_requested.emit(keys)

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
            self.message_wanted.emit(key)

    @Slot()
    def _on_repair_wanted(self) -> None:
        key = self.list.table.current_key
        if key and self.repair.key == key:
            self.repair.begin()
        elif key:
            self._begin_key = key
            self.message_wanted.emit(key)

    @Slot()
    def _on_all_toggled(self) -> None:
        """All that match, or none where all are checked already."""
        if self.list.model.checked and len(self.list.model.checked) >= self.list.model.rowCount():
            self.list.model.check(())
        else:
            self.keys_wanted.emit(CHECK, self._wanted())

    @Slot()
    def _on_retry_chosen(self) -> None:
        self._retry(self._chosen())

    @Slot()
    def _on_discard_chosen(self) -> None:
        self._ask_to_discard(self._chosen())

    @Slot()
    def _on_retry_listed(self) -> None:
        if self.list.model.checked:
            self._retry(self._chosen())
        else:
            self.keys_wanted.emit(RETRY, self._wanted())

    @Slot()
    def _on_discard_listed(self) -> None:
        if self.list.model.checked:
            self._ask_to_discard(self._chosen())
        else:
            self.keys_wanted.emit(DISCARD, self._wanted())

    @Slot(str)
    def _on_retry_one(self, key: str) -> None:
        self._retry((key,))

    @Slot(str)
    def _on_discard_one(self, key: str) -> None:
        self._ask_to_discard((key,))

    @Slot(str, bytes)
    def _on_resend_requested(self, key: str, body: bytes) -> None:
        if not self._busy:
            self._set_busy(True)
            self.resend_requested.emit(key, body)
            self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _on_step_wanted(self, step: int) -> None:
        self.list.table.choose(self.list.table.currentIndex().row() + step)

    @Slot()
    def _on_search_action(self) -> None:
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_read_in(self) -> None:
        if not self._busy:
            self._set_busy(True)
            self.read_in_requested.emit()

    @Slot(str)
    def _on_strip_accepted(self, _key: str) -> None:
        self._on_read_in()

    @Slot(str)
    def _on_strip_dismissed(self, key: str) -> None:
        if key == READ_IN:
            self._unseen_closed = self._unseen
        self.list.strip.show_notice(None)
        self._show_offer()

    @Slot()
    def _on_done_shown(self) -> None:
        notice = self.list.strip.notice
        if notice is not None and notice.key == DONE:
            self.list.strip.show_notice(None)
            self._show_offer()

    @Slot(str)
    def _on_export_wanted(self, ending: str) -> None:
        keys = self._chosen() if self.list.model.checked else None
        dialog = QFileDialog(self.window(), "Export failed messages", f"failed-messages.{ending}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        _Target(self, dialog, self._wanted(), keys)
        dialog.open()


class _Target(QObject):
    """Lives with its dialog and hands the chosen name on, with what was chosen when it was opened."""

    def __init__(
        self, workspace: FailedWorkspace, dialog: QFileDialog, wanted: FailedFilter, keys: tuple[str, ...] | None
    ) -> None:
        super().__init__(dialog)
        self._workspace, self._wanted, self._keys = workspace, wanted, keys
        dialog.fileSelected.connect(self._on_file_selected)

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self._workspace.export_requested.emit(str(Path(path)), self._wanted, self._keys)
