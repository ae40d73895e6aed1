"""Places on a leaderboard: ties share one, and moves are counted from the period before."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.achievements.athlete_history import Totals
from core.athletes.sums import Amount, amount_of
from core.athletes.weeks import Week


@dataclass(frozen=True, slots=True)
class BoardRow:
    """`value` in the unit of the amount, see `amount_of`."""

    rank: int  # 1 for the most
    is_tied: bool  # another athlete has the same value, so the same rank
    moved: int | None  # places up since the period before, negative down; None: new, not ranked then
    athlete: str
    value: int
    share: float  # of the highest value on the board, above 0, at most 1
    totals: Totals


@dataclass(frozen=True, slots=True)
class BoardWeek:
    """One cell of the week picker: the sum over all athletes."""

    week: Week
    value: int


@dataclass(frozen=True, slots=True)
class Board:
    """A page of a week's leaderboard, the highest first; without `anonymous`."""

    week: Week
    amount: Amount
    rows: tuple[BoardRow, ...]
    ranked: int  # athletes on the whole board: those whose value is above zero
    trained: int  # athletes with a workout in that week, of any value
    athletes: int  # with a workout ever
    weeks: tuple[BoardWeek, ...]  # oldest first


class Ranking:
    """All values of one board. Zero is not ranked: a workout without a distance is none on a board by distance."""

    def __init__(self, values: Iterable[int]) -> None:
        self._ascending = sorted(value for value in values if value > 0)

    def __len__(self) -> int:
        return len(self._ascending)

    def rank(self, value: int) -> int | None:
        """`place` of it; None for what is not ranked."""
        return self.place(value) if value > 0 else None

    def place(self, value: int) -> int:
        """1 and the number of higher values."""
        return len(self) - bisect_right(self._ascending, value) + 1

    def is_tied(self, value: int) -> bool:
        """Whether more than one has this value."""
        return bisect_right(self._ascending, value) - bisect_left(self._ascending, value) > 1

    def share(self, value: int) -> float:
        return value / self._ascending[-1]


def ranked_row(athlete: str, totals: Totals, value: int, now: Ranking, rank_before: int | None) -> BoardRow:
    """`value` is above zero and one of `now`, the whole board; `rank_before`: in the period before."""
    rank = now.place(value)
    moved = None if rank_before is None else rank_before - rank
    return BoardRow(rank, now.is_tied(value), moved, athlete, value, now.share(value), totals)


def ranked_rows(
    totals: Mapping[str, Totals], amount: Amount, now: Ranking, values_before: Mapping[str, int], before: Ranking
) -> tuple[BoardRow, ...]:
    """Rows for some athletes of a board, in their order. `now` and `before` are the whole boards of both periods;
    `values_before`: of these athletes, as far as they have one."""
    rows = []
    for athlete, sums in totals.items():
        value = amount_of(sums, amount)
        if value > 0:
            rows.append(ranked_row(athlete, sums, value, now, before.rank(values_before.get(athlete, 0))))
    return tuple(rows)
