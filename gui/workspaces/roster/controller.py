"""Connects the roster grid to the outbox, the results and the templates in the data folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import PacelineError
from core.events import AthleteErased, Event
from core.outbox.changes import send, undo
from core.roster.check import RowVerdict
from core.roster.draft import dump_grid, load_grid
from core.roster.template import Template, template_of, with_template
from core.roster.template_file import SESSIONS, load_templates, save_templates
from core.workouts.model import Workout
from core.workouts.on_record import AthleteDay
from gui.formatting import READ_ONLY
from gui.forms.formatting import Units
from gui.forms.template_dialog import TemplateDialog
from gui.frame.workspace import WorkspaceContext
from gui.widgets.announcements import show_note
from gui.widgets.timers import once_timer
from gui.workspaces.roster.page import RosterPage
from gui.workspaces.roster.texts import counted
from worker.runtime.query import Query

if TYPE_CHECKING:
    from core.store.reader import ResultsReader
    from worker.outbox.restore import RestoredConsole

NAMES_KNOWN = 20_000  # to compare a new name with
DRAFT_MS = 300
UNLOCKS_S = 0.05  # of reading at once; the rest is asked for again
NOT_OPEN = "The files of this console are not open yet"

_KEPT = "It keeps the athletes, the sport, the time of the start, the columns, and what stands in every row."

Templates = tuple[Template, ...]


class RosterController(QObject):
    """Main thread."""

    notice_raised = Signal(str)  # a sentence for the banner

    def __init__(self, context: WorkspaceContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self._host = context, context.host
        self.page = RosterPage(
            context.theme,
            context.names,
            context.changes.undo_offers,
            now_ms=context.now_ms,
            zone=context.zone,
        )
        self._templates: Templates = ()
        self._file_lock = Lock()  # one change of the file at a time
        self._restored = self._opened = self._shown = False
        self._unreadable = False
        self.kept_draft = ""  # on the disk
        self._names: tuple[str, ...] | None = None
        self._drafts = once_timer(self, DRAFT_MS, self._keep_draft)
        self.page.foot.set_why_not(READ_ONLY if context.options.read_only else NOT_OPEN)
        self.page.rows_ready.connect(self._on_rows_ready)
        self.page.changed.connect(self._drafts.start)
        self.page.template_requested.connect(self._on_template_requested)
        self.page.template_deleted.connect(self._on_template_deleted)
        self.page.facts.records_requested.connect(self._on_records_requested)
        self.page.facts.unlocks_requested.connect(self._on_unlocks_requested)
        self.page.facts.expect_answers()

    # --- what happens --------------------------------------------------------------------------------------------

    def opened(self) -> None:
        self._opened = True
        self.page.foot.set_why_not(READ_ONLY if self._context.options.read_only else "")
        if self._shown:
            self._ask_names()

    def restore(self, restored: RestoredConsole | None) -> None:
        """The draft, unless something is typed already. None: it could not be read."""
        self._unreadable = restored is None
        if restored is not None:
            if not self.page.grid.rows and not self._restored and restored.roster_draft:
                self.page.restore(load_grid(restored.roster_draft))
            self._restored = True
            self._keep_draft()

    def take(self, events: Sequence[Event]) -> None:
        self.page.take_events(events)
        for event in events:
            if isinstance(event, AthleteErased):
                self.page.forget(event.athlete)
                self._names = None
                self._ask_names()
                self._change_templates(lambda kept: kept, self.page.template_name)

    def tick(self) -> None:
        if self._shown:
            self.page.show_clock()

    def set_units(self, units: Units) -> None:
        self.page.set_units(units)

    def set_shown(self, shown: bool) -> None:
        if shown and not self._shown:
            self.page.facts.look_anew()
            self._ask_names()
            self._change_templates(lambda kept: kept, self.page.template_name)
        self._shown = shown

    def stop(self) -> None:
        """The program ends: keep what was typed just now."""
        if self._drafts.isActive():
            self._keep_draft()

    # --- the draft -----------------------------------------------------------------------------------------------

    @Slot()
    def _keep_draft(self) -> None:
        self._drafts.stop()
        text = dump_grid(self.page.grid.rows, self.page.session, self.page.fields)
        if text and self._unreadable:
            self._restored = True  # an empty grid does not replace a draft that may be readable at the next start
        if self._restored:  # else it would replace the draft that is about to be restored
            self._host.do(lambda pipeline: pipeline.save_draft(text, self._on_draft_saved, "roster"))

    def _on_draft_saved(self, text: str) -> None:
        self.kept_draft = text

    # --- sending -------------------------------------------------------------------------------------------------

    @Slot(list)
    def _on_rows_ready(self, workouts: list[Workout]) -> None:
        self._host.submit(workouts)
        self._keep_draft()  # at once: a restart must not offer again what is accepted
        self._context.changes.undo_offers.offer(
            "Sent", lambda: self._take_back(workouts), what=counted(len(workouts), "workout")
        )

    def _take_back(self, workouts: Sequence[Workout]) -> None:
        for workout in workouts:
            self._host.send(undo(send(workout)))

    # --- what is stored -----------------------------------------------------------------------------------------

    @Slot(tuple)
    def _on_records_requested(self, wanted: tuple[AthleteDay, ...]) -> None:
        self._host.ask(
            Query(
                "roster records",
                lambda reader: tuple(reader.athlete_record(each) for each in wanted),
                self.page.facts.take_records,
            )
        )

    @Slot(tuple)
    def _on_unlocks_requested(self, asked: tuple[tuple[int, RowVerdict], ...]) -> None:
        workouts = [verdict.workout for _, verdict in asked if verdict.workout is not None]
        on_result = partial(self.page.facts.take_unlocks, asked)
        self._host.ask(Query("roster unlocks", lambda reader: _unlocks(reader, workouts), on_result))

    # --- names and templates -------------------------------------------------------------------------------------

    def _ask_names(self) -> None:
        if self._opened:
            self._host.ask(Query("roster names", lambda reader: reader.athlete_names("", NAMES_KNOWN), self._on_names))

    def _on_names(self, names: tuple[str, ...]) -> None:
        if names != self._names:
            self._names = names
            self.page.set_names(names)

    def _change_templates(self, change: Callable[[Templates], Templates], chosen: str) -> None:
        """In the file as it is now: another console may have changed it."""
        folder, now = self._host.settings.folder.path, datetime.fromtimestamp(self._context.now_ms() / 1000, UTC)
        lock = self._file_lock

        def work() -> tuple[Templates, str]:
            with lock:
                before, notice = load_templates(SESSIONS, folder, now=now)
                after = change(before)
                if after != before:
                    save_templates(SESSIONS, folder, after)
                return after, notice

        self._context.tasks.run(work, lambda found: self._on_templates(*found, chosen), self._on_problem)

    def _on_templates(self, templates: Templates, notice: str, chosen: str) -> None:
        self._templates = templates
        self.page.show_templates(templates, chosen if any(each.name == chosen for each in templates) else "")
        if notice:
            self.notice_raised.emit(notice)

    def _on_problem(self, error: PacelineError) -> None:
        self.notice_raised.emit(str(error))

    @Slot(str)
    def _on_template_requested(self, name: str) -> None:
        known = {each.name.casefold() for each in self._templates}
        theme, is_known = self._context.theme, lambda typed: typed.casefold() in known
        dialog = TemplateDialog(theme, name, is_known, _KEPT, parent=self.page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.named.connect(self._on_named)
        dialog.open()

    @Slot(str)
    def _on_named(self, name: str) -> None:
        template = template_of(name, self.page.grid.rows, self.page.session, self.page.fields)
        self._change_templates(lambda kept: with_template(kept, template), template.name)
        show_note(self.page, f"The template {template.name} is kept")

    @Slot(str)
    def _on_template_deleted(self, name: str) -> None:
        self._change_templates(lambda kept: tuple(each for each in kept if each.name != name), self.page.template_name)
        show_note(self.page, f"The template {name} is deleted")


def _unlocks(reader: ResultsReader, workouts: Sequence[Workout]) -> dict[str, tuple[str, ...]]:
    """Names of badges by workout id; at least of the first workout, however long its athlete's history is."""
    found: dict[str, tuple[str, ...]] = {}
    until_s = perf_counter() + UNLOCKS_S
    for workout in workouts:
        found[workout.workout_id] = tuple(rule.name for rule in reader.would_unlock(workout))
        if perf_counter() > until_s:
            break
    return found
