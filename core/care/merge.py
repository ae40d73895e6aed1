"""Merges two athletes that are one: each workout of the first is corrected to the name of the second; and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, Row, func, select

from core.care.progress import CareError
from core.care.results import is_known, reading
from core.codec.json_reader import parse_object
from core.outbox.changes import Change, correct
from core.store.body_from_row import body_of
from core.store.database.schema import workouts
from core.workouts.folding import folded
from core.workouts.model import ANONYMOUS, Workout, check_workout
from core.workouts.near_names import NameIndex

IDS_AT_ONCE = 500
MOST_LIKELY = 5
NOTHING_TO_UNDO = "There is no merge that could be undone."

_c = workouts.c


@dataclass(frozen=True, slots=True)
class MergeChoices:
    """`counts`: workouts by athlete. `likely`: names that are probably the same person, the likeliest first."""

    counts: dict[str, int]
    likely: tuple[str, ...]


class MergeRecord(BaseModel):
    """What undoes a merge: the workouts that were moved, by id, each with the revision that moved it."""

    model_config = ConfigDict(frozen=True)

    source: str
    into: str
    moved: dict[str, int]

    @classmethod
    def of(cls, source: str, into: str, changes: list[Change]) -> MergeRecord:
        moved = {change.workout.workout_id: change.workout.revision for change in changes}
        return cls(source=source, into=into, moved=moved)


def read_record(text: str | None) -> MergeRecord:
    """CareError where there is none, or it cannot be read."""
    try:
        return MergeRecord.model_validate_json(text or "")
    except ValidationError:
        raise CareError(NOTHING_TO_UNDO) from None


def merge_choices(url: str, athlete: str) -> MergeChoices:
    """With whom an athlete may be merged. CareError for one who is not in the results; StoreError."""
    if athlete == ANONYMOUS:
        raise CareError("Workouts without an athlete are of many people: they cannot be merged.")
    with reading(url) as connection:
        rows = connection.execute(select(_c.athlete, func.count()).group_by(_c.athlete).order_by(_c.athlete))
        counts = {str(name): int(count) for name, count in rows if name != ANONYMOUS}
    if athlete not in counts:
        raise CareError(f"No athlete is called {athlete}.")
    others = [name for name in counts if name != athlete]
    alike = [name for name in others if folded(name) == folded(athlete)]
    near = NameIndex(others).near(athlete)
    likely = dict.fromkeys((*alike, *([near] if near is not None else [])))
    return MergeChoices(counts, tuple(likely)[:MOST_LIKELY])


def merge_changes(url: str, source: str, into: str, *, now_ms: int) -> list[Change]:
    """Corrections to send, oldest workout first; after them the results are as if all had been sent under `into`.

    CareError when one of the names is not in the results, or both are the same. StoreError.
    """
    if source == into:
        raise CareError("Both names are the same.")
    if ANONYMOUS in (source, into):
        raise CareError("Workouts without an athlete are of many people: they cannot be merged.")
    with reading(url) as connection:
        for name in (source, into):
            if not is_known(connection, name):
                raise CareError(f"No athlete is called {name}.")
        rows = connection.execute(select(workouts).where(_c.athlete == source).order_by(_c.started_at, _c.id))
        return [_moved(before, into) for before in _workouts(rows.fetchall(), now_ms)]


def unmerge_changes(url: str, record: MergeRecord, *, now_ms: int) -> list[Change]:
    """Corrections that give the moved workouts their name again, also those whose correction is still on its way. What
    was deleted since, or corrected to another name, stays so. StoreError."""
    changes = []
    with reading(url) as connection:
        for before in _workouts(_rows_of(connection, list(record.moved)), now_ms):
            merged = record.moved[before.workout_id]
            if before.revision < merged:
                before = before.model_copy(update={"revision": merged, "athlete": record.into})
            if before.athlete == record.into:
                changes.append(_moved(before, record.source))
    return changes


def _moved(before: Workout, name: str) -> Change:
    return correct(before, before.model_copy(update={"athlete": name}))


def _rows_of(connection: Connection, ids: list[str]) -> Iterator[Row[Any]]:
    for start in range(0, len(ids), IDS_AT_ONCE):
        part = ids[start : start + IDS_AT_ONCE]
        yield from connection.execute(select(workouts).where(_c.id.in_(part)).order_by(_c.started_at, _c.id))


def _workouts(rows: Iterable[Row[Any]], now_ms: int) -> Iterator[Workout]:
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    for row in rows:
        yield check_workout({**parse_object(body_of(row))[0], "revision": row.revision}, now=now)
