"""Our SQLite library with calls that fail on request: the n-th, or every one from then on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from core.sqlite.connection import sqlite_module

BUSY, READ_ONLY, INPUT_OUTPUT, DAMAGED, FULL = 5, 8, 10, 11, 13  # https://www.sqlite.org/rescode.html
_WORDS = {
    BUSY: "database is locked",
    READ_ONLY: "attempt to write a readonly database",
    INPUT_OUTPUT: "disk I/O error",
    DAMAGED: "database disk image is malformed",
    FULL: "database or disk is full",
}


def is_write(sql: str) -> bool:
    """Whether this can change a file; a transaction that may write begins with it."""
    return sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE", "CREATE", "ALTER ", "BEGIN ", "REPLAC")


class Faults:
    """Decides for each call of any connection. From any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.calls = 0
        self.raised = 0
        self._code = 0
        self._at = 0
        self._for_good = self._after_commit = False
        self._picks: Callable[[Path, str], bool] = lambda path, sql: True

    def plan(
        self,
        code: int,
        *,
        at: int = 1,
        for_good: bool = False,
        after_commit: bool = False,
        picks: Callable[[Path, str], bool] = lambda path, sql: True,
    ) -> None:
        """Call number `at`, of those that `picks` says True to, fails; `for_good`: all from there on.

        `after_commit`: only commits are counted, and they fail after they have happened.
        """
        with self._lock:
            self.calls = self.raised = 0
            self._code, self._at, self._for_good, self._after_commit = code, at, for_good, after_commit
            self._picks = picks

    def clear(self) -> None:
        with self._lock:
            self._code = 0

    def run(self, path: Path, sql: str, act: Callable[[], Any]) -> Any:
        commits = sql.strip().upper().startswith("COMMIT")
        with self._lock:
            counts = self._picks(path, sql) and (commits or not self._after_commit)
            self.calls += counts
            fails = self._code and counts and (self.calls >= self._at if self._for_good else self.calls == self._at)
            self.raised += bool(fails)
            code = self._code
        if not fails:
            return act()
        if self._after_commit:
            act()
        error = sqlite_module().OperationalError(_WORDS[code])
        error.sqlite_errorcode = code
        raise error


def install(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Every connection opened from now on asks the Faults that are returned."""
    faults, module = Faults(), sqlite_module()

    class Cursor(module.Cursor):  # type: ignore[misc,name-defined]  # a class found at run time
        def execute(self, sql: str, *values: Any) -> Any:
            return faults.run(self.connection.path, sql, lambda: super(Cursor, self).execute(sql, *values))

        def executemany(self, sql: str, *values: Any) -> Any:
            return faults.run(self.connection.path, sql, lambda: super(Cursor, self).executemany(sql, *values))

    class Connection(module.Connection):  # type: ignore[misc,name-defined]
        path = Path()

        def cursor(self, factory: type[Any] = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, *values: Any) -> Any:
            return self.cursor().execute(sql, *values)

        def executemany(self, sql: str, *values: Any) -> Any:
            return self.cursor().executemany(sql, *values)

        def commit(self) -> None:
            faults.run(self.path, "COMMIT", super().commit)

    original = module.connect

    def connect(place: object, **options: Any) -> Any:
        connection = original(place, factory=Connection, **options)
        connection.path = Path(str(place).removeprefix("file://").split("?")[0])
        return connection

    monkeypatch.setattr(module, "connect", connect)
    return faults
