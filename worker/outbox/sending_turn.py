"""Which of several programs sends from an outbox that they share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.errors import StoreError
from core.logs import get_log
from core.sqlite.process_lock import ProcessLock

PATIENCE_S = 15.0  # with a holder that lives and sends nothing: stopped by a signal, or hanging

_log = get_log(__name__)


class SendingTurn:
    """The lock beside an outbox, held from reading what is pending to noting what is confirmed. The sender's thread.

    The system drops the lock of a process that ends, so the next sender goes on at once. To send without the lock costs
    duplicates, which the results absorb; not to send at all would be worse, so neither a holder that hangs nor a folder
    in which files cannot be locked keeps anybody from sending.
    """

    def __init__(self, lock_file: Path, monotonic_s: Callable[[], float]) -> None:
        self._lock = ProcessLock(lock_file)
        self._monotonic_s = monotonic_s
        self._sent: int | None = None
        self._since_s = 0.0  # when another one was last seen to send
        self._is_waiting = False
        self._is_reported = False

    def begin(self, count_sent: Callable[[], int | None]) -> bool:
        """Whether to send now; asked again until it is so. `count_sent`: how many all programs sent; asked only while
        another one has the lock."""
        try:
            if self._lock.acquire():
                self._is_waiting = False
                return True
        except StoreError as error:
            if not self._is_reported:
                _log.warning("sending without a lock", problem=str(error))
            self._is_reported = True
            return True
        sent = count_sent()
        if not self._is_waiting or sent != self._sent:
            self._is_waiting, self._sent, self._since_s = True, sent, self._monotonic_s()
        return self._monotonic_s() - self._since_s >= PATIENCE_S

    def end(self) -> None:
        self._lock.release()

    def close(self) -> None:
        """Before another file gets the name of the outbox, and at the end; it may begin again."""
        self._lock.close()
