"""What a batch changes in the sums of weeks, months, years and all time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import add

from core.achievements.progress import DAY_MS, WorkoutEntry
from core.athletes.board_periods import period_names
from core.processing.apply_batch import AthleteDelta
from core.workouts.model import ANONYMOUS

ALL_SPORTS = ""
Values = tuple[int, ...]  # workouts, duration_ms, distance_mm, energy_mkcal, ascent_mm
AthleteSums = dict[tuple[str, str, str], Values]  # by period, sport, athlete
PeriodSums = dict[tuple[str, str], Values]  # by period, sport
_DaySums = dict[tuple[int, str], Values]  # by local day, sport


class PeriodChanges:
    """What is added to each period and sport (ALL_SPORTS too): of each athlete, and over all. Without `anonymous`, who
    is on no board."""

    def __init__(self) -> None:
        self.of_athletes: AthleteSums = {}
        self._days: _DaySums = {}

    @classmethod
    def of(cls, by_athlete: Mapping[str, AthleteDelta]) -> PeriodChanges:
        changes = cls()
        for athlete, change in by_athlete.items():
            changes.add(athlete, change.added, 1)
            changes.add(athlete, change.removed, -1)
        return changes

    def add(self, athlete: str, entries: Iterable[WorkoutEntry], sign: int) -> None:
        if athlete == ANONYMOUS:
            return
        sums, days = self.of_athletes, self._days
        for entry in entries:
            local_ms, _, _, sport, *measured = entry
            values = (sign, *measured) if sign > 0 else (sign, *(-value for value in measured))
            for period in period_names(local_ms):
                for of_sport in (ALL_SPORTS, sport):
                    key = (period, of_sport, athlete)
                    had = sums.get(key)
                    sums[key] = values if had is None else tuple(map(add, had, values))
            day = (local_ms // DAY_MS, sport)
            had = days.get(day)
            days[day] = values if had is None else tuple(map(add, had, values))

    def over_athletes(self) -> PeriodSums:
        # From days, of which a batch has few.
        whole: PeriodSums = {}
        for (day, sport), values in self._days.items():
            for period in period_names(day * DAY_MS):
                for of_sport in (ALL_SPORTS, sport):
                    had = whole.get((period, of_sport))
                    whole[period, of_sport] = values if had is None else tuple(map(add, had, values))
        return whole
