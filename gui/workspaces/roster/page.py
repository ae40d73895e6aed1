"""The roster grid as a page: its parts, and what a key or a click does to the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.events import Event
from core.roster.check import RowState
from core.roster.draft import RosterDraft
from core.roster.grid import Grid, RosterRow, TrainingSession
from core.roster.template import Template
from core.workouts.model import Workout
from core.workouts.names import spells
from gui.changes.undo_offers import UndoOffers
from gui.forms.formatting import Units
from gui.frame.worker_names import WorkerNames
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import pressed
from gui.widgets.announcements import show_note
from gui.workspaces.console.receipts.formatting import ReceiptFormat
from gui.workspaces.roster.check_cell import CheckTexts
from gui.workspaces.roster.checks import RowChecks
from gui.workspaces.roster.columns import GridTexts
from gui.workspaces.roster.edits import GridEdits
from gui.workspaces.roster.frame import RosterFrame
from gui.workspaces.roster.reading import RosterReading
from gui.workspaces.roster.receipts import RowReceipts
from gui.workspaces.roster.sending import RowSending
from gui.workspaces.roster.shown_columns import ShownColumns
from gui.workspaces.roster.stored_facts import StoredFacts
from gui.workspaces.roster.texts import TITLES, counted

NAMES_OFFERED = 2_000  # searched at each key press
DEFAULT_SPORT = "Running"


class RosterPage(RosterFrame):
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
        super().__init__(theme, parent)
        self.grid, self.receipts = Grid(), RowReceipts()
        self.reading = RosterReading(now_ms, zone, session=TrainingSession(DEFAULT_SPORT))
        self.checks = RowChecks(self.reading, self)
        self._undo_offers = undo_offers
        self._template = ""
        receipt = ReceiptFormat(names, now_ms, self.receipts.log.place, zone)
        check = CheckTexts(
            theme,
            self.checks.verdict,
            lambda row: self.receipts.trace(row.workout_id),
            receipt,
            lambda row: self.facts.unlocks.names(row),
        )
        self._texts = GridTexts(self.checks.verdict, self.model.number_of, self._preview, check, zone=zone)
        self.facts = StoredFacts(self.reading.records, self.checks.verdict, self.table.rows_in_view, self)
        self._columns = ShownColumns(self._texts, self.grid, self.model, self.table, self.head, self._offer_weight)
        self._sending = RowSending(
            self.grid, self.checks, self.reading, self.receipts, self.facts, self._why_not_send, self
        )
        self._edits = GridEdits(self.grid, self.checks, self.model, self.table, self.notice, self)
        self._connect()
        self.show_session(self.reading.session)

    @property
    def session(self) -> TrainingSession:
        return self.reading.session

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns that are shown, in their order."""
        return self._columns.fields

    def set_units(self, units: Units) -> None:
        self.reading.units = self._texts.units = self._texts.check.receipt.units = units
        self._columns.show()
        self._forget_checks()

    def set_names(self, names: Sequence[str]) -> None:
        """The athletes that are stored, to suggest and to compare new ones with."""
        self.offered_names.setStringList(list(names[:NAMES_OFFERED]))
        self.reading.names.set_names(names)
        self._forget_checks()

    def show_session(self, session: TrainingSession) -> None:
        self.reading.session = session
        self._columns.follow_session(session)
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
        self.grid.load(draft.rows)
        self.show_session(draft.session)
        self._columns.choose(draft.fields)
        self._show_rows()

    def use_template(self, template: Template) -> None:
        """In place of all rows, which can be undone."""
        self.show_session(replace(self.session, sport=template.sport or self.session.sport))
        self.grid.begin(template.rows)
        self._columns.choose(template.fields)
        self._template = template.name
        self._after_change()
        self.focus_first()

    def take_events(self, events: Sequence[Event]) -> None:
        if self.grid.rows:
            self.facts.take_events(events)
        if self.receipts.take(events):
            self.table.viewport().update()

    def forget(self, athlete: str) -> None:
        """Everything of this athlete was erased: rows with the name go."""
        self.reading.forget(athlete)
        self.table.commit()
        self.grid.forget(lambda texts: any(spells(text, athlete) for text in texts.values()))
        self.set_names([name for name in self.offered_names.stringList() if name != athlete])
        self._after_change()

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
        self._sending.begin()

    # --- changes -------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        table = self.table
        self._edits.changed.connect(self._after_change)
        self._edits.fields_requested.connect(self._show_fields)
        table.undo_requested.connect(self.undo)
        table.submit_requested.connect(self.submit)
        table.save_requested.connect(self._on_save)
        table.left.connect(self.left)
        table.selectionModel().selectionChanged.connect(self._show_counts)
        self.checks.progressed.connect(self._on_progressed)
        self.facts.athletes_changed.connect(self._on_athletes_changed)
        self.facts.answered.connect(self._on_answered)
        table.verticalScrollBar().valueChanged.connect(self.facts.look)
        self._sending.sent.connect(self._on_sent)
        self._sending.refused.connect(self._on_refused)
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
        self._columns.follow_starts()
        self._show_counts()

    @Slot(tuple)
    def _show_fields(self, fields: tuple[str, ...]) -> None:
        """Of what was pasted."""
        self._columns.choose(fields)

    def _offer_weight(self, shown: bool) -> None:
        if shown != self.reading.offers_weight:
            self.reading.offers_weight = shown
            self._forget_checks()

    def _why_not_send(self) -> str:
        return "" if self.foot.submit.isEnabled() else self.foot.submit.toolTip()

    @Slot(frozenset)
    def _on_athletes_changed(self, athletes: frozenset[str]) -> None:
        self.checks.forget_athletes(athletes)
        self.model.emit_changed()

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
        self.facts.look()
        self._sending.go_on()

    @Slot()
    def _on_answered(self) -> None:
        """More is known of what is stored."""
        self.table.viewport().update()
        self._sending.go_on()

    @Slot(object)
    def _on_session(self, session: TrainingSession) -> None:
        self.show_session(session)
        self.changed.emit()
        self.table.setFocus()

    @Slot(tuple)
    def _on_fields(self, fields: tuple[str, ...]) -> None:
        if stay := self._columns.choose(fields):
            names = ", ".join(TITLES[name].partition(",")[0] for name in stay)
            show_note(self, f"{names}: the column stays while something stands in it")
        self.changed.emit()
        self.table.setFocus()

    @Slot()
    def _on_save(self) -> None:
        self.table.commit()
        self.template_requested.emit(self._template)

    # --- sending -------------------------------------------------------------------------------------------------

    @Slot(list)
    def _on_sent(self, workouts: list[Workout]) -> None:
        self._after_change()
        self._on_next_open()
        self.rows_ready.emit(workouts)

    @Slot(str)
    def _on_refused(self, why_not: str) -> None:
        show_note(self, why_not)

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
