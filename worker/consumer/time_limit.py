"""Interrupts work that hangs: a watchdog thread raises an error in the thread that does the work."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from threading import Event, Lock, Thread, get_ident
from time import monotonic
from typing import TypeVar

from worker.consumer.retry_policy import TimeLimitExceededError

CHECKS_PER_LIMIT = 5
LONGEST_CHECK_S = 1.0
RESEND_S = 1.0
ABSORBING_TURNS = 1_000  # of a loop: an error that was sent is raised at one of them

T = TypeVar("T")

# Takes a class, no instance. Never call it with NULL: on CPython 3.11 every thread then checks for the error for good,
# and under a tracer (coverage) all of them hang at their next call.
_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
_raise_in.argtypes = (ctypes.c_ulong, ctypes.py_object)


class TimeLimit:
    """Of one worker thread, which calls `run` and `close`. The first `run` starts the watchdog thread.

    Python code is interrupted between two bytecodes. The error is sent again while the work goes on, since Python drops
    errors raised in a finalizer; at intervals long enough to unwind in between. A call into C that does not return
    cannot be interrupted: `on_unresponsive` is then called once, in the watchdog thread, after twice the limit. If the
    call returns after all, the error is raised then.
    """

    def __init__(
        self, limit_s: float, *, on_unresponsive: Callable[[], None], monotonic_s: Callable[[], float] = monotonic
    ) -> None:
        self._limit_s = limit_s
        self._on_unresponsive = on_unresponsive
        self._monotonic_s = monotonic_s
        self._lock = Lock()
        self._began_s: float | None = None  # None: no work to watch
        self._worker = 0
        self._next_send_at_s = 0.0
        self._sent = self._reported = False
        self._stop = Event()
        self._thread: Thread | None = None

    def run(self, act: Callable[[], T]) -> T:
        """Returns the result of `act`; TimeLimitExceededError if it takes longer than the limit."""
        if self._thread is None:
            self._start()
        self._begin()
        done = False
        # A plain call and no context manager: the error may be raised at any call or turn of a loop, and in
        # `__enter__` or `__exit__` it would skip `_end`.
        try:
            try:
                result = act()
                done = True
            finally:
                self._end()
        except TimeLimitExceededError:
            self._end()
            if not done:
                raise
        return result

    def close(self) -> None:
        thread, self._thread = self._thread, None
        self._stop.set()
        if thread is not None and thread.ident != get_ident():
            thread.join()

    def _begin(self) -> None:
        with self._lock:
            self._worker, self._sent, self._began_s = get_ident(), False, self._monotonic_s()
            self._next_send_at_s = self._began_s + self._limit_s

    def _end(self) -> None:
        """Send no more errors, and absorb one that was sent and not raised yet, so that it does not hit later code."""
        with self._lock:
            self._began_s = None
        if self._sent:
            try:
                for _ in range(ABSORBING_TURNS):
                    pass
            except TimeLimitExceededError:
                pass

    def _start(self) -> None:
        self._stop.clear()
        self._thread = Thread(target=self._watch, name="worker watchdog", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(min(self._limit_s / CHECKS_PER_LIMIT, LONGEST_CHECK_S)):
            if self._check():
                self._on_unresponsive()

    def _check(self) -> bool:
        """Returns True once: when the thread is unresponsive."""
        with self._lock:
            if self._began_s is None:
                return False
            now_s = self._monotonic_s()
            if now_s >= self._next_send_at_s:
                self._sent, self._next_send_at_s = True, now_s + min(self._limit_s, RESEND_S)
                _raise_in(self._worker, TimeLimitExceededError)
            if now_s - self._began_s < 2 * self._limit_s or self._reported:
                return False
            self._reported = True
            return True
