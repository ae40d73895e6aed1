"""One long task of the care of the data in a thread of its own, with progress; it can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar

from core.care.progress import Progress, Watch
from core.errors import PacelineError, unexpected_error_text
from core.logs import get_log
from worker.runtime.query import Posted, Reply
from worker.runtime.service_thread import ServiceThread

REPORT_S = 0.05  # between two reports of the same step

_log = get_log(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CareTask(Generic[T]):
    """`work` is called in the thread, the others in the main thread: as callbacks of a query."""

    work: Callable[[Watch], T]
    on_progress: Callable[[Progress], None]
    on_result: Callable[[T], None]
    on_error: Callable[[PacelineError], None]


class CareThread(ServiceThread):
    """`stop` asks the task to end where it still can; otherwise it is done to its end."""

    def __init__(self, task: CareTask[Any], *, post: Callable[[Posted], None]) -> None:
        super().__init__("data care")
        self._task, self._post = task, post
        self._told: tuple[str, float] = "", 0.0  # what was reported last, and when

    def _run(self) -> None:
        task = self._task
        try:
            self._post(Reply(task.work(Watch(self._report, lambda: self._stopping)), task.on_result))
        except PacelineError as error:
            self._post(Reply(error, task.on_error))
        except Exception as error:  # noqa: BLE001 - the dialog waits for a result
            _log.exception("care of the data failed")
            self._post(Reply(PacelineError(unexpected_error_text(error)), task.on_error))

    def _report(self, progress: Progress) -> None:
        now_s, (what, at_s) = monotonic(), self._told
        if what != progress.what or now_s - at_s >= REPORT_S:
            self._told = progress.what, now_s
            self._post(Reply(progress, self._task.on_progress))
