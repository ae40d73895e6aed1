"""The workers panel: what each worker is doing, its last heartbeat, and its actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from core.events import WorkerState
from core.live.workers import LiveWorker
from gui.frame.worker_names import WorkerNames
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import Button, Label, Panel, pressed
from gui.widgets.announcements import show_note
from gui.widgets.painted_table import PaintedTable
from gui.widgets.row_menu import RowAction
from gui.workspaces.pipeline.empty_state import PipelineEmptyState
from gui.workspaces.pipeline.workers.actions import actions_of, next_prefetch, why_not_controlled
from gui.workspaces.pipeline.workers.columns import FEWER, MORE
from gui.workspaces.pipeline.workers.table_model import WorkersModel
from gui.workspaces.pipeline.workers.worker_row import WorkerRow

ROW_PX = 30
NARROW_PX = 760
_HEADS_PX = 72
_LEAST_ROWS = 2


class WorkersTable(PaintedTable[WorkerRow]):
    """P, D, S, K act on the current row, + and - change its prefetch; its menu has the same actions."""

    action_requested = Signal(str, str)  # act, worker
    prefetch_requested = Signal(str, int)  # worker, number

    def __init__(self, theme: Theme, model: WorkersModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, "Workers", row_px=ROW_PX, narrow_px=NARROW_PX, mark=None, parent=parent)
        self.button_clicked.connect(self._on_button_clicked)
        self.row_actions = self._menu_of

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, name = self.current_row, pressed(Scope.WORKERS, event)
        if row is None or not name:
            super().keyPressEvent(event)
        elif name in ("more", "fewer"):
            self._step(row, 1 if name == "more" else -1)
        else:
            self._act(row, name)

    def _menu_of(self, row: WorkerRow) -> list[RowAction]:
        return [
            RowAction(
                action.act.verb if action.why_not else action.words,
                partial(self.action_requested.emit, action.name, row.view.name),
                action.why_not,
            )
            for action in actions_of(row)
        ]

    def _act(self, row: WorkerRow, key_name: str) -> None:
        action = next(each for each in actions_of(row) if each.key_name == key_name)
        if action.why_not:
            show_note(self, action.why_not)
        else:
            self.action_requested.emit(action.name, row.view.name)

    def _step(self, row: WorkerRow, step: int) -> None:
        if why_not := why_not_controlled(row):
            show_note(self, why_not)
        elif row.view.prefetch is not None:
            self.prefetch_requested.emit(row.view.name, next_prefetch(row.view.prefetch, step))

    @Slot(str, object)
    def _on_button_clicked(self, name: str, row: WorkerRow) -> None:
        if name in (FEWER, MORE):
            self._step(row, 1 if name == MORE else -1)
        else:
            self.action_requested.emit(name, row.view.name)


class WorkersPanel(Panel):
    """Main thread. Call `show_workers` twice a second; requested actions are signals."""

    action_requested = Signal(str, str)
    prefetch_requested = Signal(str, int)
    worker_added = Signal()

    def __init__(self, theme: Theme, names: WorkerNames, parent: QWidget | None = None) -> None:
        super().__init__("Workers", parent)
        self._theme = theme
        self.body.setContentsMargins(6, 6, 2, 1)
        self.model = WorkersModel(names, self)
        self.table = WorkersTable(theme, self.model)
        self._build_head()
        self._empty = PipelineEmptyState(theme, "account-hard-hat-outline")
        self._pages = self.add_pages()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        self.table.action_requested.connect(self.action_requested)
        self.table.prefetch_requested.connect(self.prefetch_requested)
        self.add_button.clicked.connect(self.worker_added)
        theme.bound_height(self, _HEADS_PX + _LEAST_ROWS * ROW_PX)

    @property
    def summary(self) -> str:
        return self._summary.text()

    def show_workers(self, views: Sequence[LiveWorker], *, can_act: bool, offline_since: str) -> None:
        """`offline_since`: time from which other workers are not heard."""
        self.model.take(views, can_act=can_act)
        rows = self.model.rows
        self._summary.setText(summary_of(rows, offline_since))
        self.add_button.setVisible(can_act)
        self._update_empty_state(offline=bool(offline_since), can_act=can_act)
        self._pages.setCurrentWidget(self.table if rows else self._empty)
        # As high as its rows; the tail takes the rest.
        least_px, most_px = (_HEADS_PX + ROW_PX * count for count in (_LEAST_ROWS, max(_LEAST_ROWS, len(rows))))
        self._theme.bound_height(self, least_px, most_px)

    @override
    def hasHeightForWidth(self) -> bool:
        return False  # the text of the empty state must not set the panel's minimum height

    def _update_empty_state(self, *, offline: bool, can_act: bool) -> None:
        if offline:
            self._empty.show_text(
                "Workers are not known while offline", "They appear again as soon as the broker answers."
            )
        else:
            here = "Start one here, or paceline-worker on any computer." if can_act else ""
            self._empty.show_text(
                "No worker yet", here or "Start paceline-worker on any computer that reaches this queue."
            )

    def _build_head(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(6, 0, 10, 4)
        head.setSpacing(10)
        head.addWidget(Label(self._theme, "Workers", "title"))
        self._summary = Label(self._theme, "", "body", "second")
        head.addWidget(self._summary)
        head.addStretch(1)
        self.add_button = Button(self._theme, "Add worker", "plus", role="small")
        self.add_button.hide()
        head.addWidget(self.add_button)
        self.body.addLayout(head)


def summary_of(rows: Sequence[WorkerRow], as_of: str) -> str:
    """`2 of 3 running, 1 silent`; `as_of`: the time at which that was last known, empty for now."""
    counts = Counter(row.state_words for row in rows)
    running = counts.pop(WorkerState.RUNNING.value, 0)
    words = [f"{running:,} of {len(rows):,} running", *(f"{count:,} {state}" for state, count in counts.items())]
    return f"{', '.join(words)}{f', as of {as_of}' if as_of else ''}" if rows else ""
