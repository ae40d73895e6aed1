"""Detects that an open SQLite file was moved, deleted or replaced.

SQLite goes on writing into the file that it opened, wherever that is now, where the next reader would not find it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from threading import Lock

from core.sqlite.connection import sqlite_module

Identity = tuple[int, int]  # of a file: device and inode

_leaving = Lock()


def _identity(path: str) -> Identity | None:
    try:
        status = os.stat(path)  # noqa: PTH116  # runs with every batch; Path.stat costs three times as much
    except OSError:
        return None
    return status.st_dev, status.st_ino


class OpenFileIdentity:
    """Which file a connection has open. Create it right after the connection; may be used from any thread."""

    def __init__(self, path: Path) -> None:
        self._path, self._journal, self._index = str(path), f"{path}-wal", f"{path}-shm"
        self._identity = _identity(self._path)
        self._journal_identity, self._index_identity = _identity(self._journal), _identity(self._index)

    @property
    def is_current(self) -> bool:
        """Whether the path still names it, so that commits are found by the next reader."""
        return self._identity is not None and _identity(self._path) == self._identity

    def detach(self, connection: Connection) -> None:
        """Before `connection` is closed: a moved file takes along what is in its journal.

        SQLite would leave journal and index under the old name. A new file there would discard that journal, a restored
        one would take it for its own, and both files would use the same index: closing one drops the locks of the
        other, and its list of commits (https://www.sqlite.org/howtocorrupt.html).
        """
        if self.is_current:
            return
        with _leaving:
            if self._index_identity is not None and _identity(self._index) == self._index_identity:
                if _identity(self._journal) != self._journal_identity:
                    return  # another program has opened another file with that index
                with suppress(OSError):
                    Path(self._journal).unlink()  # this and the index stay open, for the moved file only
                    Path(self._index).unlink()
            with suppress(sqlite_module().Error):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
