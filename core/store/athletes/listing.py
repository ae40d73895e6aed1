"""Reads a page of the list of athletes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, tuple_

from core.achievements.athlete_history import Totals
from core.athletes.leaderboard import BoardAmount
from core.athletes.listing import AthleteList, AthleteListRequest, AthleteRow, ListPlace
from core.athletes.name_search import near_words, typed_words
from core.athletes.weeks import Week, day_of
from core.store.database.schema import SUM_COLUMNS, athletes, weekly_totals, workouts
from core.workouts.model import ANONYMOUS

_a, _t, _w = athletes.c, weekly_totals.c, workouts.c
_LISTED = and_(_a.workouts > 0, _a.name != ANONYMOUS)
AMOUNT_COLUMNS: dict[BoardAmount, str] = {
    "distance": "distance_mm",
    "duration": "duration_ms",
    "energy": "energy_mkcal",
    "workouts": "workouts",
    "climb": "ascent_mm",
}


def count_athletes(connection: Connection) -> int:
    """With a workout; without `anonymous`."""
    return connection.scalar(select(func.count()).select_from(athletes).where(_LISTED)) or 0


def read_list(connection: Connection, request: AthleteListRequest) -> AthleteList:
    every = count_athletes(connection)
    words: Mapping[str, Sequence[str]] | None = {word: (word,) for word in typed_words(request.text)}
    found = _count(connection, words) if words else every
    is_near = words is not None and not found and every > 0
    if is_near:
        words = near_words(tuple(words or ()), connection.scalars(select(_a.name_folded).where(_LISTED)))
        found = 0 if words is None else _count(connection, words)
    places = [] if words is None or not found else _places(connection, request, words)
    names = [place.name for place in places[: request.limit]]
    last = _last_days(connection, names)
    weeks = _weeks(connection, names, request.week)
    return AthleteList(
        request,
        tuple(AthleteRow(name, *last[name], weeks.get(name, Totals())) for name in names if name in last),
        found,
        every,
        is_near and found > 0,
        places[request.limit - 1] if len(places) > request.limit else None,
    )


def _called(words: Mapping[str, Sequence[str]]) -> ColumnElement[bool]:
    """Whose name has for each word one of those that it stands for."""
    named = (or_(*(_a.name_folded.contains(one, autoescape=True) for one in meant)) for meant in words.values())
    return and_(_LISTED, *named)


def _count(connection: Connection, words: Mapping[str, Sequence[str]]) -> int:
    return connection.scalar(select(func.count()).select_from(athletes).where(_called(words))) or 0


def _places(connection: Connection, request: AthleteListRequest, words: Mapping[str, Sequence[str]]) -> list[ListPlace]:
    """One more than a page has, where there is one."""
    found, value = _sorted_by(request)
    found = found.where(_called(words)).limit(request.limit + 1)
    after = request.after
    if after is not None:
        later: ColumnElement[bool] = tuple_(_a.name_folded, _a.name) > (after.name_folded, after.name)
        if value is not None:
            later = or_(value < after.value, and_(value == after.value, later))
        found = found.where(later)
    order = (_a.name_folded, _a.name)
    rows = connection.execute(found.order_by(*order) if value is None else found.order_by(value.desc(), *order))
    return [ListPlace(int(amount), folded_name, name) for amount, folded_name, name in rows]


def _sorted_by(request: AthleteListRequest) -> tuple[Select[Any], ColumnElement[Any] | None]:
    """Selects a value, the folded name and the name. Returns the value too, None where the name alone decides."""
    if request.sort == "name":
        return select(literal(0), _a.name_folded, _a.name), None
    if request.sort == "last active":
        # One look into the index for each athlete; grouped, all workouts would be read.
        last = select(func.max(_w.started_at)).where(_w.athlete == _a.name).scalar_subquery()
        at = last.label("at")
        return select(at, _a.name_folded, _a.name).where(at.is_not(None)), at
    of_week = and_(_t.iso_year == request.week.iso_year, _t.iso_week == request.week.iso_week, _t.athlete == _a.name)
    value = func.coalesce(_t[AMOUNT_COLUMNS[request.amount]], 0)
    return select(value, _a.name_folded, _a.name).select_from(athletes).outerjoin(weekly_totals, of_week), value


def _last_days(connection: Connection, names: Sequence[str]) -> dict[str, tuple[date, tuple[str, ...]]]:
    """By name: the local day of the last workout, and the sports of that day."""
    # Within one offset the latest start is that of the latest local time, so that few rows come out of many workouts.
    latest = select(_w.athlete, _w.sport, _w.utc_offset_min, func.max(_w.started_at)).where(_w.athlete.in_(names))
    days: dict[str, dict[str, date]] = {}
    for name, sport, offset_min, at_ms in connection.execute(latest.group_by(_w.athlete, _w.sport, _w.utc_offset_min)):
        day, sports = day_of(at_ms + offset_min * 60_000), days.setdefault(name, {})
        sports[sport] = max(day, sports.get(sport, day))
    return {name: _last_of(sports) for name, sports in days.items()}


def _last_of(days: Mapping[str, date]) -> tuple[date, tuple[str, ...]]:
    last = max(days.values())
    return last, tuple(sorted(sport for sport, day in days.items() if day == last))


def _weeks(connection: Connection, names: Sequence[str], week: Week) -> dict[str, Totals]:
    of_week = (_t.iso_year == week.iso_year, _t.iso_week == week.iso_week, _t.athlete.in_(names))
    found = connection.execute(select(_t.athlete, *(_t[name] for name in SUM_COLUMNS)).where(*of_week))
    return {name: Totals(*sums) for name, *sums in found}
