"""Searches the failed list for a mistake that many messages share, in steps, so that other queries are not delayed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.errors import PacelineError
from core.failures.causes import cause_of, is_misnamed
from core.failures.corrections import BulkFixProposal, CommonMistake
from core.failures.models import FailedFilter
from gui.host.pipeline_host import PipelineHost
from worker.runtime.query import Query

if TYPE_CHECKING:
    from core.store.reader import ResultsReader
    from worker.failed.bulk_fix import BulkFixScan

PAUSE_LOOKS = 9  # pause in multiples of a scan's duration: a list that keeps changing takes a tenth of the time
LOST_TICKS = 60  # then a query counts as dropped and is asked again

_FIELDS = frozenset(mistake.value for mistake in CommonMistake)


class BulkFixSearch(QObject):
    """Main thread. Call `tick` twice a second."""

    def __init__(
        self,
        host: PipelineHost,
        *,
        now_ms: Callable[[], int],
        on_found: Callable[[BulkFixProposal | None], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._host, self._now_ms, self._on_found = host, now_ms, on_found
        self._wanted: FailedFilter | None = None  # None while the list has nothing to search
        self._version = 0
        self._running = self._due = False
        self._ticks = self._began_at = self._heard_at = self._not_before = 0

    def show(self, wanted: FailedFilter) -> None:
        """Search another list from its beginning."""
        self.forget()
        self._wanted = wanted if wanted.cause is None or _may_be_shared(wanted.cause) else None
        self.search_soon()

    def forget(self) -> None:
        """Other files are open: questions to the previous ones will not be answered."""
        self._version += 1
        self._running = False
        self._on_found(None)

    def search_soon(self) -> None:
        """The user changed the list: search again without a pause."""
        self._not_before = self._ticks
        self.search_again()

    def search_again(self) -> None:
        """The list may have changed: search again after the pause."""
        self._due = self._wanted is not None
        self._begin_if_due()

    def tick(self) -> None:
        self._ticks += 1
        if self._running and self._ticks - self._heard_at > LOST_TICKS:
            self._running, self._due = False, True
        self._begin_if_due()

    def _begin_if_due(self) -> None:
        wanted = self._wanted
        if wanted is None or not self._due or self._running or self._ticks < self._not_before:
            return
        self._running, self._due = True, False
        self._version += 1
        self._began_at = self._heard_at = self._ticks
        self._ask(lambda reader: (_start(reader, wanted), None))

    def _ask(self, run: Callable[[ResultsReader], tuple[BulkFixScan, BulkFixProposal | None]]) -> None:
        on_step = partial(self._on_step, self._version)
        self._host.ask(Query("bulk fix search", run, on_step, self._on_error))

    def _on_step(self, version: int, result: tuple[BulkFixScan, BulkFixProposal | None]) -> None:
        if version != self._version:
            return
        self._heard_at = self._ticks
        scan, found = result
        if scan.unread:
            now_ms = self._now_ms()
            self._ask(lambda reader: _next_step(reader, scan, now_ms))
            return
        self._running = False
        self._not_before = self._ticks + PAUSE_LOOKS * (self._ticks - self._began_at)
        self._on_found(found)

    def _on_error(self, _error: PacelineError) -> None:
        self._running = False


def _may_be_shared(code: str) -> bool:
    return cause_of(code).field in _FIELDS or is_misnamed(code)


def _start(reader: ResultsReader, wanted: FailedFilter) -> BulkFixScan:
    from worker.failed.bulk_fix import start_scan

    return start_scan(reader.failed, wanted)


def _next_step(reader: ResultsReader, scan: BulkFixScan, now_ms: int) -> tuple[BulkFixScan, BulkFixProposal | None]:
    """A step; after the last one also what was found."""
    scan = scan.next_step(reader.failed, now_ms=now_ms)
    return scan, None if scan.unread else scan.findings()
