"""The life of a program's thread: made, started, stopped, joined."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import Condition, Thread


class ServiceThread(ABC):
    """Base of the threads that a program starts and ends in order. A subclass says in `_run` what its thread does.

    Made, then started once, then asked to stop, then ended; it never runs again. `start`, `stop` and `join` may be
    called from any thread, in any order and repeatedly, but `join` not in the thread itself.

    `_run` ends soon after `_stopping` is set, by closing what it opened; it must not raise. What other threads request
    is guarded by `_changed`: they notify, it waits there, and looks at `_stopping` each time that it wakes up. A
    subclass that waits for something else (a broker, an event loop) overrides `stop` and ends that wait too.

    A thread that hangs delays the end of the program by no more than the time limit of `join`: it is a daemon.
    """

    def __init__(self, name: str) -> None:
        self._changed = Condition()
        self._stopping = False  # set under _changed, once
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Does nothing when it was started before."""
        with self._changed:
            if self._thread.ident is None:
                self._thread.start()

    def stop(self) -> None:
        """Ask it to end. Returns at once; `join` waits."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s`; True when the thread has ended or was never started."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @abstractmethod
    def _run(self) -> None:
        """The work, in the thread, from start to end."""
