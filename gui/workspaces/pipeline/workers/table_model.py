"""Table model of the workers; updated twice a second with a few signals."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from core.events import WorkerState
from core.live.workers import LiveWorker
from gui.frame.worker_names import WorkerNames
from gui.widgets.table_model import RowsModel
from gui.workspaces.pipeline.workers.columns import WORKER_COLUMNS
from gui.workspaces.pipeline.workers.worker_row import WorkerRow


class WorkersModel(RowsModel[WorkerRow]):
    """Main thread. This console's workers first, then the others by name."""

    def __init__(self, names: WorkerNames, parent: QObject | None = None) -> None:
        super().__init__(WORKER_COLUMNS, lambda row: row.view.name, tip=lambda row: row.sentence, parent=parent)
        self._names = names

    def take(self, views: Sequence[LiveWorker], *, can_act: bool) -> None:
        rows = [self._row(view, can_act=can_act) for view in self._with_own(views)]
        rows.sort(key=lambda row: (not row.own, row.view.name if not row.own else ""))
        changed = rows != self.rows
        self.show(rows)
        if changed:
            self.emit_changed()

    def _with_own(self, views: Sequence[LiveWorker]) -> list[LiveWorker]:
        """This console's workers are always listed, so that a stopped one can be started again."""
        by_name = {view.name: view for view in views}
        own = [by_name.get(name) or _stopped(name) for name in self._names.own]
        return own + [view for view in views if not self._names.is_own(view.name)]

    def _row(self, view: LiveWorker, *, can_act: bool) -> WorkerRow:
        own = self._names.is_own(view.name)
        return WorkerRow(view, *self._names.title(view), own, own and can_act)


def _stopped(name: str) -> LiveWorker:
    return LiveWorker(name, WorkerState.STOPPED)
