"""The periods of a leaderboard, and the names under which their sums are stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from core.achievements.progress import DAY_MS
from core.athletes.periods import Period
from core.athletes.weeks import EPOCH_DAY, week_of

ALL_TIME = "all"


@dataclass(frozen=True, slots=True)
class BoardPeriod:
    """An ISO week, a month, a year, or all time; make it with `period_of`. `first`: its first day."""

    kind: Period
    first: date

    @property
    def name(self) -> str:
        """As the period is stored: 2025-W50, 2025-12, 2025 or all."""
        if self.kind == "week":
            week = week_of(self.first)
            return f"{week.iso_year:04}-W{week.iso_week:02}"
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        return f"{self.first:%Y}" if self.kind == "year" else ALL_TIME

    @property
    def last(self) -> date:
        """Its last day; that of the calendar for all time."""
        return date.max if self.kind == "all" else self.shifted(1).first - timedelta(days=1)

    @property
    def before(self) -> BoardPeriod | None:
        """The one that moves are counted from; None for all time."""
        return None if self.kind == "all" else self.shifted(-1)

    def shifted(self, count: int) -> BoardPeriod:
        """So many periods later; earlier if negative. All time stays."""
        if self.kind == "week":
            return BoardPeriod("week", self.first + timedelta(weeks=count))
        if self.kind == "month":
            years, months = divmod(self.first.year * 12 + self.first.month - 1 + count, 12)
            return BoardPeriod("month", date(years, months + 1, 1))
        return BoardPeriod("year", date(self.first.year + count, 1, 1)) if self.kind == "year" else self


def period_of(kind: Period, day: date) -> BoardPeriod:
    """The period that the day is in."""
    if kind == "week":
        return BoardPeriod(kind, week_of(day).monday)
    if kind == "month":
        return BoardPeriod(kind, day.replace(day=1))
    return BoardPeriod(kind, date(day.year, 1, 1) if kind == "year" else date.min)


def periods_until(last: BoardPeriod, count: int) -> tuple[BoardPeriod, ...]:
    """So many, oldest first, `last` included; of all time there is one."""
    return (last,) if last.kind == "all" else tuple(last.shifted(back) for back in range(1 - count, 1))


def period_names(local_ms: int) -> tuple[str, ...]:
    """Of all periods that a start by its local time is in, see WorkoutEntry."""
    return _names_of_day(local_ms // DAY_MS)


@lru_cache(maxsize=4096)
def _names_of_day(days: int) -> tuple[str, ...]:
    day = date.fromordinal(EPOCH_DAY + days)
    kinds: Iterable[Period] = ("week", "month", "year", "all")
    return tuple(period_of(kind, day).name for kind in kinds)
