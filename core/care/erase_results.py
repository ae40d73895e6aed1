"""The last transaction of an erasure: rows of the results that name the athlete, and the record that it was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from core.care.results import failure_keys
from core.care.results import workout_ids as stored_ids
from core.failures.models import FailedState
from core.store.database.connect import database_at
from core.store.database.schema import (
    achievement_rules,
    athletes,
    erasures,
    failure_tries,
    failures,
    inbox,
    metadata,
    suspects,
)
from core.store.statements import statements_for

IDS_AT_ONCE = 500
# Its rows hold a workout's id and hashes, no name: they make redeliveries harmless.
_KEPT = (inbox, failures)


def clean_up(
    url: str,
    name: str,
    workout_ids: Collection[str],
    *,
    by: str,
    at_ms: int,
    counts: tuple[int, int, int],
    discarded: Mapping[str, int],
    record_id: str,
) -> int:
    """Returns how many failures were erased. `counts`: workouts, sent and queued, for the record. `discarded`: by
    origin, messages that were taken out of the queue. StoreError."""
    database = database_at(url)
    engine = database.open()
    try:
        with database.transaction(engine) as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            version = (
                connection.scalar(select(athletes.c.version).where(athletes.c.name == name).with_for_update()) or 0
            )
            settled = Counter(discarded)
            keys = _erase_failures(connection, name, settled)
            _erase_by_workout(connection, workout_ids)
            if not stored_ids(connection, name):  # else another program has sent more since
                _erase_by_name(connection, name)
            last = connection.scalar(select(erasures.c.last_version).order_by(erasures.c.last_version.desc()).limit(1))
            workouts, sent, queued = counts
            connection.execute(
                insert(erasures).values(
                    id=record_id,
                    erased_at=at_ms,
                    erased_by=by,
                    workouts=workouts,
                    failures=len(keys),
                    sent=sent,
                    queued=queued,
                    last_version=max(version, last or 0),
                )
            )
            ledger = [(origin, FailedState.DISCARDED.value, n) for origin, n in sorted(settled.items())]
            statements_for(engine.dialect).put_ledger.run(connection, ledger)
    finally:
        engine.dispose()
    return len(keys)


def _erase_failures(connection: Connection, name: str, settled: Counter[str]) -> list[str]:
    """What the ledger counts of them goes to `settled`."""
    keys = failure_keys(connection, name)
    f = failures.c
    counted = (FailedState.OPEN.value, FailedState.DISCARDED.value)
    for part in _parts(keys):
        settled.update(connection.scalars(select(f.origin).where(f.key.in_(part), f.state.in_(counted))))
        for table in (failure_tries, suspects, failures):
            connection.execute(delete(table).where(table.c.key.in_(part)))
    return keys


def _erase_by_workout(connection: Connection, workout_ids: Collection[str]) -> None:
    for table in metadata.sorted_tables:
        for part in _parts(sorted(workout_ids)) if "workout_id" in table.c and table not in _KEPT else ():
            connection.execute(delete(table).where(table.c.workout_id.in_(part)))


def _erase_by_name(connection: Connection, name: str) -> None:
    """Rows of sums that have become zero."""
    for table in metadata.sorted_tables:
        if "athlete" in table.c and table not in _KEPT:
            connection.execute(delete(table).where(table.c.athlete == name))
    connection.execute(delete(athletes).where(athletes.c.name == name))
    r = achievement_rules.c  # a computation that is not finished begins anew
    connection.execute(update(achievement_rules).where(r.computed_athlete == name).values(computed_athlete=""))


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + IDS_AT_ONCE] for start in range(0, len(keys), IDS_AT_ONCE))
