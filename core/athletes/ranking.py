"""Places on a leaderboard: ties share one, and moves are counted from the period before."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.achievements.athlete_history import Totals

TotalsT = TypeVar("TotalsT", bound=Totals)


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


def ranked_rows(
    totals: Mapping[str, TotalsT],
    value_of: Callable[[TotalsT], int],
    now: Ranking,
    values_before: Mapping[str, int],
    before: Ranking,
) -> tuple[BoardRow, ...]:
    """Rows for some athletes of a board, in their order. `now` and `before` are the whole boards of both periods, or
    as much of them as is above these athletes; `values_before`: of these athletes, as far as they have one."""
    rows = []
    for athlete, sums in totals.items():
        value = value_of(sums)
        if value > 0:
            rank, rank_before = now.place(value), before.rank(values_before.get(athlete, 0))
            moved = None if rank_before is None else rank_before - rank
            rows.append(BoardRow(rank, now.is_tied(value), moved, athlete, value, now.share(value), sums))
    return tuple(rows)
