"""Table model of the workers; updated twice a second with a few signals."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import Qt
from typing_extensions import override

from core.events import WorkerState
from core.live.workers import LiveWorker
from gui.charts.formatting import NOTHING, duration, rate_parts
from gui.frame.view_models import age_text
from gui.widgets.table_base import Index, TitledTable
from gui.workspaces.pipeline.worker_names import WorkerNames
from gui.workspaces.pipeline.workers.worker_row import WorkerRow


class WorkerColumn(IntEnum):
    WORKER = 0
    STATE = 1
    HEARTBEAT = 2
    JOB = 3
    FOR = 4
    RATE = 5
    PREFETCH = 6
    ACTIONS = 7


TITLES = ("Worker", "State", "Heartbeat", "Current job", "For", "Rate", "Prefetch", "")
NUMBERS = frozenset({WorkerColumn.HEARTBEAT, WorkerColumn.FOR, WorkerColumn.RATE})
RowRole = int(Qt.ItemDataRole.UserRole)


class WorkersModel(TitledTable):
    """Main thread. This console's workers first, then the others by name."""

    titles = TITLES
    numbers = NUMBERS

    def __init__(self, names: WorkerNames) -> None:
        super().__init__()
        self._names = names
        self._rows: list[WorkerRow] = []

    @property
    def rows(self) -> Sequence[WorkerRow]:
        return self._rows

    def row_of(self, name: str) -> int | None:
        """The row of the worker with this whole name, or None."""
        return next((place for place, row in enumerate(self._rows) if row.view.name == name), None)

    def take(self, views: Sequence[LiveWorker], *, can_act: bool) -> None:
        rows = [self._row(view, can_act=can_act) for view in self._with_own(views)]
        rows.sort(key=lambda row: (not row.own, row.view.name if not row.own else ""))
        if [row.view.name for row in rows] == [row.view.name for row in self._rows]:
            if rows != self._rows:
                self._rows = rows
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(WorkerColumn) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _with_own(self, views: Sequence[LiveWorker]) -> list[LiveWorker]:
        """This console's workers are always listed, so that a stopped one can be started again."""
        by_name = {view.name: view for view in views}
        own = [by_name.get(name) or _stopped(name) for name in self._names.own]
        return own + [view for view in views if not self._names.is_own(view.name)]

    def _row(self, view: LiveWorker, *, can_act: bool) -> WorkerRow:
        own = self._names.is_own(view.name)
        return WorkerRow(view, *self._names.title(view), own, own and can_act)

    @override
    def count(self) -> int:
        return len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.sentence
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{TITLES[index.column()] or 'Actions'}: {_text(row, index.column())}"
        return None


def _stopped(name: str) -> LiveWorker:
    return LiveWorker(name, WorkerState.STOPPED, "", 0, 0, 0, 0)


def _text(row: WorkerRow, column: int) -> str:
    view = row.view
    match column:
        case WorkerColumn.WORKER:
            return f"{row.name} {row.place}".strip()
        case WorkerColumn.STATE:
            return row.state_words
        case WorkerColumn.HEARTBEAT:
            return age_text(view.age_ms / 1000) if view.last_seen_ms else NOTHING
        case WorkerColumn.JOB:
            return " ".join(row.job_words).strip() or NOTHING
        case WorkerColumn.FOR:
            return (
                duration(float(max(1, view.job_for_ms))) if view.job is not None and not view.presumed_dead else NOTHING
            )
        case WorkerColumn.RATE:
            return " ".join(rate_parts(view.rate_per_s)).strip()
        case WorkerColumn.PREFETCH:
            return NOTHING if view.prefetch is None else f"{view.prefetch:,}"
        case _:
            return row.leaves_words
