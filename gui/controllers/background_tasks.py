"""Short work that touches files or the network, off the main thread; answers come back through the bridge."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from core.errors import PacelineError, unexpected_error_text
from core.logs import get_log
from gui.controllers.bridge import Reply

THREADS = 2

_log = get_log(__name__)


class BackgroundTasks:
    """From the main thread. An answer is what the work returned, or the PacelineError it raised."""

    def __init__(self, post: Callable[[Reply], None]) -> None:
        self._post = post
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="background")

    def do(self, topic: str, work: Callable[[], object]) -> None:
        self._pool.submit(work).add_done_callback(lambda done: self._tell(topic, done))

    def close(self) -> None:
        """Waits for what has begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tell(self, topic: str, done: Future[object]) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            self._post(Reply(topic, done.result()))
        elif isinstance(error, PacelineError):
            self._post(Reply(topic, error))
        else:
            _log.error("a chore failed", topic=topic, exc_info=error)
            self._post(Reply(topic, PacelineError(unexpected_error_text(error))))
