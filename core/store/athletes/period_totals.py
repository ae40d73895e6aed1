"""Writes the sums that leaderboards are read from, with each batch, or all of them anew."""

from __future__ import annotations

from collections.abc import Callable
from operator import add

from sqlalchemy import Connection, delete, func, select, tuple_

from core.achievements.progress import make_entry
from core.processing.period_changes import AthleteSums, PeriodChanges, PeriodSums
from core.store.athlete_cache import ENTRY_COLUMNS
from core.store.database.schema import period_sums, period_totals, workouts
from core.store.statements import Statements, statements_for

ROWS_AT_ONCE = 10_000

OnProgress = Callable[[int, int], None]  # workouts done, of how many
_w = workouts.c


def write_totals(connection: Connection, statements: Statements, sums: AthleteSums) -> None:
    """In a transaction that has locked the athletes, so that no other one writes these rows."""
    statements.put_period.run(connection, [(*key, *values) for key, values in sorted(sums.items())])
    statements.drop_empty_period.run(connection, [key for key, values in sums.items() if values[0] < 0])


def write_sums(connection: Connection, statements: Statements, sums: PeriodSums) -> None:
    """In the order of the key, so that two transactions wait for each other in the same order."""
    statements.put_period_sum.run(connection, [(*key, *values) for key, values in sorted(sums.items())])
    statements.drop_empty_period_sum.run(connection, sorted(key for key, values in sums.items() if values[0] < 0))


def rebuild_totals(connection: Connection, progress: OnProgress, *, rows_at_once: int = ROWS_AT_ONCE) -> None:
    """Work all sums out again from the workouts, so many at a time, in the caller's transaction."""
    statements = statements_for(connection.dialect)
    for table in (period_totals, period_sums):
        connection.execute(delete(table))
    whole, done = connection.scalar(select(func.count()).select_from(workouts)) or 0, 0
    key = tuple_(_w.athlete, _w.started_at, _w.id)
    # One athlete after the other, so that few rows are written twice.
    some = select(_w.athlete, *ENTRY_COLUMNS).order_by(*key).limit(rows_at_once)
    sums: PeriodSums = {}
    rows = connection.execute(some).all()
    while rows:
        changes = PeriodChanges()
        for athlete, *values in rows:
            changes.add(athlete, (make_entry(*values),), 1)
        write_totals(connection, statements, changes.of_athletes)
        for of, some_more in changes.over_athletes().items():
            sums[of] = tuple(map(add, sums[of], some_more)) if of in sums else some_more
        done += len(rows)
        progress(done, whole)
        rows = connection.execute(some.where(key > (rows[-1].athlete, rows[-1].started_at, rows[-1].id))).all()
    write_sums(connection, statements, sums)
