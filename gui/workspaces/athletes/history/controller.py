"""Connects the history to the results: pages, what changed since, and exports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from core.athletes.history import HistoryPage, HistoryRequest
from core.errors import PacelineError
from core.events import BatchProcessed, Event, EventsLost
from gui.formatting import clock_text
from gui.forms.formatting import Units
from gui.frame.workspace import WorkspaceContext
from gui.frame.workspace_entry import CorrectWorkout, OpenWorkout, UseAgain
from gui.workspaces.athletes.formatting import counted
from gui.workspaces.athletes.history.panel import HistoryPanel
from worker.runtime.query import Query

if TYPE_CHECKING:
    from worker.exports.history import HistoryExport

READ_AGAIN_MS = 1_000


class HistoryController(QObject):
    """Main thread. Reads only while the history is shown."""

    navigation_requested = Signal(object)  # Request
    notice_raised = Signal(str)

    def __init__(self, panel: HistoryPanel, context: WorkspaceContext) -> None:
        super().__init__(panel)
        self._panel, self._context, self._host = panel, context, context.host
        self._shown = self._changed = False
        self._touched = False  # a row that is loaded was changed
        self._read_at_ms = 0
        self._export: HistoryExport | None = None
        changes = panel.table.changes
        changes.why_not_any = context.changes.why_not
        changes.delete_requested.connect(context.changes.ask_delete)
        changes.correct_requested.connect(self._on_correct_requested)
        changes.again_requested.connect(self._on_again_requested)
        panel.model.page_requested.connect(self._on_page_requested)
        panel.table.opened.connect(self._on_opened)
        panel.table.revisions_requested.connect(self._on_revisions_requested)
        panel.export_requested.connect(self._on_export_requested)
        panel.export_cancelled.connect(self.stop)
        context.rules.changed.connect(self._on_rules_changed)
        self._on_rules_changed()

    def set_shown(self, shown: bool) -> None:
        self._shown = shown
        if shown and self._panel.model.loaded:
            self._changed = True

    def opened(self) -> None:
        """The files are open, perhaps others than before."""
        self._panel.model.forget_asked()
        if self._shown:
            self._panel.load()

    def take(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, EventsLost):
                self._changed = True
            elif isinstance(event, BatchProcessed) and event.outcomes:
                self._changed = True
                model = self._panel.model
                self._touched |= any(model.number_of(outcome.workout_id) is not None for outcome in event.outcomes)

    def forget(self, athlete: str) -> None:
        """Everything of this athlete was erased: the rows are read anew."""
        self._panel.forget(athlete)

    def tick(self) -> None:
        """Read again what has changed. What had to be looked for is only read again when one of its rows changed."""
        now_ms, panel = self._context.now_ms(), self._panel
        if self._export is not None:
            panel.show_export(f"{counted(self._export.written, 'workout')} written")
        scans = panel.model.wanted.wanted.scans
        panel.show_as_of(clock_text(self._read_at_ms, self._context.zone) if self._changed and scans else "")
        is_due = self._touched if scans else self._changed
        if not (self._shown and is_due and now_ms - self._read_at_ms >= READ_AGAIN_MS) or panel.model.is_searching:
            return
        self._changed = self._touched = False
        if scans:
            panel.load()
        else:
            panel.model.reload()

    def set_units(self, units: Units) -> None:
        self._panel.set_units(units)

    @Slot()
    def stop(self) -> None:
        """Cancel a running export."""
        if self._export is not None:
            self._export.stop()

    @Slot(object)
    def _on_page_requested(self, wanted: HistoryRequest) -> None:
        self._host.ask(
            Query("history", lambda reader: reader.athletes.history(wanted), self._on_page, self._on_problem)
        )

    def _on_page(self, page: HistoryPage) -> None:
        self._read_at_ms = self._context.now_ms()
        self._panel.take(page)

    def _on_problem(self, error: PacelineError) -> None:
        self._panel.show_problem(str(error))

    @Slot()
    def _on_rules_changed(self) -> None:
        self._panel.filters.set_rules(self._context.rules.rules)
        self._changed = self._touched = True

    @Slot(str)
    def _on_opened(self, workout_id: str) -> None:
        self.navigation_requested.emit(OpenWorkout(workout_id))

    @Slot(str)
    def _on_revisions_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(OpenWorkout(workout_id, revisions=True))

    @Slot(str)
    def _on_correct_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(CorrectWorkout(workout_id))

    @Slot(str)
    def _on_again_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(UseAgain(workout_id))

    @Slot(str)
    def _on_export_requested(self, ending: str) -> None:
        if self._export is None:
            dialog = QFileDialog(self._panel.window(), "Export the history", f"history.{ending}")
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(ending)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.fileSelected.connect(self.export_to)
            dialog.open()

    @Slot(str)
    def export_to(self, path: str) -> None:
        """Write what is filtered now, in the order shown, to this file. `.csv`: a table, else JSON."""
        from core.store.reader import ResultsReader
        from worker.exports.history import HistoryExport

        if self._export is not None:
            return
        reader = ResultsReader(self._host.settings.database_url, now_ms=self._context.now_ms)
        export = self._export = HistoryExport(reader, Path(path), self._panel.model.wanted)
        self._panel.show_export("Writing…")
        self._context.tasks.run(export.run, partial(self._on_exported, Path(path).name), self._on_export_failed)

    def _on_exported(self, name: str, written: int) -> None:
        self._end_export(f"{counted(written, 'workout')} saved as {name}.")

    def _on_export_failed(self, error: PacelineError) -> None:
        self._end_export(str(error))

    def _end_export(self, sentence: str) -> None:
        self._export = None
        self._panel.show_export("")
        self.notice_raised.emit(sentence)
