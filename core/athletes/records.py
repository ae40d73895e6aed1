"""An athlete's best: fastest over distances, longest workout, best week, longest streak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.achievements.athlete_history import iso_week
from core.achievements.progress import WorkoutEntry
from core.athletes.streaks import Streak, longest_streak
from core.athletes.weeks import Week, day_of
from core.workouts.sports import default_catalogue

NEW_DAYS = 7


class RecordKind(StrEnum):
    """In the order of screens."""

    FASTEST_1_KM = "fastest-1-km"
    FASTEST_5_KM = "fastest-5-km"
    FASTEST_10_KM = "fastest-10-km"
    FASTEST_HALF_MARATHON = "fastest-half-marathon"
    FASTEST_MARATHON = "fastest-marathon"
    LONGEST = "longest"
    BEST_WEEK = "best-week"
    LONGEST_STREAK = "longest-streak"


FASTEST_MM = {
    RecordKind.FASTEST_1_KM: 1_000_000,
    RecordKind.FASTEST_5_KM: 5_000_000,
    RecordKind.FASTEST_10_KM: 10_000_000,
    RecordKind.FASTEST_HALF_MARATHON: 21_097_500,
    RecordKind.FASTEST_MARATHON: 42_195_000,
}


@dataclass(frozen=True, slots=True)
class Record:
    """`value`: milliseconds of the fastest, mm of the longest and of the week, days of the streak.

    `first` and `last`: the day of the workout, or the days of the week or streak, in the workouts' own local time.
    """

    kind: RecordKind
    value: int
    first: date
    last: date
    workout_id: str = ""  # of a single workout
    sport: str = ""  # likewise
    is_new: bool = False  # its last workout was today or on one of the six days before


def records_of(entries: Sequence[WorkoutEntry], streaks: Iterable[Streak], today: date) -> Mapping[RecordKind, Record]:
    """Those that are set, in order. `entries` of one athlete, sorted. Of equal ones the first counts.

    Fastest: by the average pace of a whole workout, since nothing is known of its parts. A workout that is at least as
    long as the distance counts with its pace times the distance, so a part of a long run may have been faster. Only
    sports whose pace is per kilometre have it (running, walking, hiking and the like).
    Longest: the greatest distance of one workout in any sport. Best week: the greatest distance of an ISO week, all
    sports together.
    """
    found = [
        *_fastest(entries, today),
        *_longest(entries, today),
        *_best_week(entries, today),
        *_longest_streak(streaks, today),
    ]
    return {record.kind: record for record in found}


def _fastest(entries: Sequence[WorkoutEntry], today: date) -> Iterator[Record]:
    sports = {sport.name for sport in default_catalogue().all if sport.pace_style == "per_km"}
    paced = [entry for entry in entries if entry.sport in sports]
    for kind, distance_mm in FASTEST_MM.items():
        long_enough = [entry for entry in paced if entry.distance_mm >= distance_mm]
        if long_enough:
            times = [entry.duration_ms * distance_mm // entry.distance_mm for entry in long_enough]
            best = times.index(min(times))
            yield _of_workout(kind, times[best], long_enough[best], today)


def _longest(entries: Sequence[WorkoutEntry], today: date) -> Iterator[Record]:
    longest = max(entries, key=lambda entry: entry.distance_mm, default=None)
    if longest is not None and longest.distance_mm:
        yield _of_workout(RecordKind.LONGEST, longest.distance_mm, longest, today)


def _best_week(entries: Sequence[WorkoutEntry], today: date) -> Iterator[Record]:
    distances: dict[tuple[int, int], int] = {}
    last_ms: dict[tuple[int, int], int] = {}
    for entry in entries:
        week = iso_week(entry.local_ms)
        distances[week] = distances.get(week, 0) + entry.distance_mm
        last_ms[week] = entry.local_ms
    best = max(distances, key=distances.__getitem__, default=None)
    if best is not None and distances[best]:
        week = Week(*best)
        is_new = _is_new(day_of(last_ms[best]), today)
        yield Record(RecordKind.BEST_WEEK, distances[best], week.monday, week.sunday, is_new=is_new)


def _longest_streak(streaks: Iterable[Streak], today: date) -> Iterator[Record]:
    best = longest_streak(streaks)
    if best is not None:
        is_new = _is_new(best.last, today)
        yield Record(RecordKind.LONGEST_STREAK, best.days, best.first, best.last, is_new=is_new)


def _of_workout(kind: RecordKind, value: int, entry: WorkoutEntry, today: date) -> Record:
    day = day_of(entry.local_ms)
    return Record(kind, value, day, day, entry.workout_id, entry.sport, _is_new(day, today))


def _is_new(day: date, today: date) -> bool:
    return (today - day).days < NEW_DAYS
