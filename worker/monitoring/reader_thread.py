"""Thread that reads the results database for a screen, so that queries never block the user interface."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from core.errors import PacelineError, unexpected_error_text
from core.logs import get_log
from core.store.reader import ResultsReader
from worker.runtime.query import Query, Reply
from worker.runtime.service_thread import ServiceThread

MAX_WAITING = 64

_log = get_log(__name__)


class ReaderThread(ServiceThread):
    """Owns a ResultsReader, which it opens and closes. `post` is called in this thread.

    A query that fails without `on_error` is dropped, since screens ask again.
    """

    def __init__(self, reader: ResultsReader, *, post: Callable[[Reply[Any]], None]) -> None:
        super().__init__("results reader")
        self._reader = reader
        self._post = post
        self._waiting: OrderedDict[str, Query[Any]] = OrderedDict()
        self._is_open = False

    def ask(self, query: Query[Any]) -> None:
        """From any thread; returns at once. The oldest waiting query is dropped when more than MAX_WAITING wait."""
        with self._changed:
            self._waiting[query.name] = query
            if len(self._waiting) > MAX_WAITING:
                self._waiting.popitem(last=False)
            self._changed.notify()

    def _run(self) -> None:
        while (query := self._next()) is not None:
            self._answer(query)
        self._close()

    def _next(self) -> Query[Any] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            return None if self._stopping else self._waiting.popitem(last=False)[1]

    def _answer(self, query: Query[Any]) -> None:
        try:
            if not self._is_open:
                self._reader.open()
                self._is_open = True
            result = query.run(self._reader)
        except PacelineError as error:
            _log.info("results query not answered", query=query.name, problem=str(error))
            self._fail(query, error)
        except Exception as error:  # noqa: BLE001 - one faulty query must not stop all others
            _log.exception("results query failed", query=query.name)
            self._fail(query, PacelineError(unexpected_error_text(error)))
        else:
            self._post(Reply(result, query.on_result))

    def _fail(self, query: Query[Any], error: PacelineError) -> None:
        self._close()
        if query.on_error is not None:
            self._post(Reply(error, query.on_error))

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._reader.close()
