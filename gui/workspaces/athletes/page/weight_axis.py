"""The axes of the body weight: round values at the left, months or years below. Qt-free."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date

from core.athletes.weights import DayWeight
from core.parsing.units import from_kg
from gui.forms.formatting import Units

MOST_STEPS = 4
_STEPS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_MONTHS_DAYS = 500  # so many days are divided by months, more by years


def weight_ticks(lowest: float, highest: float) -> tuple[float, ...]:
    """Round values from below the lowest to above the highest, at most MOST_STEPS steps of at least half a unit."""
    for step in _STEPS:
        first = math.floor(lowest / step)
        last = max(first + 1, math.ceil(highest / step))
        if last - first <= MOST_STEPS:
            break
    return tuple(step * place for place in range(first, last + 1))


def tick_text(tick: float) -> str:
    return f"{tick:g}"


def shown_weights(days: Sequence[DayWeight], units: Units) -> list[float]:
    """In the unit that the user reads."""
    return [from_kg(day.kg, units.weight) for day in days]


def time_labels(first: date, last: date) -> list[tuple[date, str]]:
    """The first days of the months, or of the years, after `first` until `last`, with their names."""
    if (last - first).days > _MONTHS_DAYS:
        return [(date(year, 1, 1), str(year)) for year in range(first.year + 1, last.year + 1)]
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    starts = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [(day, f"{day:%b}") for day in starts]


def places_of(first: date, last: date) -> Callable[[date], float]:
    """Returns what maps a day to 0 to 1 between both; a single day is in the middle."""
    whole = (last - first).days
    return lambda day: (day - first).days / whole if whole else 0.5
