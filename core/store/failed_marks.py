"""Notes what a person did with messages of the failed list. Compare and set: a worker may be quicker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, bindparam, func, select, update

from core.errors import StoreUnavailableError
from core.failed_list import SENT_AGAIN, FailedState
from core.sqlite import TIMEOUT_S
from core.store.database import database_at, value_errors
from core.store.failures import write_failures
from core.store.records import FailureRecord
from core.store.rows import BatchRows
from core.store.schema import failures
from core.store.statements import Statements


@dataclass(frozen=True, slots=True)
class Mark:
    """`retries`: as it was when the person looked. One that has changed since is left as it is."""

    key: str
    retries: int


class FailedMarks:
    """Belongs to the thread that opened it. Methods raise StoreUnavailableError or StoreDamagedError."""

    def __init__(self, url: str, *, by: str, now_ms: Callable[[], int], lock_wait_s: float = TIMEOUT_S) -> None:
        """`by`: who acts, as it is kept with each."""
        self._database = database_at(url)
        self._by = by
        self._now_ms = now_ms
        self._lock_wait_s = lock_wait_s
        self._engine: Engine | None = None

    def open(self) -> None:
        self.close()
        self._engine = self._database.open(lock_wait_s=self._lock_wait_s)

    def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def mark(self, marks: Sequence[Mark], state: FailedState) -> int:
        """Take them off the list; returns how many were still on it, as they were."""
        engine, again = self._opened(), int(state in SENT_AGAIN)
        changed = 0
        with self._database.errors(), engine.begin() as connection:
            for mark in marks:
                done = connection.execute(
                    _MARK,
                    {
                        "of": mark.key,
                        "known": mark.retries,
                        "to": state.value,
                        "more": again,
                        "at": self._now_ms(),
                        "by": self._by,
                    },
                ).rowcount
                changed += done
        return changed

    def adopt(self, records: Sequence[FailureRecord]) -> int:
        """Put on the list what is known from the failed queue only; returns how many were new.

        StoreValueError, and none is on the list, for a value that the database does not take.
        """
        engine = self._opened()
        statements = Statements(engine.dialect)
        rows = BatchRows.at(engine.dialect, self._now_ms())
        with value_errors(self._database), self._database.errors(), engine.begin() as connection:
            return len(write_failures(connection, statements, rows, records))

    def states(self, keys: Sequence[str]) -> dict[str, tuple[FailedState, int]]:
        """State and retries of those of `keys` that are known."""
        engine = self._opened()
        with self._database.errors(), engine.begin() as connection:
            found = Statements(engine.dialect).known_failures.rows(connection, keys)
        return {key: (FailedState(state), retries) for key, state, retries, _ in found}

    def open_count(self) -> int:
        engine = self._opened()
        with self._database.errors(), engine.begin() as connection:
            is_open = failures.c.state == FailedState.OPEN.value
            return connection.scalar(select(func.count()).select_from(failures).where(is_open)) or 0

    def _opened(self) -> Engine:
        if self._engine is None:
            raise StoreUnavailableError("The results database is not open.")
        return self._engine


_MARK = (
    update(failures)
    .where(
        failures.c.key == bindparam("of"),
        failures.c.state == FailedState.OPEN.value,
        failures.c.retries == bindparam("known"),
    )
    .values(
        state=bindparam("to"),
        retries=failures.c.retries + bindparam("more"),
        settled_at=bindparam("at"),
        settled_by=bindparam("by"),
    )
)
