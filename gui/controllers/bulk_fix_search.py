"""Searches the failed list for a mistake that many messages share, in steps, so that other queries are not delayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from core.errors import PacelineError
from core.failures.causes import cause_of, is_misnamed
from core.failures.corrections import BulkFixProposal, CommonMistake
from core.failures.models import FailedFilter
from gui.controllers.pipeline_host import PipelineHost

if TYPE_CHECKING:
    from core.store.reader import ResultsReader
    from worker.failed.bulk_fix import BulkFixScan

LOOKED = "failed looked at"
PAUSE_LOOKS = 9  # pause in multiples of a scan's duration: a list that keeps changing takes a tenth of the time
LOST_TICKS = 60  # then a question counts as dropped and is asked again

_FIELDS = frozenset(mistake.value for mistake in CommonMistake)


class BulkFixSearch:
    """Main thread. Call `tick` twice a second and `on_answer` with replies of topic LOOKED."""

    def __init__(
        self, host: PipelineHost, *, now_ms: Callable[[], int], on_found: Callable[[BulkFixProposal | None], None]
    ) -> None:
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

    def on_answer(self, answer: object) -> None:
        if isinstance(answer, PacelineError):
            self._running = False
            return
        version, sorting = cast("tuple[int, BulkFixScan]", answer)
        if version != self._version:
            return
        self._heard_at = self._ticks
        if not sorting.finished:
            self._ask(version, lambda reader: _looked(reader, sorting, self._now_ms()))
            return
        self._running = False
        self._not_before = self._ticks + PAUSE_LOOKS * (self._ticks - self._began_at)
        self._on_found(sorting.findings())

    def _begin_if_due(self) -> None:
        wanted = self._wanted
        if wanted is None or not self._due or self._running or self._ticks < self._not_before:
            return
        self._running, self._due = True, False
        self._version += 1
        self._began_at = self._heard_at = self._ticks
        self._ask(self._version, lambda reader: _begun(reader, wanted))

    def _ask(self, version: int, work: Callable[[ResultsReader], BulkFixScan]) -> None:
        self._host.ask(LOOKED, lambda reader: (version, work(reader)), tell_errors=True)


def _may_be_shared(code: str) -> bool:
    return cause_of(code).field in _FIELDS or is_misnamed(code)


def _begun(reader: ResultsReader, wanted: FailedFilter) -> BulkFixScan:
    from worker.failed.bulk_fix import start_scan

    return start_scan(reader.failed, wanted)


def _looked(reader: ResultsReader, sorting: BulkFixScan, now_ms: int) -> BulkFixScan:
    sorting.scan_next(reader.failed, now_ms=now_ms)
    return sorting
