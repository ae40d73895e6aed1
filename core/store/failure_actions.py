"""Records what a person did with messages of the failed list. Compare and set, since a worker may change a row
first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, bindparam, func, select, update

from core.broker.delivery_headers import next_count
from core.errors import StoreUnavailableError
from core.failures.models import SENT_AGAIN, FailedState
from core.store.database.connect import database_at
from core.store.database.schema import failures
from core.store.duplicate_submissions import ABSORBED
from core.store.failure_record import FailureRecord
from core.store.failure_writer import lock_keys, write_failures
from core.store.rows import BatchRows
from core.store.statements import Statements, statements_for


@dataclass(frozen=True, slots=True)
class FailureMark:
    """`retries`: as it was when the person looked. A row whose count has changed since is left as it is."""

    key: str
    retries: int


class FailureActions:
    """Belongs to the thread that opened it. Methods raise StoreError."""

    def __init__(self, url: str, *, by: str, now_ms: Callable[[], int]) -> None:
        """`by`: who acts; stored with each action."""
        self._database = database_at(url)
        self._by = by
        self._now_ms = now_ms
        self._engine: Engine | None = None
        self._statements: Statements | None = None

    def open(self) -> None:
        self.close()
        self._engine = self._database.open()
        self._statements = self._statements or statements_for(self._engine.dialect)

    def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def mark(self, marks: Sequence[FailureMark], state: FailedState) -> int:
        """Take them off the list. Returns how many were still on it, with the expected `retries`."""
        engine, _ = self._opened()
        again, changed = state in SENT_AGAIN, 0
        with self._database.transaction(engine) as connection:
            for mark in marks:
                done = connection.execute(
                    _MARK,
                    {
                        "of": mark.key,
                        "known": mark.retries,
                        "to": state.value,
                        "then": next_count(mark.retries) if again else mark.retries,
                        "at": self._now_ms(),
                        "by": self._by,
                    },
                ).rowcount
                changed += done
        return changed

    def import_failures(self, records: Sequence[FailureRecord]) -> list[str]:
        """Add to the list what only the failed queue has. Returns the keys of those that were new."""
        engine, statements = self._opened()
        rows = BatchRows.at(engine.dialect, self._now_ms())
        with self._database.transaction(engine) as connection:
            self._database.lock_workouts(connection, lock_keys(records))
            news, absorbed = write_failures(connection, statements, rows, records)
            counts = [(origin, ABSORBED, n) for origin, n in sorted(absorbed.items()) if n]
            statements.put_ledger.run(connection, counts)
            return [record.key for record in news]

    def states(self, keys: Sequence[str]) -> dict[str, tuple[FailedState, int]]:
        """State and retries of those of `keys` that are known."""
        engine, statements = self._opened()
        with self._database.transaction(engine) as connection:
            found = statements.known_failures.rows(connection, keys)
        return {key: (FailedState(state), retries) for key, state, retries, *_ in found}

    def open_count(self) -> int:
        engine, _ = self._opened()
        with self._database.transaction(engine) as connection:
            is_open = failures.c.state == FailedState.OPEN.value
            return connection.scalar(select(func.count()).select_from(failures).where(is_open)) or 0

    def _opened(self) -> tuple[Engine, Statements]:
        if self._engine is None or self._statements is None:
            raise StoreUnavailableError("The results database is not open.")
        return self._engine, self._statements


_MARK = (
    update(failures)
    .where(
        failures.c.key == bindparam("of"),
        failures.c.state == FailedState.OPEN.value,
        failures.c.retries == bindparam("known"),
    )
    .values(
        state=bindparam("to"),
        retries=bindparam("then"),
        settled_at=bindparam("at"),
        settled_by=bindparam("by"),
    )
)
