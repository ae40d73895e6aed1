"""The flow of a recording: as of a demonstration, with nothing that could be changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from core.events import Accepted, Event
from core.live.console_state import ConsoleState
from core.recording.records import RecordedAccount
from gui.frame.workspace import RecordPlayer, WorkspaceContext, WorkspaceController
from gui.widgets.announcements import show_note
from gui.workspaces.demo.flow.panel import FlowPanel


class RecordedDemoController(WorkspaceController):
    """Main thread."""

    def __init__(self, context: WorkspaceContext, player: RecordPlayer) -> None:
        self._flow = FlowPanel(context.theme, context.names, context.now_ms)
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._flow)
        super().__init__(widget)
        self._accepted = 0
        self._account: RecordedAccount | None = None
        player.account_arrived.connect(self._on_account)
        self._flow.add_worker_requested.connect(self._on_add_worker_requested)
        self._flow.failed_requested.connect(self._on_failed_requested)

    @override
    def take(self, events: Sequence[Event]) -> None:
        self._accepted += sum(isinstance(event, Accepted) for event in events)
        self._flow.take(events)

    @override
    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        self._flow.refresh(state, now_ms)

    @override
    def tick(self, state: ConsoleState, now_ms: int) -> None:
        account = self._account
        self._flow.set_producers({"Seen": self._accepted} if account is None else dict(account.producers))
        if account is not None:
            state.note_wrong_ends(len(account.lost), len(account.doubled))
            self._flow.set_account(len(account.lost), len(account.doubled))

    @override
    def set_shown(self, shown: bool) -> None:
        self._flow.set_shown(shown)

    @override
    def focus_first(self) -> None:
        self._flow.view.setFocus()

    @Slot(object)
    def _on_account(self, account: RecordedAccount) -> None:
        self._account = account

    @Slot()
    def _on_add_worker_requested(self) -> None:
        show_note(self.widget, "A recording is played: nothing can be changed.")

    @Slot()
    def _on_failed_requested(self) -> None:
        show_note(self.widget, "A recording has no failed list.")
