"""The roster grid as a page: its parts, and what a key or a click does to the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from core.events import Event
from core.roster.check import RowState
from core.roster.draft import RosterDraft
from core.roster.fields import SHOWN_FIRST, in_order
from core.roster.grid import Grid, RosterRow, TrainingSession
from core.roster.template import Template
from gui.changes.undo_offers import UndoOffers
from gui.forms.formatting import Units
from gui.frame.worker_names import WorkerNames
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import GAP_PX, Panel, pressed
from gui.widgets.announcements import show_note
from gui.workspaces.console.receipts.formatting import ReceiptFormat
from gui.workspaces.roster.check_cell import CheckTexts
from gui.workspaces.roster.checks import RowChecks
from gui.workspaces.roster.columns import GridTexts, grid_columns, has_dates
from gui.workspaces.roster.edits import GridEdits
from gui.workspaces.roster.foot import RosterFoot
from gui.workspaces.roster.head import RosterHead
from gui.workspaces.roster.model import RosterModel
from gui.workspaces.roster.notice import PasteNotice
from gui.workspaces.roster.reading import RosterReading
from gui.workspaces.roster.receipts import RowReceipts
from gui.workspaces.roster.table import RosterTable
from gui.workspaces.roster.texts import counted

NAMES_OFFERED = 2_000  # searched at each key press
DEFAULT_SPORT = "Running"


class RosterPage(QWidget):
    """Main thread. Nothing here waits: what is connected to the signals does the work."""

    rows_ready = Signal(list)  # workouts to send, of `take_sent`
    changed = Signal()  # something to keep
    template_requested = Signal(str)  # save the session under this name; empty: ask for it
    template_deleted = Signal(str)
    left = Signal()

    def __init__(
        self,
        theme: Theme,
        names: WorkerNames,
        undo_offers: UndoOffers,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.grid, self.receipts = Grid(), RowReceipts()
        self.reading = RosterReading(now_ms, zone, session=TrainingSession(DEFAULT_SPORT))
        self.checks = RowChecks(self.reading, self)
        self.fields: tuple[str, ...] = SHOWN_FIRST
        self._undo_offers = undo_offers
        self._names = QStringListModel(self)
        self._template = ""
        self._submit_wanted = False
        self.model = RosterModel(self)
        receipt = ReceiptFormat(names, now_ms, self.receipts.log.place, zone)
        check = CheckTexts(theme, self.checks.verdict, lambda row: self.receipts.trace(row.workout_id), receipt)
        self._texts = GridTexts(self.checks.verdict, self.model.number_of, self._preview, check, zone=zone)
        self._show_columns()
        self.table = RosterTable(theme, self.model, self._names)
        self.head, self.notice, self.foot = RosterHead(theme), PasteNotice(theme), RosterFoot(theme)
        panel = Panel("Roster grid", padding_px=0)
        panel.body.setContentsMargins(1, 1, 1, 1)
        panel.body.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self.head)
        column.addWidget(self.notice)
        column.addWidget(panel, 1)
        column.addWidget(self.foot)
        self._edits = GridEdits(self.grid, self.checks, self.model, self.table, self.notice, self)
        self.setFocusProxy(self.table)
        self._connect()
        self.head.show_fields(self.fields)
        self.show_session(self.reading.session)

    @property
    def session(self) -> TrainingSession:
        return self.reading.session

    def set_units(self, units: Units) -> None:
        self.reading.units = self._texts.units = self._texts.check.receipt.units = units
        self._show_columns()
        self._forget_checks()

    def set_names(self, names: Sequence[str]) -> None:
        """The athletes that are stored, to suggest and to compare new ones with."""
        self._names.setStringList(list(names[:NAMES_OFFERED]))
        self.reading.names.set_names(names)
        self._forget_checks()

    def show_session(self, session: TrainingSession) -> None:
        self.reading.session = self._texts.session = session
        self.head.show_session(session, datetime.fromtimestamp(self.reading.now_ms() / 1000, self.reading.zone).date())
        self._forget_checks()

    def show_templates(self, templates: Sequence[Template], chosen: str) -> None:
        self._template = chosen
        self.head.show_templates(templates, chosen)

    @property
    def template_name(self) -> str:
        return self._template

    def restore(self, draft: RosterDraft) -> None:
        """What was in the grid when the program ended."""
        self._set_fields(draft.fields)
        self.grid.load(draft.rows)
        self.show_session(draft.session)
        self._show_rows()

    def use_template(self, template: Template) -> None:
        """In place of all rows, which can be undone."""
        self._set_fields(template.fields)
        self.show_session(replace(self.session, sport=template.sport or self.session.sport))
        self.grid.begin(template.rows)
        self._template = template.name
        self._after_change()
        self.focus_first()

    def take_events(self, events: Sequence[Event]) -> None:
        if self.receipts.take(events):
            self.table.viewport().update()

    def show_clock(self) -> None:
        """Times of receipts go on."""
        if self.isVisible() and self.checks.counts()[RowState.SENT]:
            self.table.viewport().update()

    def focus_first(self) -> None:
        """Where one types on: the first row with nothing done yet."""
        number = next((number for number, row in enumerate(self.grid.rows) if row.is_blank), 0)
        has_athlete = number < len(self.grid.rows) and "userId" in self.grid.rows[number].texts
        self.table.setFocus()
        self.table.go_to(number, "duration" if has_athlete else "userId")

    @Slot()
    def undo(self) -> None:
        """Take back the last step, be it typing or a paste."""
        if self.grid.undo():
            self._after_change()
            self.table.setFocus()

    @Slot()
    def submit(self) -> None:
        """Send what is ready, once everything is checked."""
        self.table.commit()
        self._submit_wanted = True
        self._go_on()

    # --- changes -------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        table = self.table
        self._edits.changed.connect(self._after_change)
        self._edits.fields_requested.connect(self._set_fields)
        table.undo_requested.connect(self.undo)
        table.submit_requested.connect(self.submit)
        table.save_requested.connect(self._on_save)
        table.left.connect(self.left)
        table.selectionModel().selectionChanged.connect(self._show_counts)
        self.checks.progressed.connect(self._on_progressed)
        self.notice.undo_requested.connect(self.undo)
        self.foot.submitted.connect(self.submit)
        self.foot.save_requested.connect(self._on_save)
        self.head.save_requested.connect(self._on_save)
        self.head.back_requested.connect(self.left)
        self.head.template_chosen.connect(self.use_template)
        self.head.template_deleted.connect(self.template_deleted)
        self.head.session_changed.connect(self._on_session)
        self.head.fields_changed.connect(self._on_fields)

    @Slot()
    def _after_change(self) -> None:
        """The rows are others than before."""
        self._edits.forget_paste()
        self._undo_offers.withdraw(self.undo)
        if (step := self.grid.newest_step) and step not in ("Typed", "Kept"):
            self._undo_offers.offer(step, self.undo, lasts=True)
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        self.checks.show_rows(self.grid.rows)
        self.model.show_rows(self.grid.rows)
        self.table.can_undo = bool(self.grid.newest_step)
        if (is_dated := has_dates(self.grid.rows)) is not self._texts.is_dated:
            self._texts.is_dated = is_dated
            self._set_fields(self.fields)
        self._show_counts()

    def _show_columns(self) -> None:
        self.model.set_columns(grid_columns(self._texts, self.fields), ("", *self.fields, "", ""))

    @Slot(tuple)
    def _set_fields(self, fields: Sequence[str]) -> None:
        current = self.table.currentIndex()
        number, name = max(0, current.row()), self.model.field_of(current)
        self.fields = in_order(tuple(fields))
        self._show_columns()
        self.head.show_fields(self.fields)
        self.table.go_to(number, name if name in self.fields else "userId")

    def _forget_checks(self) -> None:
        self.checks.forget()
        self.model.emit_changed()

    def _preview(self, row: RosterRow, name: str) -> str:
        return self.table.preview(row, name)

    @Slot()
    def _show_counts(self) -> None:
        span = self.table.span
        below = 0 if span is None else span.last - span.first
        fill = f"fills the first cell down {counted(below, 'row')}" if below > 0 else "fills down what is selected"
        self.foot.show_counts(self.checks.counts(), done=self.checks.is_done, fill=fill)
        self._edits.show_check()

    @Slot()
    def _on_progressed(self) -> None:
        self._show_counts()
        self._go_on()

    @Slot(object)
    def _on_session(self, session: TrainingSession) -> None:
        self.show_session(session)
        self.changed.emit()
        self.table.setFocus()

    @Slot(tuple)
    def _on_fields(self, fields: tuple[str, ...]) -> None:
        self._set_fields(fields)
        self.changed.emit()
        self.table.setFocus()

    @Slot()
    def _on_save(self) -> None:
        self.table.commit()
        self.template_requested.emit(self._template)

    # --- sending -------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Send what is ready, if that is wanted and all rows are checked."""
        if not (self._submit_wanted and self.checks.is_done):
            return
        self._submit_wanted = False
        if not self.foot.submit.isEnabled():
            show_note(self, self.foot.submit.toolTip())
            return
        found = [(row, self.checks.verdict(row).workout) for row in self.grid.rows]
        ready = [
            (row, self.reading.started_now(row, workout))
            for row, workout in found
            if workout is not None and self.checks.verdict(row).state is RowState.READY
        ]
        ids = {row.key: workout.workout_id for row, workout in ready}
        self.receipts.follow(ids.values())
        self.reading.remember(workout for _, workout in ready)
        self.grid.mark_sent(ids)
        self._after_change()
        self._on_next_open()
        self.rows_ready.emit([workout for _, workout in ready])

    def _on_next_open(self) -> None:
        """To the first row that stays."""
        rows = self.grid.rows
        number = next((number for number, row in enumerate(rows) if not row.is_sent), len(rows))
        verdict = self.checks.verdict(rows[number]) if number < len(rows) else None
        self.table.go_to(number, verdict.field if verdict is not None and verdict.field else "userId")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match pressed(Scope.ROSTER, event):
            case "back":
                self.left.emit()
            case "submit":
                self.submit()
            case "template":
                self._on_save()
            case _:
                super().keyPressEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.table.currentIndex().isValid():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focus_first()
