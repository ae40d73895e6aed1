"""An outage of the embedded queue: its file is locked, as by a program that does not let go of it."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection
from time import monotonic

from core.logs import get_log
from core.sqlite.connection import connect, sqlite_module
from worker.runtime.service_thread import ServiceThread

LONGEST_S = 30.0  # whatever happens to the experiment that asked for it
LOCK_WAIT_S = 5.0

_log = get_log(__name__)


class QueueFileOutage(ServiceThread):
    """While it is on, no process can write the queue file: neither publish to it nor take from it. For any thread.

    The lock is this process's: it ends with it.
    """

    def __init__(self, path: Path, longest_s: float = LONGEST_S) -> None:
        super().__init__("queue outage")
        self._path, self._longest_s = path, longest_s
        self._wanted = self._locked = False

    @property
    def locked(self) -> bool:
        return self._locked

    def set(self, wanted: bool) -> None:
        """Returns at once. It ends by itself after `longest_s`."""
        with self._changed:
            self._wanted = wanted
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._stopping)
                if self._stopping:
                    return
            try:
                self._hold()
            except sqlite_module().Error as error:
                _log.warning("the queue could not be locked", problem=str(error))
                self.set(False)

    def _hold(self) -> None:
        connection: Connection = connect(self._path, timeout_s=LOCK_WAIT_S)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            self._locked = True
            until_s = monotonic() + self._longest_s
            with self._changed:
                self._changed.wait_for(lambda: not self._wanted or self._stopping, max(0.0, until_s - monotonic()))
                self._wanted = False
            connection.execute("ROLLBACK")
        finally:
            self._locked = False
            connection.close()
