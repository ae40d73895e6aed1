"""Cuts off work that hangs: an error is raised in the thread that does it, from a thread that watches."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from threading import Event, Lock, Thread, get_ident
from time import monotonic
from typing import TypeVar

from worker.consumer.retry_policy import TimeLimitExceededError

LOOKS_PER_BOUND = 5
LONGEST_LOOK_S = 1.0
AGAIN_S = 1.0
MEETING_TURNS = 1_000  # of a loop, at each of which an error that is on its way arrives

T = TypeVar("T")

# Takes a class, no instance. Never called with NULL: on CPython 3.11 that leaves every thread looking for the error
# for good, and under a tracer (coverage) all of them hang at their next call.
_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
_raise_in.argtypes = (ctypes.c_ulong, ctypes.py_object)


class TimeLimit:
    """Of one worker thread, which calls `job` and `close`. Starts a thread with the first job.

    Python code is cut off between two of its steps. The error is sent again while the job goes on, since Python drops
    what is raised in a finalizer; seldom enough for a job to unwind in between. A call into C that does not come back
    cannot be cut off: then `on_unresponsive` is called, once, in the watching thread, after the limit has passed
    twice; should the call come back after all, the error is waiting for it.
    """

    def __init__(
        self, bound_s: float, *, on_unresponsive: Callable[[], None], monotonic_s: Callable[[], float] = monotonic
    ) -> None:
        self._bound_s = bound_s
        self._on_stuck = on_unresponsive
        self._monotonic_s = monotonic_s
        self._lock = Lock()
        self._began_s: float | None = None  # None: nothing to watch
        self._worker = 0
        self._send_at_s = 0.0
        self._cut = self._told = False
        self._stop = Event()
        self._thread: Thread | None = None

    def run(self, act: Callable[[], T]) -> T:
        """What `act` gives; TimeLimitExceededError when it takes longer than the bound."""
        if self._thread is None:
            self._start()
        self._begin()
        done = False
        # A plain call and no context manager: the error may arrive at any call or turn of a loop, and it must not do
        # so where nobody would note the end.
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
            self._worker, self._cut, self._began_s = get_ident(), False, self._monotonic_s()
            self._send_at_s = self._began_s + self._bound_s

    def _end(self) -> None:
        """Nothing is sent from here on; an error that was, and has not arrived, is met here and in nothing after it."""
        with self._lock:
            self._began_s = None
        if self._cut:
            try:
                for _ in range(MEETING_TURNS):
                    pass
            except TimeLimitExceededError:
                pass

    def _start(self) -> None:
        self._stop.clear()
        self._thread = Thread(target=self._watch, name="worker watchdog", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(min(self._bound_s / LOOKS_PER_BOUND, LONGEST_LOOK_S)):
            if self._look():
                self._on_stuck()

    def _look(self) -> bool:
        """Whether the thread is stuck, which is said once."""
        with self._lock:
            if self._began_s is None:
                return False
            now_s = self._monotonic_s()
            if now_s >= self._send_at_s:
                self._cut, self._send_at_s = True, now_s + min(self._bound_s, AGAIN_S)
                _raise_in(self._worker, TimeLimitExceededError)
            if now_s - self._began_s < 2 * self._bound_s or self._told:
                return False
            self._told = True
            return True
