"""A leaderboard of a week, a month, a year or all time: what is asked for, and its first rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.athletes.board_periods import BoardPeriod
from core.athletes.ranking import BoardRow
from core.athletes.sums import Amount, Sums, amount_of

BoardAmount = Literal[Amount, "climb"]


@dataclass(frozen=True, slots=True)
class LeaderboardRequest:
    """`period` from `period_of`; `sport` by its name in the catalogue, None for all sports together.

    `limit`: so many rows, from the first. `cells`: of so many periods, this one the last, the sum over all athletes is
    wanted.
    """

    period: BoardPeriod
    amount: BoardAmount = "distance"
    sport: str | None = None
    limit: int = field(kw_only=True)
    cells: int = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One cell of the picker: the sum over all athletes, in the unit of the amount."""

    period: BoardPeriod
    value: int


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """As many rows as were asked for, the highest first; equal values by name. Without `anonymous`.

    Ranks, ties and moves are those of the whole board. A row's `moved` counts from the whole period before, on the
    board of the same sport and amount; of all time there is none before, so it is None in every row.
    """

    request: LeaderboardRequest
    rows: tuple[BoardRow, ...]
    ranked: int  # athletes on the whole board: those whose value is above zero
    trained: int  # athletes with a workout of that period and sport, of any value
    athletes: int  # with a workout ever
    sports: tuple[str, ...]  # with a workout in that period, by name
    cells: tuple[BoardCell, ...]  # oldest first; of all time there is one


def board_value(sums: Sums, amount: BoardAmount) -> int:
    """As `amount_of`; climb in mm."""
    return sums.ascent_mm if amount == "climb" else amount_of(sums, amount)
