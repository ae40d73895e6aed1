"""Reads a page of the history: walks an index in the order asked for, or sorts the workouts that can fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Double, Row, Select, func, literal_column, or_, select, tuple_

from core.athletes.history import (
    HistoryFilter,
    HistoryPage,
    HistoryPlace,
    HistoryRequest,
    HistoryRow,
    HistorySort,
)
from core.store.athletes.badges import read_badges
from core.store.athletes.history_filter import fits, found_by_index, without_index
from core.store.database.schema import athletes, workouts
from core.workouts.folding import has_words
from core.workouts.names import canonical_name

STEP_ROWS = 20_000  # looked through for one page
SLOW_STEP_ROWS = 5_000  # where each is looked up in another table
FEW_ROWS = 20_000  # so many are rather sorted than looked for in the order of another column

_w, _a = workouts.c, athletes.c
_ROW = (
    *(_w.id, _w.athlete, _w.sport, _w.started_at, _w.utc_offset_min, _w.duration_min, _w.distance_km),
    *(_w.calories_kcal, _w.calories_estimate, _w.revision, _w.title, _w.notes, _w.sets),
)
_WALKED: tuple[HistorySort, ...] = ("start", "athlete")  # orders of an index
_SORTED_BY: dict[HistorySort, tuple[ColumnElement[Any], ...]] = {
    "start": (_w.started_at,),
    "athlete": (_a.name_folded, _a.name),
    "sport": (_w.sport,),
    "duration": (_w.duration_min,),
    "distance": (func.coalesce(_w.distance_km, literal_column("0", Double)),),  # without one as 0
    "energy": (_w.calories_kcal,),
}


def read_history(connection: Connection, request: HistoryRequest, places: Mapping[str, int]) -> HistoryPage:
    """`places`: see `read_badges`."""
    wanted, total = request.wanted, _total(connection, request.wanted)
    is_few = request.sort not in _WALKED or _are_few(connection, request, total)
    end = None if is_few or not _is_sparse(wanted, request.sort) else _end_of_step(connection, request)
    found = _selected(request, *_ROW, *_SORTED_BY[request.sort])
    found = found.where(*fits(wanted, connection.dialect, by_index=is_few or request.sort == "start"))
    if end is not None:
        columns = _SORTED_BY[request.sort]
        found = found.where(_compared(columns, "<=" if _goes_up(request) else ">=", end.value))
    found = found.order_by(*_order(request, by_index=not is_few)).limit(request.limit + 1)
    rows = [_row_of(values) for values in connection.execute(found)]
    following = rows[request.limit - 1].place if len(rows) > request.limit else end
    words = wanted.words
    rows = [row for row in rows[: request.limit] if has_words(words, row.athlete, row.sport, row.title, row.notes)]
    badges = read_badges(connection, [row.workout_id for row in rows], places) if rows else {}
    shown = [replace(row, badges=badges.get(row.workout_id, ())) for row in rows]
    return HistoryPage(request, tuple(reversed(shown) if request.before else shown), following, total)


def _total(connection: Connection, wanted: HistoryFilter) -> int | None:
    if wanted != HistoryFilter(wanted.athlete):
        return None
    counted = select(func.coalesce(func.sum(_a.workouts), 0))
    return int(connection.scalar(counted.where(_a.name == wanted.athlete) if wanted.athlete else counted) or 0)


def _are_few(connection: Connection, request: HistoryRequest, total: int | None) -> bool:
    """Whether all that can fit are found by another index, and are better sorted."""
    wanted = request.wanted
    if wanted.athlete:
        count = _total(connection, HistoryFilter(wanted.athlete)) if total is None else total
        if count is not None and count <= FEW_ROWS:
            return True
    if request.sort == "start" or not (wanted.first_day or wanted.last_day or wanted.corrected):
        return False
    some = select(_w.started_at).where(*found_by_index(wanted)).limit(FEW_ROWS + 1).subquery()
    return (connection.scalar(select(func.count()).select_from(some)) or 0) <= FEW_ROWS


def _is_sparse(wanted: HistoryFilter, sort: HistorySort) -> bool:
    """Whether in the order asked for few workouts may fit among many."""
    indexed = wanted.athlete or wanted.first_day or wanted.last_day or wanted.corrected
    return wanted.scans or (sort != "start" and bool(indexed))


def _end_of_step(connection: Connection, request: HistoryRequest) -> HistoryPlace | None:
    """How far to look; None: to the end of the list."""
    columns = _SORTED_BY[request.sort]
    within = found_by_index(request.wanted) if request.sort == "start" else []
    last = _selected(request, *columns).where(*within)
    flips = not _goes_up(request)
    rows = SLOW_STEP_ROWS if request.wanted.badge else STEP_ROWS
    last = last.order_by(*(column.desc() if flips else column for column in columns)).offset(rows).limit(1)
    values = connection.execute(last).one_or_none()
    return None if values is None else HistoryPlace(tuple(values), "")


def _selected(request: HistoryRequest, *columns: ColumnElement[Any]) -> Select[Any]:
    """Without the filters: what comes after the place where the page begins."""
    found = select(*columns).select_from(workouts)
    if request.sort == "athlete":
        found = found.join(athletes, _a.name == _w.athlete)
    after = request.after
    if after is None:
        return found
    sorted_by, up = _SORTED_BY[request.sort], _goes_up(request)
    later = _compared(sorted_by, ">" if up else "<", after.value)
    if after.workout_id:
        # The first condition is implied by the second, and is one that an index can begin at.
        found = found.where(_compared(sorted_by, ">=" if up else "<=", after.value))
        later = or_(later, _w.id > after.workout_id if up else _w.id < after.workout_id)
    return found.where(later)


def _goes_up(request: HistoryRequest) -> bool:
    return request.descending == request.before


def _order(request: HistoryRequest, *, by_index: bool) -> list[ColumnElement[Any]]:
    columns = [*_SORTED_BY[request.sort], _w.id]
    if not by_index:
        columns = [without_index(column) for column in columns]
    return columns if _goes_up(request) else [column.desc() for column in columns]


def _compared(
    columns: Sequence[ColumnElement[Any]], operator: Literal["<", "<=", ">", ">="], values: Sequence[Any]
) -> ColumnElement[bool]:
    one, other = (columns[0], values[0]) if len(columns) == 1 else (tuple_(*columns), tuple(values))
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]


def _row_of(values: Row[Any]) -> HistoryRow:
    of_columns, sorted_by = values[: len(_ROW)], tuple(values[len(_ROW) :])
    workout_id, athlete, sport, started_at_ms, offset_min, minutes, km, kcal, estimate, revision, *texts = of_columns
    title, notes, sets = (text or "" for text in texts)
    return HistoryRow(
        workout_id,
        canonical_name(athlete),
        canonical_name(sport),
        started_at_ms,
        offset_min,
        minutes,
        km,
        kcal,
        estimate,
        revision,
        title,
        notes,
        place=HistoryPlace(sorted_by, workout_id),
        sets=sets,
    )
