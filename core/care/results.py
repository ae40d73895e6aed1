"""The rows of one athlete in the results database."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Connection, LargeBinary, func, literal, or_, select

from core.care.athlete_messages import is_quoted_in, spellings
from core.store.database.connect import database_at
from core.store.database.port import need_this_version
from core.store.database.schema import athletes, failures, workouts

IDS_AT_ONCE = 500

_w, _f = workouts.c, failures.c


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """One snapshot of the results; StoreError."""
    database = database_at(url)
    engine = database.open_for_reading()
    try:
        with database.errors(), engine.connect() as connection:
            need_this_version(connection, database.name)
            yield connection
    finally:
        engine.dispose()


def is_known(connection: Connection, name: str) -> bool:
    """Whether the results ever stored a workout of this athlete."""
    return connection.scalar(select(athletes.c.name).where(athletes.c.name == name)) is not None


def workout_ids(connection: Connection, name: str) -> list[str]:
    return list(connection.scalars(select(_w.id).where(_w.athlete == name).order_by(_w.started_at, _w.id)))


def of_others(connection: Connection, name: str, ids: Collection[str]) -> frozenset[str]:
    """Those of the workouts that are stored under another name by now: merged, or corrected."""
    found: set[str] = set()
    wanted = sorted(ids)
    for start in range(0, len(wanted), IDS_AT_ONCE):
        part = wanted[start : start + IDS_AT_ONCE]
        found.update(connection.scalars(select(_w.id).where(_w.id.in_(part), _w.athlete != name)))
    return frozenset(found)


def failure_keys(connection: Connection, name: str) -> list[str]:
    """Failures that name the athlete, are about one of the athlete's workouts, or quote the name in a broken body."""
    of_workouts = _f.workout_id.in_(select(_w.id).where(_w.athlete == name))
    found = list(connection.scalars(select(_f.key).where(or_(_f.athlete == name, of_workouts)).order_by(_f.failed_at)))
    # The database narrows it down to bodies with the bytes of the name somewhere.
    broken = select(_f.key, _f.body).where(
        _f.athlete == "", or_(*(_contains(connection, form) for form in spellings(name)))
    )
    known = frozenset(found)
    return found + [
        key for key, body in connection.execute(broken) if key not in known and is_quoted_in(bytes(body), name)
    ]


def _contains(connection: Connection, part: bytes) -> ColumnElement[bool]:
    if connection.dialect.name == "postgresql":
        return func.position(literal(part, LargeBinary).op("IN")(_f.body)) > 0
    return func.instr(_f.body, part) > 0
