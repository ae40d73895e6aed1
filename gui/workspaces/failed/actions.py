"""Retry, discard, repair, convert and export failed messages: questions, progress and result of each action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.errors import InvalidWorkoutError, UndecodableBodyError
from core.failures.corrections import BulkFixProposal, FieldCorrection
from core.failures.models import FailedFilter
from core.live.resends import ResendCounts
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets.announcements import announce, show_note
from gui.widgets.timers import once_timer
from gui.workspaces.failed.bulk_fix.controller import Converting
from gui.workspaces.failed.bulk_fix.formatting import suggestion_notice
from gui.workspaces.failed.formatting import done_text, followed_text, progress_text, skipped_text
from gui.workspaces.failed.messages.action_bar import BUSY, NO_MESSAGE
from gui.workspaces.failed.messages.discard_dialog import DiscardDialog
from gui.workspaces.failed.messages.export_dialog import ExportDialog
from gui.workspaces.failed.messages.notice_strip import Notices
from gui.workspaces.failed.messages.panel import ListPanel
from gui.workspaces.failed.repair.panel import RepairPanel

SLOW_MS = 400
NOT_OPEN = "The results are not open yet"
NOT_CONNECTED = "Not connected to the broker"
NONE_SHARED = "No mistake is known that these messages share"
RETRY, DISCARD, CHECK, CONVERT, READ_IN = "retry", "discard", "check", "convert", "read in"


class FailedActions(QObject):
    """Main thread. One action at a time; what cannot be done now says why in the status bar.

    Emits signals to request actions; their results come in by methods.
    """

    keys_requested = Signal(str, object)  # purpose, FailedFilter; answered by take_keys
    retry_requested = Signal(object)  # keys
    discard_requested = Signal(object)  # keys
    resend_requested = Signal(str, bytes)  # key, body
    convert_requested = Signal(object)  # changes
    read_in_requested = Signal()
    cancel_requested = Signal()
    outcome_dismissed = Signal()
    findings_changed = Signal()
    export_requested = Signal(str, object, object)  # path, FailedFilter, keys (None: all that match)

    def __init__(
        self,
        theme: Theme,
        messages_list: ListPanel,
        repair: RepairPanel,
        parent: QWidget,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo,
    ) -> None:
        super().__init__(parent)
        self._theme, self._list, self._repair, self._widget = theme, messages_list, repair, parent
        self._busy = False
        self._why_not = NOT_OPEN
        self._lost = False
        self._slow_words = ""
        self._acting: tuple[str, ...] = ()
        self._notes = ""  # sentences below the last outcome
        self._failing = False
        self._notices = Notices(messages_list.strip)
        self._converting = Converting(theme, self._notices, parent, now_ms=now_ms, zone=zone)
        self._slow_timer = once_timer(self, SLOW_MS, self._on_slow)
        self._connect()

    def _connect(self) -> None:
        shown, repair, table = self._list, self._repair, self._list.table
        shown.all_toggled.connect(self.toggle_all)
        shown.retry_requested.connect(self._on_retry_listed)
        shown.discard_requested.connect(self._on_discard_listed)
        shown.export_requested.connect(self._on_export_requested)
        shown.bar.cancel_requested.connect(self.cancel_requested)
        self._notices.read_in_requested.connect(self.read_in)
        self._notices.convert_requested.connect(self.convert)
        self._notices.outcome_dismissed.connect(self.outcome_dismissed)
        self._converting.confirmed.connect(self._on_convert_confirmed)
        table.retry_requested.connect(self.retry_chosen)
        table.discard_requested.connect(self.discard_chosen)
        repair.resend_requested.connect(self._on_resend_requested)
        repair.retry_requested.connect(self._on_retry_one)
        repair.discard_requested.connect(self._on_discard_one)

    @property
    def busy(self) -> bool:
        return self._busy

    def why_not(self) -> str:
        """Why no action can begin; empty: one can."""
        return self._why_not or (BUSY if self._busy else "")

    def why_not_send(self) -> str:
        """Why no action that needs the broker can begin: all but a discard, which changes the list alone."""
        return self.why_not() or (NOT_CONNECTED if self._lost else "")

    def why_not_retry_chosen(self) -> str:
        """Why the checked messages, or the current one, cannot be sent again."""
        return self.why_not_send() or self._why_none_chosen()

    def why_not_discard_chosen(self) -> str:
        return self.why_not() or self._why_none_chosen()

    def _why_none_chosen(self) -> str:
        return "" if self._chosen() else NO_MESSAGE

    def why_not_convert(self) -> str:
        return self.why_not_send() or ("" if self._converting.findings is not None else NONE_SHARED)

    @property
    def convert_words(self) -> str:
        """`Con&vert 15 to km…`"""
        findings = self._converting.findings
        return "Con&vert…" if findings is None else suggestion_notice(findings).button

    def take_keys(self, purpose: str, keys: tuple[str, ...]) -> None:
        """The reply to `keys_requested`: the keys of all messages that matched at the click."""
        if purpose == CHECK:
            self._list.model.check(keys)
        elif keys and not self._busy:
            if purpose == RETRY:
                self.retry(keys)
            else:
                self.ask_to_discard(keys)

    def show_progress(self, act: str, done: int, total: int) -> None:
        if self._busy:
            self._list.bar.show_progress(progress_text(act, done, total), done, total)

    def show_done(self, act: str, done: int, skipped: int, problem: str, remark: str) -> None:
        """Show the result of an action."""
        self.end_busy()
        self._list.model.uncheck(self._acting)
        # A remark about messages that could not be fetched tells of a problem, too.
        self._failing = bool(problem or (remark and act == READ_IN))
        self._notes = " ".join(filter(None, (skipped_text(act, skipped), problem, remark)))
        self._show_outcome("problem" if self._failing else "done", done_text(act, done))
        announce(self._widget, f"{done_text(act, done)}. {self._notes}".rstrip())

    def show_followed(self, counts: ResendCounts) -> None:
        """Show what has become of messages that were sent."""
        failing = self._failing or counts.failed > 0
        self._show_outcome("problem" if failing else "waiting" if counts.waiting else "done", followed_text(counts))
        if not counts.waiting or counts.overdue:
            announce(self._widget, f"{followed_text(counts)}.")

    def _show_outcome(self, kind: Literal["waiting", "done", "problem"], words: str) -> None:
        self._notices.show_outcome(kind, f"{words}. {self._notes}".rstrip(), lasts=kind != "done" or bool(self._notes))

    def show_refusal(self, error: InvalidWorkoutError | UndecodableBodyError) -> None:
        """Show why a repaired body was not sent: it would fail again."""
        self.end_busy()
        self._repair.show_refusal(self._repair.key, error)

    def show_unseen(self, unseen: int) -> None:
        """Show how many more messages are in the broker's failed queue than on the list."""
        self._notices.show_unseen(unseen)

    def show_findings(self, findings: BulkFixProposal | None) -> None:
        """Show the mistake that many messages of the list share; None: none is known."""
        self._converting.show_findings(findings)
        self.findings_changed.emit()

    def set_units(self, units: Units) -> None:
        self._converting.set_units(units)

    def set_why_not(self, why_not: str) -> None:
        """Disable actions, for this reason; empty: enable them."""
        self._why_not = why_not
        self._show_why_not()

    def set_lost(self, lost: bool) -> None:
        """Whether the broker cannot be reached: messages cannot be sent, nor those in its queue be fetched."""
        if lost != self._lost:
            self._lost = lost
            self._show_why_not()

    def end_busy(self) -> None:
        self._set_busy(False)

    @Slot()
    def toggle_all(self) -> None:
        """Check all that match, or uncheck them if all are checked."""
        if self._list.model.checked_count and self._list.model.checked_count >= self._list.model.rowCount():
            self._list.model.check(())
        else:
            self.keys_requested.emit(CHECK, self._list.model.wanted)

    @Slot()
    def retry_chosen(self) -> None:
        """Retry the checked messages; without any, the current one."""
        self.retry(self._chosen())

    @Slot()
    def discard_chosen(self) -> None:
        """Discard the checked messages, or the current one, after a question."""
        self.ask_to_discard(self._chosen())

    def retry_all(self, wanted: FailedFilter) -> None:
        """Retry all messages that match now."""
        if self._begins(self.why_not_send()):
            self.keys_requested.emit(RETRY, wanted)

    def retry(self, keys: tuple[str, ...]) -> None:
        if self._begins(self.why_not_send() or ("" if keys else NO_MESSAGE)):
            self._set_busy(True)
            self._acting = keys
            self.show_progress(RETRY, 0, len(keys))
            self.retry_requested.emit(keys)

    def ask_to_discard(self, keys: tuple[str, ...]) -> None:
        if self._begins(self.why_not() or ("" if keys else NO_MESSAGE)):
            dialog = DiscardDialog(self._theme, keys, self._widget.window())
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.confirmed.connect(self._on_discard_confirmed)
            dialog.open()

    @Slot()
    def _on_retry_listed(self) -> None:
        if self._list.model.checked_count:
            self.retry(self._chosen())
        else:
            self.retry_all(self._list.model.wanted)

    @Slot()
    def _on_discard_listed(self) -> None:
        if self._list.model.checked_count:
            self.ask_to_discard(self._chosen())
        else:
            self.keys_requested.emit(DISCARD, self._list.model.wanted)

    @Slot(str)
    def _on_retry_one(self, key: str) -> None:
        self.retry((key,))

    @Slot(str)
    def _on_discard_one(self, key: str) -> None:
        self.ask_to_discard((key,))

    @Slot(str, bytes)
    def _on_resend_requested(self, key: str, body: bytes) -> None:
        if not self._busy:
            self._acting = (key,)
            self._set_busy(True, "Sending the repaired message")
            self.resend_requested.emit(key, body)
            self._list.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_busy(self, busy: bool, slow_words: str = "") -> None:
        """`slow_words`: text for an action without progress if it takes long."""
        self._busy, self._slow_words = busy, slow_words
        if slow_words:
            self._slow_timer.start()
        else:
            self._slow_timer.stop()
        self._show_why_not()
        if not busy:
            self._list.bar.end_progress()

    def _show_why_not(self) -> None:
        why_not, send = self.why_not(), self.why_not_send()
        self._list.bar.set_why_not(retry=send, discard=why_not)
        self._repair.set_why_not(send=send, discard=why_not)
        self._notices.set_why_not(send)

    def _chosen(self) -> tuple[str, ...]:
        """The checked messages; without any, the current one."""
        checked = self._list.model.checked
        current = self._list.table.current_key
        return tuple(sorted(checked)) if checked else ((current,) if current else ())

    def _begins(self, why_not: str) -> bool:
        """Whether an action begins; if not, say why."""
        if why_not:
            show_note(self._widget, why_not)
        return not why_not

    @Slot(object)
    def _on_discard_confirmed(self, keys: tuple[str, ...]) -> None:
        if not self._busy:
            self._set_busy(True)
            self._acting = keys
            self.show_progress(DISCARD, 0, len(keys))
            self.discard_requested.emit(keys)

    @Slot()
    def read_in(self) -> None:
        """Import what only the broker's failed queue has."""
        if self._begins(self.why_not_send()):
            self._acting = ()
            self._set_busy(True, "Fetching failed messages missing here")
            self.read_in_requested.emit()

    @Slot()
    def convert(self) -> None:
        """Open the preview of the correction for messages that share a mistake."""
        if self._begins(self.why_not_convert()):
            self._converting.open_preview()

    @Slot(object)
    def _on_convert_confirmed(self, changes: tuple[FieldCorrection, ...]) -> None:
        if not self._busy:
            self._set_busy(True)
            self._acting = tuple(change.key for change in changes)
            self.show_findings(None)
            self._list.table.setFocus(Qt.FocusReason.OtherFocusReason)
            self.show_progress(CONVERT, 0, len(changes))
            self.convert_requested.emit(changes)

    @Slot()
    def _on_slow(self) -> None:
        self._list.bar.show_progress(self._slow_words, 0, 0)

    @Slot(str)
    def _on_export_requested(self, ending: str) -> None:
        keys = self._chosen() if self._list.model.checked_count else None
        dialog = ExportDialog(ending, self._list.model.wanted, keys, self._widget.window())
        dialog.target_chosen.connect(self.export_requested)
        dialog.open()
