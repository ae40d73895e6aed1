"""Merges two athletes that are one: each workout of the first is corrected to the name of the second."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from core.care.progress import CareError
from core.care.results import is_known, reading
from core.codec.json_reader import parse_object
from core.outbox.changes import Change, correct
from core.store.body_from_row import body_of
from core.store.database.schema import workouts
from core.workouts.model import ANONYMOUS, check_workout


def merge_changes(url: str, source: str, into: str, *, now_ms: int) -> list[Change]:
    """Corrections to send, oldest workout first; after them the results are as if all had been sent under `into`.

    CareError when one of the names is not in the results, or both are the same. StoreError.
    """
    if source == into:
        raise CareError("Both names are the same.")
    if ANONYMOUS in (source, into):
        raise CareError("Workouts without an athlete are of many people: they cannot be merged.")
    now, c = datetime.fromtimestamp(now_ms / 1000, UTC), workouts.c
    with reading(url) as connection:
        for name in (source, into):
            if not is_known(connection, name):
                raise CareError(f"No athlete is called {name}.")
        rows = connection.execute(select(workouts).where(c.athlete == source).order_by(c.started_at, c.id)).fetchall()
    changes = []
    for row in rows:
        before = check_workout({**parse_object(body_of(row))[0], "revision": row.revision}, now=now)
        changes.append(correct(before, before.model_copy(update={"athlete": into})))
    return changes
