"""An athlete's last weeks, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.achievements.athlete_history import iso_week
from core.achievements.progress import WorkoutEntry
from core.athletes.sums import Amount, Sums, amount_of, sums_of
from core.athletes.weeks import Week, day_of, week_of, weeks_until, within

TREND_WEEKS = 26
AVERAGE_WEEKS = 4


@dataclass(frozen=True, slots=True)
class TrendWeek:
    """`value` in the unit of the amount, see `amount_of`."""

    week: Week
    sums: Sums
    value: int
    average: float | None  # of this week and the three before; None until there are four, and while a week goes on
    is_rest: bool  # a week without a workout that is over, since the athlete began
    is_best: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Trend:
    amount: Amount
    weeks: tuple[TrendWeek, ...]  # oldest first, the current one last

    @property
    def best(self) -> TrendWeek | None:
        """The highest of these weeks, the first of equal ones; None where all are zero."""
        return next((week for week in self.weeks if week.is_best), None)


def trend_of(entries: Sequence[WorkoutEntry], amount: Amount, today: date, *, weeks: int = TREND_WEEKS) -> Trend:
    """`entries` of one athlete, sorted. Weeks before the athlete's first are shown, but neither rest nor averaged."""
    current = week_of(today)
    known = weeks_until(current, weeks + AVERAGE_WEEKS - 1)
    by_week: dict[tuple[int, int], list[WorkoutEntry]] = {week: [] for week in known}
    for entry in within(entries, known[0].monday, current.sunday):
        by_week[iso_week(entry.local_ms)].append(entry)
    sums = [sums_of(by_week[week]) for week in known]
    values = [amount_of(one, amount) for one in sums]
    begun = week_of(day_of(entries[0].local_ms)) if entries else current
    shown = range(AVERAGE_WEEKS - 1, len(known))
    best = max(shown, key=lambda place: values[place])
    return Trend(
        amount,
        tuple(
            TrendWeek(
                known[place],
                sums[place],
                values[place],
                _average(known, values, place, begun) if known[place] != current else None,
                sums[place].workouts == 0 and begun < known[place] < current,
                place == best and values[place] > 0,
                known[place] == current,
            )
            for place in shown
        ),
    )


def _average(known: Sequence[Week], values: Sequence[int], place: int, begun: Week) -> float | None:
    first = place - AVERAGE_WEEKS + 1
    return sum(values[first : place + 1]) / AVERAGE_WEEKS if known[first] >= begun else None
