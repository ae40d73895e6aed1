"""Runs short file and network operations off the main thread; results come back through the bridge."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from core.errors import PacelineError, unexpected_error_text
from core.logs import get_log
from gui.controllers.bridge import Reply

THREADS = 2

_log = get_log(__name__)


class BackgroundTasks:
    """Main thread. Results are posted as a Reply: what the work returned, or the PacelineError that it raised."""

    def __init__(self, post: Callable[[Reply], None]) -> None:
        self._post = post
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="background")

    def do(self, topic: str, work: Callable[[], object]) -> None:
        self._pool.submit(work).add_done_callback(lambda done: self._post_result(topic, done))

    def close(self) -> None:
        """Wait for the work that has begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _post_result(self, topic: str, done: Future[object]) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            self._post(Reply(topic, done.result()))
        elif isinstance(error, PacelineError):
            self._post(Reply(topic, error))
        else:
            _log.error("background task failed", topic=topic, exc_info=error)
            self._post(Reply(topic, PacelineError(unexpected_error_text(error))))
