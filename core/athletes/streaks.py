"""Days in a row with a workout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.achievements.progress import DAY_MS, WorkoutEntry
from core.athletes.weeks import EPOCH_DAY


@dataclass(frozen=True, slots=True)
class Streak:
    """`first` and `last` are days of the workouts' own local time, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def streaks_of(entries: Iterable[WorkoutEntry]) -> tuple[Streak, ...]:
    """All of them, oldest first; a single day is one, too. `entries` must be sorted."""
    runs: list[list[int]] = []
    for entry in entries:
        day = entry.local_ms // DAY_MS + EPOCH_DAY
        if runs and day <= runs[-1][1] + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return tuple(Streak(date.fromordinal(first), date.fromordinal(last)) for first, last in runs)


def current_streak(streaks: Sequence[Streak], today: date) -> Streak | None:
    """The last one, if it goes on: its last day is today or yesterday, since today's workout may be still to come."""
    return streaks[-1] if streaks and streaks[-1].last >= today - timedelta(days=1) else None


def longest_streak(streaks: Iterable[Streak]) -> Streak | None:
    """Of equal ones the first."""
    return max(streaks, key=lambda one: one.days, default=None)
