"""The axes of the trend: round values at the left, months below. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence

from core.athletes.sums import Amount
from core.athletes.trend import TrendWeek
from core.parsing.units import from_km
from gui.forms.formatting import Units
from gui.workspaces.athletes.formatting import MKCAL_PER_KCAL, MM_PER_KM, MS_PER_MIN

MOST_STEPS = 4
_STEPS = (1, 2, 5, 10, 20, 50)


def shown_value(amount: Amount, value: float, units: Units) -> float:
    """In the unit that the user reads: km or mi, hours, kilocalories."""
    if amount == "distance":
        return from_km(value / MM_PER_KM, units.distance)
    return value / (60 * MS_PER_MIN) if amount == "duration" else value / MKCAL_PER_KCAL


def value_ticks(most: float) -> tuple[int, ...]:
    """From 0; at most MOST_STEPS round steps up to the first that is not below `most`."""
    scale = 1
    while most > MOST_STEPS * scale * _STEPS[-1]:
        scale *= 10
    step = next(each * scale for each in _STEPS if most <= MOST_STEPS * each * scale)
    count = max(1, -int(-most // step))
    return tuple(step * place for place in range(count + 1))


def month_starts(weeks: Sequence[TrendWeek]) -> list[tuple[int, str]]:
    """Place and name of the first week of each month; the first week always, unless the next month begins beside it."""
    starts = [
        (place, f"{week.week.monday:%b}")
        for place, week in enumerate(weeks)
        if place == 0 or week.week.monday.month != weeks[place - 1].week.monday.month
    ]
    return starts[1:] if len(starts) > 1 and starts[1][0] == 1 else starts


def rest_runs(weeks: Sequence[TrendWeek]) -> list[tuple[int, int]]:
    """First and last place of each run of weeks without a workout."""
    runs: list[tuple[int, int]] = []
    for place, week in enumerate(weeks):
        if not week.is_rest:
            continue
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
