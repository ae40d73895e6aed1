"""Runs short file and network operations off the main thread; results come back through the bridge."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from core.errors import PacelineError, unexpected_error_text
from core.logs import get_log
from worker.runtime.query import Posted, Reply

THREADS = 2

_log = get_log(__name__)

T = TypeVar("T")


class BackgroundTasks:
    """Main thread. The callbacks are called there, too: see worker/runtime/query.py."""

    def __init__(self, post: Callable[[Posted], None]) -> None:
        self._post = post
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="background")

    def run(
        self, work: Callable[[], T], on_result: Callable[[T], None], on_error: Callable[[PacelineError], None]
    ) -> None:
        """An unexpected error is logged; `on_error` then gets a PacelineError that names its type."""
        self._pool.submit(self._run, work, on_result, on_error)

    def close(self) -> None:
        """Wait for the work that has begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(
        self, work: Callable[[], T], on_result: Callable[[T], None], on_error: Callable[[PacelineError], None]
    ) -> None:
        try:
            self._post(Reply(work(), on_result))
        except PacelineError as error:
            self._post(Reply(error, on_error))
        except Exception as error:  # noqa: BLE001 - the screen waits for a result
            _log.exception("background task failed")
            self._post(Reply(PacelineError(unexpected_error_text(error)), on_error))
