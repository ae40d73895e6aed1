"""Connects the Pipeline workspace to the results database and to this console's workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from typing_extensions import override

from core.events import AthleteErased, BatchProcessed, Event
from core.live.console_state import ConsoleState
from core.live.timeline import as_seen, build_timeline
from core.live.workout_log import WorkoutTrace
from core.metrics.latency import HistoryBucket
from core.metrics.throughput import COARSE_MS, DAY_MS, is_coarse
from core.parsing.search_query import parse_search_query
from core.store.models import MessageSnapshot, SearchHit, WorkoutDetails, pick_snapshot
from core.workouts.revisions import RevisionStep
from gui.forms.formatting import Units
from gui.frame.workspace import WorkspaceContext, WorkspaceController
from gui.frame.workspace_entry import CorrectWorkout, OpenWorkout, RepairWorkout, Request, UseAgain
from gui.workspaces.pipeline.workspace import PipelineWorkspace
from worker.runtime.query import Query

if TYPE_CHECKING:
    from worker.host.pipeline import Pipeline
    from worker.outbox.restore import RestoredConsole

MOST_FOUND = 300
_ACTIONS: dict[str, Callable[[Pipeline, str], None]] = {
    "pause": lambda pipeline, name: pipeline.worker(name).pause(),
    "resume": lambda pipeline, name: pipeline.worker(name).resume(),
    "drain": lambda pipeline, name: pipeline.worker(name).drain(),
    "stop": lambda pipeline, name: pipeline.worker(name).stop(),
    "start": lambda pipeline, name: pipeline.worker(name).start(),
    "kill": lambda pipeline, name: pipeline.worker(name).stop_now(),
}


class PipelineController(WorkspaceController):
    """Main thread."""

    def __init__(self, context: WorkspaceContext) -> None:
        workspace = PipelineWorkspace(context.theme, context.names, now_ms=context.now_ms, zone=context.zone)
        super().__init__(workspace, workspace.command_actions)
        self._workspace, self._host, self._read_only = workspace, context.host, context.options.read_only
        self._exporter = context.exporter
        self._workout_log = context.workout_log
        self._followed = ""
        self._wants_revisions = False  # as soon as they have been read
        self._details: WorkoutDetails | None = None
        self._sent: MessageSnapshot | None = None
        self._kept: MessageSnapshot | None = None
        self._shown: WorkoutTrace | None = None
        self._searched = ""
        self._past: tuple[HistoryBucket, ...] = ()  # not passed to the charts yet
        self._day_until_ms = 0  # end of the last query
        self._connect()
        workspace.delete_requested.connect(context.changes.ask_delete)
        workspace.set_why_not_change(context.changes.why_not)

    @override
    def start(self) -> None:
        self._workspace.add_charts(self._exporter)

    @override
    def opened(self) -> None:
        self._workspace.set_can_act(not self._read_only)
        self._day_until_ms = 0
        self._ask_again()

    @override
    def restore(self, restored: RestoredConsole | None) -> None:
        if restored is not None:
            self._workspace.timeline.revisions.outbox = restored.outbox

    @override
    def take(self, events: Sequence[Event]) -> None:
        self._workspace.tail.apply_all(events)
        for event in events:
            if isinstance(event, AthleteErased):
                self._forget(event.athlete)
        if self._followed and any(isinstance(event, BatchProcessed) and self._tells(event) for event in events):
            self._ask_details()

    def _forget(self, athlete: str) -> None:
        """Everything of this athlete was erased: the timeline closes if it is of the athlete."""
        shown = self._workspace.timeline.timeline
        if shown is not None and shown.trace.athlete == athlete:
            self._follow("")
            self._workspace.timeline.show_copy(None)
            self._workspace.show_timeline(None)
        self._workspace.tail_panel.refresh()
        if self._searched:
            self._workspace.tail_panel.show_found([], MOST_FOUND)
            self._ask_search()

    @override
    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        if self._past:
            state.recall_day(self._past)
            self._past = ()
        self._workspace.refresh(state, now_ms)

    @override
    def tick(self, state: ConsoleState, now_ms: int) -> None:
        self._ask_day(now_ms)
        self._workspace.refresh_tables(state, now_ms)
        self._show()

    @override
    def set_units(self, units: Units) -> None:
        self._workspace.set_units(units)

    @override
    def handle(self, request: Request) -> None:
        if isinstance(request, OpenWorkout):
            self._on_workout_chosen(request.workout_id)
            self.show_requested.emit()
            if request.revisions:
                self._wants_revisions = not self._workspace.timeline.focus_revisions()

    @override
    def focus_first(self) -> None:
        self._workspace.focus_first()

    def _tells(self, event: BatchProcessed) -> bool:
        return any(outcome.workout_id == self._followed for outcome in event.outcomes)

    def _connect(self) -> None:
        workspace = self._workspace
        workspace.search_requested.connect(self._on_search_requested)
        workspace.workout_chosen.connect(self._on_workout_chosen)
        workspace.timeline_closed.connect(self._on_timeline_closed)
        workspace.repair_requested.connect(self._on_repair_requested)
        workspace.correct_requested.connect(self._on_correct_requested)
        workspace.again_requested.connect(self._on_again_requested)
        workspace.timeline.revisions.again_requested.connect(self._on_revision_wanted_again)
        workspace.action_requested.connect(self._on_action_requested)
        workspace.prefetch_requested.connect(self._on_prefetch_requested)
        workspace.worker_added.connect(self._on_worker_added)

    def _follow(self, workout_id: str) -> None:
        self._followed = workout_id
        self._wants_revisions = False
        self._workspace.timeline.revisions.show_steps(())
        self._details, self._sent, self._kept = None, None, None

    def _ask_again(self) -> None:
        if self._followed:
            self._ask_details()
        if self._searched:
            self._ask_search()

    def _ask_details(self) -> None:
        workout_id = self._followed
        on_details, on_copy = partial(self._on_details, workout_id), partial(self._on_copy, workout_id)
        on_revisions = partial(self._on_revisions, workout_id)
        self._host.ask(Query("details of workout", lambda reader: reader.past.story(workout_id), on_details))
        self._host.ask(Query("message of workout", lambda reader: reader.past.copy(workout_id), on_copy))
        self._host.ask(Query("revisions of workout", lambda reader: reader.past.revisions(workout_id), on_revisions))
        self._host.do(lambda pipeline: pipeline.find_sent(workout_id, partial(self._on_sent, workout_id)))

    def _on_details(self, workout_id: str, details: WorkoutDetails | None) -> None:
        if workout_id == self._followed:
            self._details = details
            self._show_again()

    def _on_copy(self, workout_id: str, kept: MessageSnapshot | None) -> None:
        if workout_id == self._followed:
            self._kept = kept
            self._show_copy()

    def _on_revisions(self, workout_id: str, steps: tuple[RevisionStep, ...]) -> None:
        if workout_id != self._followed:
            return
        self._workspace.timeline.revisions.show_steps(steps)
        if self._wants_revisions:
            self._wants_revisions = False
            self._workspace.timeline.focus_revisions()

    def _on_sent(self, workout_id: str, sent: MessageSnapshot | None) -> None:
        if workout_id == self._followed:
            self._sent = sent
            self._show_again()
            self._show_copy()

    def _ask_day(self, now_ms: int) -> None:
        """Query the day's history again when it has changed, and only while the charts show that much."""
        from_ms, to_ms = self._workspace.view.span(now_ms)
        until_ms = now_ms // COARSE_MS * COARSE_MS
        if self._host.is_open and until_ms > self._day_until_ms and is_coarse(from_ms, to_ms, now_ms):
            self._day_until_ms = until_ms
            since_ms = until_ms - DAY_MS
            self._host.ask(
                Query("work of the day", lambda reader: reader.past.day(since_ms, until_ms, COARSE_MS), self._on_day)
            )

    def _on_day(self, past: tuple[HistoryBucket, ...]) -> None:
        self._past = past

    def _ask_search(self) -> None:
        wanted, on_found = parse_search_query(self._searched), partial(self._on_found, self._searched)
        self._host.ask(Query("found workouts", lambda reader: reader.past.search(wanted, MOST_FOUND), on_found))

    def _on_found(self, text: str, found: tuple[SearchHit, ...]) -> None:
        if text == self._searched:
            seen = self._workout_log.seen
            self._workspace.tail_panel.show_found([as_seen(hit, seen(hit.workout_id)) for hit in found], MOST_FOUND)

    def _show_copy(self) -> None:
        self._workspace.timeline.show_copy(pick_snapshot(self._sent, self._kept))

    def _show_again(self) -> None:
        self._shown = None
        self._show()

    def _show(self) -> None:
        if self._followed and (seen := self._workout_log.seen(self._followed)) != self._shown:
            self._shown = seen
            self._workspace.show_timeline(build_timeline(seen, self._details, self._sent))

    @Slot(str)
    def _on_search_requested(self, text: str) -> None:
        self._searched = text
        if text:
            self._ask_search()

    @Slot(str)
    def _on_workout_chosen(self, workout_id: str) -> None:
        if workout_id == self._followed:
            return
        self._follow(workout_id)
        self._workspace.timeline.show_copy(None, looking=True)
        self._workout_log.follow(workout_id)
        self._show_again()
        self._ask_details()

    @Slot()
    def _on_timeline_closed(self) -> None:
        self._follow("")
        self._workspace.show_timeline(None)
        self._workspace.tail_panel.table.clearSelection()
        self._workspace.tail_panel.table.setFocus()

    @Slot(str)
    def _on_repair_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(RepairWorkout(workout_id))

    @Slot(str)
    def _on_correct_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(CorrectWorkout(workout_id))

    @Slot(str)
    def _on_again_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(UseAgain(workout_id))

    @Slot(object)
    def _on_revision_wanted_again(self, fields: Mapping[str, object]) -> None:
        self.navigation_requested.emit(UseAgain(self._followed, fields))

    @Slot(str, str)
    def _on_action_requested(self, act: str, worker: str) -> None:
        if not self._read_only:
            self._host.do(lambda pipeline: _ACTIONS[act](pipeline, worker))

    @Slot(str, int)
    def _on_prefetch_requested(self, worker: str, prefetch: int) -> None:
        if not self._read_only:
            self._host.do(lambda pipeline: pipeline.worker(worker).set_prefetch(prefetch))

    @Slot()
    def _on_worker_added(self) -> None:
        if not self._read_only:
            self._host.do(lambda pipeline: pipeline.add_worker())
