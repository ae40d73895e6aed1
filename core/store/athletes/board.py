"""Reads a page of a week's leaderboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, and_, func, select, tuple_

from core.achievements.athlete_history import Totals
from core.athletes.ranking import Board, BoardWeek, Ranking, ranked_rows
from core.athletes.sums import Amount
from core.athletes.weeks import Week, weeks_until
from core.store.database.schema import SUM_COLUMNS, athletes, weekly_totals
from core.workouts.model import ANONYMOUS

PICKER_WEEKS = 10

_t = weekly_totals.c
AMOUNT_COLUMNS: dict[Amount, Column[Any]] = {
    "distance": _t.distance_mm,
    "duration": _t.duration_ms,
    "energy": _t.energy_mkcal,
    "workouts": _t.workouts,
}


def read_board(connection: Connection, week: Week, amount: Amount, limit: int, offset: int, weeks: int) -> Board:
    """Equal values are sorted by name."""
    column = AMOUNT_COLUMNS[amount]
    page = select(_t.athlete, *(_t[name] for name in SUM_COLUMNS)).where(_of(week), column > 0)
    page = page.order_by(column.desc(), _t.athlete).limit(limit).offset(offset)
    totals = {athlete: Totals(*sums) for athlete, *sums in connection.execute(page)}
    last_week = week.shifted(-1)
    before = select(_t.athlete, column).where(_of(last_week), _t.athlete.in_(totals))
    values_before = {athlete: int(value) for athlete, value in connection.execute(before)}
    # All values are read, which takes less time than to count for each athlete of the page who has more.
    now, earlier = (connection.scalars(select(column).where(_of(one))).all() for one in (week, last_week))
    ranking = Ranking(now)
    return Board(
        week,
        amount,
        ranked_rows(totals, amount, ranking, values_before, Ranking(earlier)),
        len(ranking),
        len(now),
        count_athletes(connection),
        _weeks(connection, weeks_until(week, weeks), column),
    )


def count_athletes(connection: Connection) -> int:
    """With a workout; without `anonymous`."""
    people = select(func.count()).select_from(athletes).where(athletes.c.workouts > 0, athletes.c.name != ANONYMOUS)
    return connection.scalar(people) or 0


def _weeks(connection: Connection, weeks: Sequence[Week], column: Column[Any]) -> tuple[BoardWeek, ...]:
    # As one range of the primary key: conditions joined by OR would be sorted again.
    number = tuple_(_t.iso_year, _t.iso_week)
    sums = select(_t.iso_year, _t.iso_week, func.sum(column))
    sums = sums.where(number >= weeks[0], number <= weeks[-1], _t.athlete != ANONYMOUS)
    found = connection.execute(sums.group_by(_t.iso_year, _t.iso_week))
    values = {(year, number): int(value) for year, number, value in found}
    return tuple(BoardWeek(week, values.get(week, 0)) for week in weeks)


def _of(week: Week) -> ColumnElement[bool]:
    return and_(_t.iso_year == week.iso_year, _t.iso_week == week.iso_week, _t.athlete != ANONYMOUS)
