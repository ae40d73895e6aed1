"""Reads a page of a leaderboard of any period, sport and amount."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, and_, case, func, select

from core.athletes.board_periods import BoardPeriod, periods_until
from core.athletes.leaderboard import BoardCell, Leaderboard, LeaderboardRequest, board_value
from core.athletes.ranking import Ranking, ranked_rows
from core.athletes.sums import Sums
from core.processing.period_changes import ALL_SPORTS
from core.store.athletes.listing import AMOUNT_COLUMNS, count_athletes
from core.store.database.schema import PERIOD_SUM_COLUMNS, period_sums, period_totals

_t, _s = period_totals.c, period_sums.c


def read_leaderboard(connection: Connection, request: LeaderboardRequest) -> Leaderboard:
    sport = ALL_SPORTS if request.sport is None else request.sport
    column, amount = _t[AMOUNT_COLUMNS[request.amount]], request.amount
    before = request.period.before
    page = select(_t.athlete, *(_t[name] for name in PERIOD_SUM_COLUMNS)).where(_of(request.period, sport), column > 0)
    page = page.order_by(column.desc(), _t.athlete).limit(request.limit)
    totals = {athlete: Sums(*sums) for athlete, *sums in connection.execute(page)}
    ranking = _ranking(
        connection, request.period, sport, column, [board_value(sums, amount) for sums in totals.values()]
    )
    earlier, values_before = Ranking(()), dict[str, int]()
    if before is not None:
        some = select(_t.athlete, column).where(_of(before, sport), _t.athlete.in_(totals), column > 0)
        values_before = {athlete: int(value) for athlete, value in connection.execute(some)}
        earlier = _ranking(connection, before, sport, column, values_before.values())
    counts = select(func.count(case((column > 0, 1))), func.count()).where(_of(request.period, sport))
    ranked, trained = connection.execute(counts).one()
    return Leaderboard(
        request,
        ranked_rows(totals, lambda sums: board_value(sums, amount), ranking, values_before, earlier),
        ranked,
        trained,
        count_athletes(connection),
        _sports(connection, request.period),
        _cells(connection, request, sport),
    )


def _ranking(
    connection: Connection, period: BoardPeriod, sport: str, column: Column[Any], values: Collection[int]
) -> Ranking:
    """Of the highest values of a board, down to the lowest of these: their places are those of the whole board."""
    if not values:
        return Ranking(())
    found = select(column).where(_of(period, sport), column >= min(values))
    return Ranking(int(value) for value in connection.scalars(found))


def _sports(connection: Connection, period: BoardPeriod) -> tuple[str, ...]:
    found = select(_s.sport).where(_s.period == period.name, _s.sport != ALL_SPORTS)
    return tuple(sorted(connection.scalars(found)))


def _cells(connection: Connection, request: LeaderboardRequest, sport: str) -> tuple[BoardCell, ...]:
    periods = periods_until(request.period, request.cells)
    sums = select(_s.period, _s[AMOUNT_COLUMNS[request.amount]])
    sums = sums.where(_s.period.in_([period.name for period in periods]), _s.sport == sport)
    values = {name: int(value) for name, value in connection.execute(sums)}
    return tuple(BoardCell(period, values.get(period.name, 0)) for period in periods)


def _of(period: BoardPeriod, sport: str) -> ColumnElement[bool]:
    return and_(_t.period == period.name, _t.sport == sport)
