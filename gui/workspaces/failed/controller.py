"""Connects the Failed workspace to the results database and to the thread that acts on the failed list."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from typing_extensions import override

from core.errors import PacelineError
from core.events import AthleteErased, Event
from core.failures.corrections import FieldCorrection
from core.failures.models import FailedFilter, FailedMessage
from core.live.console_state import ConsoleState
from core.live.resends import Resends
from gui.formatting import READ_ONLY, clock_text
from gui.forms.formatting import Units
from gui.frame.workspace import WorkspaceContext, WorkspaceController
from gui.frame.workspace_entry import EditWorkout, OpenWorkout, RepairWorkout, Request, ShowFailed, UseAgain
from gui.workspaces.failed.actions import NOT_OPEN
from gui.workspaces.failed.bulk_fix.search import BulkFixSearch
from gui.workspaces.failed.messages.table_model import PAGE_ROWS, FailedPage, PageAsked
from gui.workspaces.failed.workspace import FailedWorkspace
from worker.runtime.query import Query

if TYPE_CHECKING:
    from core.store.reader import ResultsReader
    from worker.failed.failed_thread import FailedActed, FailedProgress

PAGES = ("failed page, even", "failed page, odd")  # names of queries: the table asks for two pages at a time
REFRESH_TICKS = 2  # between two refreshes of a list that keeps changing
UNSEEN_TICKS = 40
UNSEEN_SOON_TICKS = 6


class FailedController(WorkspaceController):
    """Main thread."""

    def __init__(self, context: WorkspaceContext) -> None:
        workspace = FailedWorkspace(context.theme, now_ms=context.now_ms, zone=context.zone)
        super().__init__(workspace, workspace.command_actions)
        self._workspace, self._host, self._tasks = workspace, context.host, context.tasks
        self._read_only, self._now_ms, self._zone = context.options.read_only, context.now_ms, context.zone
        self._shown = self._opened = False
        self._seen: object = None
        self._problem = False  # of the last reading
        self._read_at_ms: int | None = None
        self._ticks = self._refreshed_at = 0
        self._unseen_due = 0
        self._unseen_before = 0
        self._names = context.names
        self._stopping = threading.Event()
        self._resends = Resends()
        on_found = workspace.message_actions.show_findings
        self._search = BulkFixSearch(self._host, now_ms=self._now_ms, on_found=on_found, parent=self)
        workspace.message_actions.set_why_not(NOT_OPEN)
        self._connect()

    @override
    def opened(self) -> None:
        self._opened = True
        self._workspace.message_actions.end_busy()
        self._workspace.message_actions.set_why_not(READ_ONLY if self._read_only else "")
        self._seen, self._unseen_due = None, self._ticks
        self._read_at_ms = None
        self._resends.forget()
        self._search.forget()
        self.reload()

    @override
    def set_shown(self, shown: bool) -> None:
        self._shown = shown
        if shown:
            self.reload()

    @override
    def take(self, events: Sequence[Event]) -> None:
        if self._resends.take(events):
            self._workspace.message_actions.show_followed(self._resends.counts)
        for event in events:
            if isinstance(event, AthleteErased):
                self._workspace.forget(event.athlete)
                self._search.forget()
                self._search.search_soon()
                self._seen = None

    @override
    def tick(self, state: ConsoleState, now_ms: int) -> None:
        if (late := self._resends.overdue(now_ms)) is not None:
            self._workspace.message_actions.show_followed(late)
        lost = state.lost or state.unread
        seen = state.failed, state.failed_seen, lost  # changes when the list may have changed
        self._ticks += 1
        self._workspace.message_actions.set_lost(lost)
        if not self._shown or not self._opened:
            return
        self._show_as_of(lost=lost)
        self._search.tick()
        if seen != self._seen and self._ticks - self._refreshed_at >= REFRESH_TICKS:
            self._seen = seen
            self.reload()
        if self._ticks >= self._unseen_due and not self._workspace.message_actions.busy and not self._read_only:
            self._unseen_due = self._ticks + UNSEEN_TICKS
            self._host.act_on_failed(lambda failed: failed.count_unlisted(self._on_unlisted_counted))

    @Slot()
    def reload(self) -> None:
        """Refresh the causes and the visible page."""
        if self._shown and self._opened:
            self._refreshed_at = self._ticks
            show = self._workspace.show_groups
            self._host.ask(Query("failed groups", lambda reader: reader.failed.groups(), show, self._on_problem))
            self._workspace.list.table.reload()
            self._search.search_again()

    @override
    def handle(self, request: Request) -> None:
        if isinstance(request, ShowFailed):
            self.show_requested.emit()
        elif isinstance(request, RepairWorkout):
            workout_id, on_found = request.workout_id, partial(self._on_failure_found, request.workout_id)
            self._host.ask(Query("failed of workout", lambda reader: _failure_of(reader, workout_id), on_found))

    @override
    def set_units(self, units: Units) -> None:
        self._workspace.set_units(units)

    @override
    def focus_first(self) -> None:
        self._workspace.focus_first()

    @override
    def stop(self) -> None:
        """Cancel a running export."""
        self._stopping.set()

    def _connect(self) -> None:
        self._workspace.page_requested.connect(self._on_page_requested)
        self._workspace.message_requested.connect(self._on_message_requested)
        self._workspace.list_shown.connect(self._on_list_shown)
        self._workspace.timeline_requested.connect(self._on_timeline_requested)
        self._workspace.again_requested.connect(self._on_again_requested)
        self._workspace.message_actions.keys_requested.connect(self._on_keys_requested)
        self._workspace.message_actions.retry_requested.connect(self._on_retry_requested)
        self._workspace.message_actions.discard_requested.connect(self._on_discard_requested)
        self._workspace.message_actions.resend_requested.connect(self._on_resend_requested)
        self._workspace.message_actions.convert_requested.connect(self._on_convert_requested)
        self._workspace.message_actions.read_in_requested.connect(self._on_read_in_requested)
        self._workspace.message_actions.outcome_dismissed.connect(self._on_outcome_dismissed)
        self._workspace.message_actions.cancel_requested.connect(self._on_cancel_requested)
        self._workspace.refresh_requested.connect(self.reload)
        self._workspace.message_actions.export_requested.connect(self._on_export_requested)

    # --- results -------------------------------------------------------------------------------------------------

    def _on_problem(self, error: PacelineError) -> None:
        self._seen = None  # so that the list is read again
        self._problem = True
        self._workspace.show_reading_problem(error)

    def _on_page(self, page: FailedPage) -> None:
        self._read_at_ms, self._problem = self._now_ms(), False
        self._workspace.show_page(page)

    def _show_as_of(self, *, lost: bool) -> None:
        """While broker or results cannot be reached, the list is as old as its last reading."""
        known = self._read_at_ms if lost or self._problem else None
        self._workspace.show_as_of("" if known is None else clock_text(known, self._zone))

    def _on_failure_found(self, workout_id: str, found: tuple[str, str] | None) -> None:
        if found is None:
            self.navigation_requested.emit(EditWorkout(workout_id))  # it was sent from here, but has not failed
        else:
            self.show_requested.emit()
            self._workspace.open_message(*found)

    def _on_progress(self, progress: FailedProgress) -> None:
        self._workspace.message_actions.show_progress(progress.act, progress.done, progress.total)

    def _on_acted(self, over: FailedActed) -> None:
        acted = over.acted
        followed = self._resends.follow(over.act, acted.sent, self._now_ms())
        if over.error is not None:
            self._workspace.message_actions.show_refusal(over.error)
            return
        self._workspace.message_actions.show_done(over.act, acted.done, acted.skipped, acted.problem, acted.remark)
        if followed:
            self._workspace.message_actions.show_followed(self._resends.counts)
        self._unseen_due = self._ticks + UNSEEN_SOON_TICKS
        self._unseen_before = 0
        self.reload()
        self._search.search_soon()

    def _on_unlisted_counted(self, unseen: int) -> None:
        """Use a count only when seen twice: a message that is failing now is in the queue shortly before the list."""
        self._workspace.message_actions.show_unseen(min(unseen, self._unseen_before))
        if unseen and not self._unseen_before:
            self._unseen_due = self._ticks + UNSEEN_SOON_TICKS
        self._unseen_before = unseen

    def _on_exported(self, name: str, done: int) -> None:
        self.notice_raised.emit(f"{done:,} message{'' if done == 1 else 's'} saved as {name}.")

    def _on_export_failed(self, error: PacelineError) -> None:
        self.notice_raised.emit(str(error))

    # --- questions -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_page_requested(self, asked: PageAsked) -> None:
        name = PAGES[asked.number % 2]
        self._host.ask(Query(name, lambda reader: _page(reader, asked), self._on_page, self._on_problem))

    @Slot(str)
    def _on_message_requested(self, key: str) -> None:
        self._host.ask(Query("failed message", lambda reader: reader.failed.message(key), self._show_message))

    def _show_message(self, one: FailedMessage | None) -> None:
        if one is not None:
            tries = tuple(replace(each, worker=self._names.called(each.worker)) for each in one.tries)
            one = replace(one, tries=tries)
        self._workspace.show_message(one)

    @Slot(object)
    def _on_list_shown(self, wanted: FailedFilter) -> None:
        self._search.show(wanted)

    @Slot(str)
    def _on_timeline_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(OpenWorkout(workout_id))

    @Slot(str)
    def _on_again_requested(self, workout_id: str) -> None:
        self.navigation_requested.emit(UseAgain(workout_id))

    @Slot(str, object)
    def _on_keys_requested(self, purpose: str, wanted: FailedFilter) -> None:
        on_keys = partial(self._workspace.message_actions.take_keys, purpose)
        self._host.ask(Query("failed keys", lambda reader: reader.failed.keys(wanted), on_keys))

    @Slot(object)
    def _on_retry_requested(self, keys: tuple[str, ...]) -> None:
        self._resends.begin()
        self._host.act_on_failed(lambda failed: failed.retry(keys, self._on_progress, self._on_acted))

    @Slot(object)
    def _on_discard_requested(self, keys: tuple[str, ...]) -> None:
        self._host.act_on_failed(lambda failed: failed.discard(keys, self._on_progress, self._on_acted))

    @Slot(str, bytes)
    def _on_resend_requested(self, key: str, body: bytes) -> None:
        self._resends.begin()
        self._host.act_on_failed(lambda failed: failed.resend(key, bytes(body), self._on_acted))

    @Slot(object)
    def _on_convert_requested(self, changes: tuple[FieldCorrection, ...]) -> None:
        self._resends.begin()
        self._host.act_on_failed(lambda failed: failed.convert(changes, self._on_progress, self._on_acted))

    @Slot()
    def _on_read_in_requested(self) -> None:
        self._host.act_on_failed(lambda failed: failed.import_queue(self._on_acted))

    @Slot()
    def _on_cancel_requested(self) -> None:
        self._host.act_on_failed(lambda failed: failed.cancel())

    @Slot()
    def _on_outcome_dismissed(self) -> None:
        self._resends.forget()

    @Slot(str, object, object)
    def _on_export_requested(self, path: str, wanted: FailedFilter, keys: tuple[str, ...] | None) -> None:
        url, target = self._host.settings.database_url, Path(path)
        stopped, now_ms = self._stopping.is_set, self._now_ms
        self._tasks.run(
            lambda: _export(url, target, wanted, keys, stopped, now_ms),
            partial(self._on_exported, target.name),
            self._on_export_failed,
        )


def _page(reader: ResultsReader, asked: PageAsked) -> FailedPage:
    failed = reader.failed
    place = failed.place(asked.wanted, asked.key) if asked.counted and asked.key else None
    count = failed.count(asked.wanted) if asked.counted else None
    return FailedPage(asked, failed.rows(asked.wanted, PAGE_ROWS, offset=asked.first), count, place)


def _failure_of(reader: ResultsReader, workout_id: str) -> tuple[str, str] | None:
    """Key and cause of the workout's open failure."""
    key = reader.failed.key_of_workout(workout_id)
    one = None if key is None else reader.failed.message(key)
    return None if one is None else (one.row.key, one.row.cause.code)


def _export(
    url: str,
    target: Path,
    wanted: FailedFilter,
    keys: tuple[str, ...] | None,
    stopped: Callable[[], bool],
    now_ms: Callable[[], int],
) -> int:
    from core.store.reader import ResultsReader
    from worker.failed.export import export_failed

    return export_failed(ResultsReader(url, now_ms=now_ms), target, wanted, keys, stopped=stopped)
