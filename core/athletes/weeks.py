"""ISO weeks and days. Those of a workout are of its own local time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from core.achievements.progress import DAY_MS, WorkoutEntry

EPOCH_DAY = date(1970, 1, 1).toordinal()


class Week(NamedTuple):
    """Equal to what `iso_week` returns."""

    iso_year: int
    iso_week: int

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.iso_year, self.iso_week, 1)

    @property
    def sunday(self) -> date:
        return date.fromisocalendar(self.iso_year, self.iso_week, 7)

    def shifted(self, weeks: int) -> Week:
        """So many weeks later; earlier if negative."""
        return week_of(self.monday + timedelta(weeks=weeks))


def week_of(day: date) -> Week:
    year, week, _ = day.isocalendar()
    return Week(year, week)


def weeks_until(last: Week, count: int) -> tuple[Week, ...]:
    """So many weeks, oldest first, `last` included."""
    return tuple(last.shifted(back) for back in range(1 - count, 1))


def day_of(local_ms: int) -> date:
    """The day of a start by its local time, see WorkoutEntry."""
    return date.fromordinal(EPOCH_DAY + local_ms // DAY_MS)


def within(entries: Sequence[WorkoutEntry], first: date, last: date) -> Sequence[WorkoutEntry]:
    """Those of `first` to `last`, both included. `entries` must be sorted."""
    return entries[_place(entries, first) : _place(entries, last + timedelta(days=1))]


def _place(entries: Sequence[WorkoutEntry], day: date) -> int:
    return bisect_left(entries, (day.toordinal() - EPOCH_DAY) * DAY_MS, key=_local_ms)


def _local_ms(entry: WorkoutEntry) -> int:
    return entry.local_ms
