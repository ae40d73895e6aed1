"""Every statement of the results store, compiled once for each kind of database."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Integer, Update, and_, bindparam, case, literal_column, or_, select, update
from sqlalchemy.sql import ColumnElement

from core.store.athlete_cache import ENTRY_COLUMNS, AthleteReads
from core.store.bulk_sql import BulkWrite, Lookup, Write
from core.store.database.schema import (
    PERIOD_SUM_COLUMNS,
    SUM_COLUMNS,
    absorbed,
    achievement_counts,
    athletes,
    earned_achievements,
    failure_tries,
    failures,
    inbox,
    ledger_counts,
    period_sums,
    period_totals,
    still_queued,
    suspects,
    weekly_totals,
    workouts,
)
from core.store.revisions.writing import RevisionWriter


class Statements:
    """Immutable; from any thread."""

    def __init__(self, dialect: Dialect) -> None:
        self.athletes = AthleteReads(dialect)
        seen = select(inbox.c.workout_id, inbox.c.revision, inbox.c.deleted, inbox.c.digest, inbox.c.origin)
        self.inbox = Lookup(seen, inbox.c.workout_id, dialect)
        self.current = Lookup(select(workouts.c.athlete, *ENTRY_COLUMNS), workouts.c.id, dialect)
        known = select(failures.c.key, failures.c.state, failures.c.retries, failures.c.attempts, failures.c.origin)
        self.known_failures = Lookup(known, failures.c.key, dialect)
        self.parents = Lookup(select(failures.c.key, failures.c.repairs), failures.c.key, dialect)
        self.failed_workouts = Lookup(select(failures.c.workout_id), failures.c.workout_id, dialect)
        f = failures.c
        resends = select(f.repairs, f.key, f.origin, f.state, f.retries)
        self.resends = Lookup(resends, failures.c.repairs, dialect)
        self.duplicates = Lookup(select(absorbed.c.key, absorbed.c.sending), absorbed.c.key, dialect)
        self.suspects = Lookup(select(suspects.c.key, suspects.c.deaths), suspects.c.key, dialect)

        self.put_inbox = Write.insert(inbox, dialect)
        self.put_workout = Write.upsert(workouts, dialect)
        self.put_athlete = Write.upsert(athletes, dialect, add=SUM_COLUMNS)
        self.put_week = Write.upsert(weekly_totals, dialect, add=SUM_COLUMNS)
        self.put_period = BulkWrite(period_totals, dialect, add=PERIOD_SUM_COLUMNS)
        self.put_period_sum = Write.upsert(period_sums, dialect, add=PERIOD_SUM_COLUMNS)
        self.put_earned = Write.upsert(earned_achievements, dialect, keep=("unlocked_at",))
        self.put_achievement_count = Write.upsert(achievement_counts, dialect, add=("holders", "times"))
        self.put_failure = Write.upsert(failures, dialect)
        self.put_try = Write.upsert(failure_tries, dialect)
        self.put_suspect = Write.upsert(suspects, dialect, add=("deaths",))
        self.put_still_queued = Write.upsert(still_queued, dialect)
        self.add_still_queued = Write.upsert(still_queued, dialect, add=("n",))
        self.put_duplicate = Write.insert(absorbed, dialect)
        self.put_ledger = Write.upsert(ledger_counts, dialect, add=("n",))

        self.drop_duplicate = Write.delete(absorbed, dialect)
        self.drop_suspect = Write.delete(suspects, dialect)
        self.drop_still_queued = Write.delete(still_queued, dialect)
        self.drop_workout = Write.delete(workouts, dialect)
        self.drop_earned = Write.delete(earned_achievements, dialect)
        self.drop_empty_week = Write.delete(weekly_totals, dialect, weekly_totals.c.workouts == literal_column("0"))
        self.drop_empty_period = Write.delete(period_totals, dialect, period_totals.c.workouts == literal_column("0"))
        self.drop_empty_period_sum = Write.delete(period_sums, dialect, period_sums.c.workouts == literal_column("0"))
        self.revisions = RevisionWriter(dialect)
        self.close_failure = Write(_closing(_unsettled()), dialect)
        self.store_failure = Write(_closing(failures.c.state != literal_column("'stored'")), dialect)
        self.uncount_resends = Write(_uncounting(), dialect)


def statements_for(dialect: Dialect) -> Statements:
    """Shared by all stores of the process: compiling them takes longer than opening a store."""
    return _compiled(type(dialect))  # type: ignore[arg-type]  # classes are hashable; mypy looks at their instances


@lru_cache(maxsize=4)
def _compiled(kind: Callable[[], Dialect]) -> Statements:
    return Statements(kind())


def _closing(of_state: ColumnElement[bool]) -> Update:
    """Closes a failure: state, when, by whom, and at least this resend count. When and by whom it was sent again
    stays."""
    f = failures.c
    closed: dict[str, Any] = {"state": bindparam("state")}
    retries = bindparam("retries_then", type_=Integer)
    closed["retries"] = case((f.retries < retries, retries), else_=f.retries)
    for column in (f.settled_at, f.settled_by):
        closed[column.name] = case((_unsettled(), bindparam(column.name, type_=column.type)), else_=column)
    return update(failures).where(f.key == bindparam("of"), of_state).values(closed)


def _uncounting() -> Update:
    """When one resend of a failure is stored, clear the origin of the remaining ones so the ledger does not count
    them."""
    others = and_(failures.c.repairs == bindparam("of"), _unsettled())
    return update(failures).where(others).values(origin=literal_column("''"))


def _unsettled() -> ColumnElement[bool]:
    state = failures.c.state
    return or_(state == literal_column("'open'"), state == literal_column("'discarded'"))
