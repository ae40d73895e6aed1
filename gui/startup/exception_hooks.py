"""Reports uncaught errors of the main thread and other threads to the log and to the user; the program goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType

from core.events import Event, ProblemRaised
from core.logs import get_log

_log = get_log(__name__)


class CrashHooks:
    """Installs both exception hooks; `close` restores the old ones. The hooks run in the thread that failed."""

    def __init__(self, post: Callable[[Event], None], now_ms: Callable[[], int]) -> None:
        self._post = post
        self._now_ms = now_ms
        self._old = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def close(self) -> None:
        sys.excepthook, threading.excepthook = self._old

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._old[0](kind, error, trace)
            return
        self._report("the window", error, trace)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            name = args.thread.name if args.thread is not None else "a thread"
            self._report(f"the thread {name}", args.exc_value, args.exc_traceback)

    def _report(self, where: str, error: BaseException, trace: TracebackType | None) -> None:
        _log.error(f"unexpected error in {where}", exc_info=(type(error), error, trace))
        text = f"Something unexpected went wrong in {where}: {type(error).__name__}. The log has the details."
        self._post(ProblemRaised(self._now_ms(), "unexpected", text))
