"""Connects the Console to the pipeline: workouts, receipts, charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from typing_extensions import override

from core.events import AthleteErased, ConnectionChanged, ConnectionState, Event
from core.live.console_state import ConsoleState
from core.outbox.changes import send
from core.workouts.model import Workout
from gui.forms.formatting import Units
from gui.frame.actions import palette_actions
from gui.frame.workspace import WorkspaceContext, WorkspaceController
from gui.frame.workspace_entry import (
    CorrectWorkout,
    EditWorkout,
    NewWorkout,
    OpenWorkout,
    RepairWorkout,
    Request,
    StartDemo,
    UseAgain,
)
from gui.shortcuts import Scope
from gui.workspaces.console.form.controller import FormController
from gui.workspaces.console.form.form import WorkoutForm
from gui.workspaces.console.picker.controller import PickerController
from gui.workspaces.console.receipts.panel import ReceiptsPanel
from gui.workspaces.console.workspace import ConsoleWorkspace
from worker.runtime.query import Query

if TYPE_CHECKING:
    from core.live.receipt_ends import ReceiptEnd
    from core.live.workout_log import WorkoutTrace
    from core.store.reader import ResultsReader
    from worker.outbox.restore import RestoredConsole

NOT_OPEN = "The files could not be opened"
ASK_EVERY = 4  # ticks between two queries of the results
KEEP_EVERY = 4  # ticks between two looks at what receipts have ended


class ConsoleController(WorkspaceController):
    """Main thread."""

    def __init__(self, context: WorkspaceContext) -> None:
        now_ms, zone = context.now_ms, context.zone
        form = WorkoutForm(context.theme, now_ms=now_ms, zone=zone, undo_offers=context.changes.undo_offers)
        receipts = ReceiptsPanel(context.theme, context.workout_log, context.names, now_ms=now_ms, zone=zone)
        workspace = ConsoleWorkspace(context.theme, form, receipts)
        commands = {"recent": form.recent_requested.emit, "template": form.ask_for_template}
        super().__init__(workspace, palette_actions(workspace, Scope.FORM, commands))
        self._workspace, self._context, self._host = workspace, context, context.host
        self._form = FormController(form, context.host, context.changes, self)
        self._asked_of_ms: int | None = -1
        self._ticks = 0
        self._knows_past = False
        self._kept_ends = ""
        receipts.offer_demo(not context.options.demo)
        self._picker = PickerController(context, form)
        self._picker.notice_raised.connect(self.notice_raised)
        self._picker.workout_chosen.connect(self._form.send_as_new)
        self._picker.fields_chosen.connect(form.use_again)
        form.recent_requested.connect(self._picker.open)
        form.template_requested.connect(self._picker.save)
        form.set_why_not(context.changes.why_not)
        context.rules.changed.connect(self._on_rules_changed)
        self._on_rules_changed()
        form.workout_submitted.connect(self._on_workout_submitted)
        receipts.demo_requested.connect(self._on_demo_requested)
        receipts.repair_requested.connect(self._on_repair_requested)
        receipts.receipt_opened.connect(self._on_receipt_opened)
        row_changes = receipts.table.changes
        row_changes.why_not_any = context.changes.why_not
        row_changes.correct_requested.connect(self._form.correct)
        row_changes.again_requested.connect(self._form.use_again)
        row_changes.delete_requested.connect(context.changes.ask_delete)

    @override
    def start(self) -> None:
        self._workspace.add_charts(self._context.exporter, self._context.now_ms, self._context.zone)

    @override
    def opened(self) -> None:
        self._asked_of_ms = -1
        self._form.ask_names()  # needed to compare the first typed name with
        self._workspace.form.set_why_not(self._context.changes.why_not)

    @override
    def not_opened(self) -> None:
        self._workspace.form.set_why_not(NOT_OPEN)

    @override
    def restore(self, restored: RestoredConsole | None) -> None:
        self._form.restore(restored)
        if restored is None:
            return
        self._on_outcomes(restored.receipts)
        self._workspace.receipts.set_in_other_queue(restored.in_other_queue)
        if ids := restored.confirmed_ids:
            ends = restored.ends
            self._host.ask(Query("past outcomes", lambda reader: _outcomes(reader, ids, ends), self._on_past_outcomes))
        else:
            self._knows_past = True

    @override
    def take(self, events: Sequence[Event]) -> None:
        self._workspace.receipts.show_events(events)
        self._form.answers.take(events)
        for event in events:
            if isinstance(event, ConnectionChanged):
                self._workspace.form.set_online(event.state is ConnectionState.ONLINE)
            elif isinstance(event, AthleteErased):
                self._form.forget(event.athlete)

    @override
    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        self._workspace.refresh(state, now_ms)

    @override
    def tick(self, state: ConsoleState, now_ms: int) -> None:
        self._ticks += 1
        if self._ticks % ASK_EVERY == 1 and self._asked_of_ms != state.last_event_at_ms:
            self._asked_of_ms = state.last_event_at_ms
            on_summary = state.achievements.set_summary
            self._host.ask(Query("achievements", lambda reader: reader.achievement_summary(), on_summary))
            self._form.ask_names()
        self._workspace.receipts.set_flow(state.flow())
        self._workspace.receipts.refresh()
        if self._ticks % KEEP_EVERY == 0:
            self._keep_ends()

    @Slot()
    def _on_rules_changed(self) -> None:
        self._workspace.form.set_rules(self._context.rules.rules)
        self._asked_of_ms = -1  # who has what

    @override
    def set_units(self, units: Units) -> None:
        self._workspace.form.set_units(units)
        self._picker.set_units(units)
        self._workspace.receipts.set_units(units)

    @override
    def handle(self, request: Request) -> None:
        if isinstance(request, EditWorkout):
            self._form.repair(request.workout_id)
        elif isinstance(request, NewWorkout):
            self.show_requested.emit()
            self._form.begin(request.athlete, request.sport)
        elif isinstance(request, CorrectWorkout):
            self.show_requested.emit()
            self._form.correct(request.workout_id)
        elif isinstance(request, UseAgain):
            self.show_requested.emit()
            self._form.send_as_new(request.workout_id, request.fields)

    @override
    def set_shown(self, shown: bool) -> None:
        self._workspace.receipts.set_shown(shown)

    @override
    def focus_first(self) -> None:
        self._workspace.form.focus_first()

    @override
    def stop(self) -> None:
        self._keep_ends()

    def _on_outcomes(self, events: Sequence[Event]) -> None:
        """Of the time before this program watched."""
        self._workspace.receipts.show_events(events, recalled=True)

    def _on_past_outcomes(self, events: Sequence[Event]) -> None:
        self._on_outcomes(events)
        self._knows_past = True

    def _keep_ends(self) -> None:
        """Keep when the receipts ended, once the kept ones are known: they would be lost otherwise."""
        if self._knows_past and (ends := self._workspace.receipts.ends()) != self._kept_ends:
            self._kept_ends = ends
            self._host.do(lambda pipeline: pipeline.save_draft(ends, _nothing, "ends"))

    @Slot(object)
    def _on_workout_submitted(self, workout: Workout) -> None:
        self._context.changes.send(send(workout))

    @Slot()
    def _on_demo_requested(self) -> None:
        self.navigation_requested.emit(StartDemo())

    @Slot(object)
    def _on_repair_requested(self, receipt: WorkoutTrace) -> None:
        if receipt.conflict is None:
            self.navigation_requested.emit(RepairWorkout(receipt.workout_id))
        else:
            self._form.correct_again(receipt)

    @Slot(str)
    def _on_receipt_opened(self, workout_id: str) -> None:
        self.navigation_requested.emit(OpenWorkout(workout_id))


def _nothing(_text: str) -> None:
    """No one waits for it to be kept."""


def _outcomes(reader: ResultsReader, workout_ids: Sequence[str], ends: Mapping[str, ReceiptEnd]) -> tuple[Event, ...]:
    from worker.outbox.restore import load_outcomes

    return load_outcomes(reader, workout_ids, ends)
