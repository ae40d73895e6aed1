"""Connects the Failed workspace to the results database and to the thread that acts on the failed list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import PacelineError
from core.failures.corrections import FieldCorrection
from core.failures.models import FailedFilter, FailedGroup, FailedMessage
from gui.controllers.background_tasks import BackgroundTasks
from gui.controllers.bulk_fix_search import LOOKED, BulkFixSearch
from gui.controllers.pipeline_host import PipelineHost
from gui.workspaces.failed.messages.table_model import PAGE_ROWS, FailedPage, PageAsked
from gui.workspaces.failed.workspace import FailedWorkspace

if TYPE_CHECKING:
    from core.store.reader import ResultsReader
    from worker.failed.failed_thread import FailedActed, FailedProgress

GROUPS, MESSAGE, OF_WORKOUT = "failed groups", "failed message", "failed of workout"
PAGES = ("failed page, even", "failed page, odd")
KEYS, EXPORTED = "failed keys", "failed exported"
# Topics of worker.failed.failed_thread, which is loaded later.
PROGRESS, ACTED, UNSEEN = "failed progress", "failed acted", "failed unseen"
REFRESH_TICKS = 2  # between two refreshes of a list that keeps changing
UNSEEN_TICKS = 40
UNSEEN_SOON_TICKS = 6


class FailedController(QObject):
    """Main thread. Call `tick` twice a second and `on_answer` with replies."""

    notice_raised = Signal(str)  # a sentence for the banner
    failure_found = Signal(str)  # key of the failure that is about to be shown
    workout_unknown = Signal(str)  # workout id without a failure

    def __init__(
        self,
        workspace: FailedWorkspace,
        host: PipelineHost,
        tasks: BackgroundTasks,
        *,
        read_only: bool,
        now_ms: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._host, self._tasks = workspace, host, tasks
        self._read_only, self._now_ms = read_only, now_ms
        self._shown = self._opened = False
        self._seen: object = None
        self._ticks = self._refreshed_at = 0
        self._unseen_due = 0
        self._unseen_before = 0
        self._stopping = Event()
        self._search = BulkFixSearch(host, now_ms=now_ms, on_found=workspace.message_actions.show_findings)
        self._answers: dict[str, Callable[[object], None]] = {
            GROUPS: self._on_groups,
            MESSAGE: self._on_message,
            KEYS: self._on_keys,
            OF_WORKOUT: self._on_of_workout,
            PROGRESS: self._on_progress,
            ACTED: self._on_acted,
            UNSEEN: self._on_unseen,
            EXPORTED: self._on_exported,
            LOOKED: self._search.on_answer,
            **dict.fromkeys(PAGES, self._on_page),
        }
        workspace.message_actions.set_can_act(False)
        self._connect()

    def opened(self) -> None:
        """The database is open, perhaps another one than before."""
        self._opened = True
        self._workspace.message_actions.end_busy()
        self._workspace.message_actions.set_can_act(not self._read_only)
        self._seen, self._unseen_due = None, self._ticks
        self._search.forget()
        self.refresh()

    def set_shown(self, shown: bool) -> None:
        self._shown = shown
        if shown:
            self._workspace.focus_first()
            self.refresh()

    def tick(self, seen: object) -> None:
        """Call twice a second. `seen`: a value that changes when the list may have changed."""
        self._ticks += 1
        if not self._shown or not self._opened:
            return
        self._search.tick()
        if seen != self._seen and self._ticks - self._refreshed_at >= REFRESH_TICKS:
            self._seen = seen
            self.refresh()
        if self._ticks >= self._unseen_due and not self._workspace.message_actions.busy and not self._read_only:
            self._unseen_due = self._ticks + UNSEEN_TICKS
            self._host.act_on_failed(lambda failed: failed.count_unlisted())

    @Slot()
    def refresh(self) -> None:
        """Refresh the causes and the visible page."""
        if self._shown and self._opened:
            self._refreshed_at = self._ticks
            self._host.ask(GROUPS, lambda reader: reader.failed.groups(), tell_errors=True)
            self._workspace.list.table.reload()
            self._search.search_again()

    def find_workout(self, workout_id: str) -> None:
        """Open the workout's failure for repair; emits `workout_unknown` if there is none."""
        self._host.ask(OF_WORKOUT, lambda reader: (workout_id, _failure_of(reader, workout_id)))

    def stop(self) -> None:
        """Cancel a running export."""
        self._stopping.set()

    def on_answer(self, topic: str, answer: object) -> bool:
        """Handle a reply; False if its topic belongs to another controller."""
        known = self._answers.get(topic)
        if known is None:
            return False
        if isinstance(answer, PacelineError) and topic != LOOKED:
            self._on_problem(topic, answer)
        else:
            known(answer)
        return True

    def _connect(self) -> None:
        self._workspace.page_requested.connect(self._on_page_requested)
        self._workspace.message_requested.connect(self._on_message_requested)
        self._workspace.list_shown.connect(self._on_list_shown)
        self._workspace.message_actions.keys_requested.connect(self._on_keys_requested)
        self._workspace.message_actions.retry_requested.connect(self._on_retry_requested)
        self._workspace.message_actions.discard_requested.connect(self._on_discard_requested)
        self._workspace.message_actions.resend_requested.connect(self._on_resend_requested)
        self._workspace.message_actions.convert_requested.connect(self._on_convert_requested)
        self._workspace.message_actions.read_in_requested.connect(self._on_read_in_requested)
        self._workspace.message_actions.cancel_requested.connect(self._on_cancel_requested)
        self._workspace.refresh_requested.connect(self.refresh)
        self._workspace.message_actions.export_requested.connect(self._on_export_requested)

    # --- answers -------------------------------------------------------------------------------------------------

    def _on_problem(self, topic: str, error: PacelineError) -> None:
        if topic == EXPORTED:
            self.notice_raised.emit(str(error))
        else:
            self._seen = None  # so that the list is read again
            self._workspace.show_reading_problem(error)

    def _on_groups(self, answer: object) -> None:
        self._workspace.show_groups(cast(tuple[FailedGroup, ...], answer))

    def _on_page(self, answer: object) -> None:
        self._workspace.show_page(cast(FailedPage, answer))

    def _on_message(self, answer: object) -> None:
        self._workspace.show_message(cast(FailedMessage | None, answer))

    def _on_keys(self, answer: object) -> None:
        self._workspace.message_actions.take_keys(*cast(tuple[str, tuple[str, ...]], answer))

    def _on_of_workout(self, answer: object) -> None:
        workout_id, found = cast(tuple[str, tuple[str, str] | None], answer)
        if found is None:
            self.workout_unknown.emit(workout_id)
        else:
            self.failure_found.emit(found[0])
            self._workspace.open_message(*found)

    def _on_progress(self, answer: object) -> None:
        progress = cast("FailedProgress", answer)
        self._workspace.message_actions.show_progress(progress.act, progress.done, progress.total)

    def _on_acted(self, answer: object) -> None:
        over = cast("FailedActed", answer)
        acted = over.acted
        if over.error is not None:
            self._workspace.message_actions.show_refusal(over.error)
            return
        self._workspace.message_actions.show_done(over.act, acted.done, acted.skipped, acted.problem, acted.remark)
        self._unseen_due = self._ticks + UNSEEN_SOON_TICKS
        self._unseen_before = 0
        self.refresh()
        self._search.search_soon()

    def _on_unseen(self, answer: object) -> None:
        """Use a count only when seen twice: a message that is failing now is in the queue shortly before the list."""
        unseen = cast(int, answer)
        self._workspace.message_actions.show_unseen(min(unseen, self._unseen_before))
        if unseen and not self._unseen_before:
            self._unseen_due = self._ticks + UNSEEN_SOON_TICKS
        self._unseen_before = unseen

    def _on_exported(self, answer: object) -> None:
        name, done = cast(tuple[str, int], answer)
        self.notice_raised.emit(f"{done:,} message{'' if done == 1 else 's'} saved as {name}.")

    # --- questions -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_page_requested(self, asked: PageAsked) -> None:
        self._host.ask(PAGES[asked.number % 2], lambda reader: _page(reader, asked), tell_errors=True)

    @Slot(str)
    def _on_message_requested(self, key: str) -> None:
        self._host.ask(MESSAGE, lambda reader: reader.failed.message(key))

    @Slot(object)
    def _on_list_shown(self, wanted: FailedFilter) -> None:
        self._search.show(wanted)

    @Slot(str, object)
    def _on_keys_requested(self, purpose: str, wanted: FailedFilter) -> None:
        self._host.ask(KEYS, lambda reader: (purpose, reader.failed.keys(wanted)))

    @Slot(object)
    def _on_retry_requested(self, keys: tuple[str, ...]) -> None:
        self._host.act_on_failed(lambda failed: failed.retry(keys))

    @Slot(object)
    def _on_discard_requested(self, keys: tuple[str, ...]) -> None:
        self._host.act_on_failed(lambda failed: failed.discard(keys))

    @Slot(str, bytes)
    def _on_resend_requested(self, key: str, body: bytes) -> None:
        self._host.act_on_failed(lambda failed: failed.resend(key, bytes(body)))

    @Slot(object)
    def _on_convert_requested(self, changes: tuple[FieldCorrection, ...]) -> None:
        self._host.act_on_failed(lambda failed: failed.convert(changes))

    @Slot()
    def _on_read_in_requested(self) -> None:
        self._host.act_on_failed(lambda failed: failed.import_queue())

    @Slot()
    def _on_cancel_requested(self) -> None:
        self._host.act_on_failed(lambda failed: failed.cancel())

    @Slot(str, object, object)
    def _on_export_requested(self, path: str, wanted: FailedFilter, keys: tuple[str, ...] | None) -> None:
        url, target = self._host.database_url, Path(path)
        stopped, now_ms = self._stopping.is_set, self._now_ms
        self._tasks.do(EXPORTED, lambda: (target.name, _export(url, target, wanted, keys, stopped, now_ms)))


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
