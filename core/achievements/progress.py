"""Evaluates one athlete's workouts in chronological order: what was earned, when and by which workout. Pure.

Hours, days and weeks are those of each workout's own local time. So the order is that of the local starts, as in a
training diary: days and weeks then never go back, wherever the athlete travels. Two workouts some hours apart in
different zones may be in the opposite order of their moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from core.achievements.rule_schema import PACE, STREAK, WEEK_SPORTS
from core.achievements.rules import AchievementProgress, AchievementRules, Earned, PersonalBest

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_DAY = -1_000_000


class WorkoutEntry(NamedTuple):
    """One workout as the rules see it; sorts by local start, then start, then id.

    Integers, so that sums do not depend on the order.
    """

    local_ms: int  # local time of the start, as milliseconds since 1970-01-01 0:00 on that clock
    started_ms: int
    workout_id: str
    sport: str
    duration_ms: int
    distance_mm: int
    energy_mkcal: int  # thousandths of a kilocalorie
    ascent_mm: int


def make_entry(
    workout_id: str,
    started_ms: int,
    sport: str,
    duration_min: float,
    distance_km: float | None,
    calories_kcal: float,
    elevation_gain_m: float | None,
    utc_offset_min: int = 0,
) -> WorkoutEntry:
    """The one place that rounds to integers, so that a workout read back from the store is the same entry."""
    return WorkoutEntry(
        started_ms + utc_offset_min * 60_000,
        started_ms,
        workout_id,
        sport,
        round(duration_min * 60_000),
        round(distance_km * 1_000_000) if distance_km else 0,
        round(calories_kcal * 1000),
        round(elevation_gain_m * 1000) if elevation_gain_m else 0,
    )


def utc_ms(moment: datetime) -> int:
    """Whole milliseconds since the epoch, rounded down; `moment` is aware."""
    delta = moment - _EPOCH
    return delta.days * 86_400_000 + delta.seconds * 1000 + delta.microseconds // 1000


class AthleteProgress:
    """The state after the workouts up to `last`, in order. It needs none of them to continue, so it is small."""

    __slots__ = (
        "_bests",
        "_day",
        "_ever_sports",
        "_numbers",
        "_reached",
        "_streak",
        "_values",
        "_week",
        "_week_sports",
        "earned",
        "last",
        "rules",
    )

    def __init__(self, rules: AchievementRules) -> None:
        self.rules = rules
        self.last: tuple[int, int, str] | None = None
        self.earned: list[Earned] = []
        self._values = [0] * len(rules.tracks)
        self._reached = [0] * len(rules.tracks)
        self._bests: dict[tuple[str, str], int] = {}
        self._numbers: dict[str, int] = {}
        self._day = _NO_DAY
        self._streak = 0
        self._week = _NO_DAY
        self._week_sports: set[str] = set()
        self._ever_sports: set[str] = set()

    def copy(self) -> AthleteProgress:
        copied = AthleteProgress(self.rules)
        copied.last = self.last
        copied.earned = self.earned.copy()
        copied._values = self._values.copy()
        copied._reached = self._reached.copy()
        copied._bests = self._bests.copy()
        copied._numbers = self._numbers.copy()
        copied._day, copied._streak, copied._week = self._day, self._streak, self._week
        copied._week_sports = self._week_sports.copy()
        copied._ever_sports = self._ever_sports.copy()
        return copied

    def is_newest(self, entry: WorkoutEntry) -> bool:
        """Whether `entry` is newer than everything added, so that it can be added incrementally."""
        return self.last is None or self.last < entry[:3]

    def add(self, entry: WorkoutEntry) -> list[Earned]:
        """Add the next workout in order; returns what it earned."""
        local_ms, started_ms, workout_id, sport, duration_ms, distance_mm, energy_mkcal, ascent_mm = entry
        self.last = (local_ms, started_ms, workout_id)
        self._advance_calendar(local_ms // DAY_MS, sport)
        plan = self.rules.plan(sport)
        amounts = (
            duration_ms,
            distance_mm,
            energy_mkcal,
            ascent_mm,
            1,
            self._streak,
            len(self._week_sports),
            len(self._ever_sports),
        )
        new: list[Earned] = []
        values = self._values
        hour_of_week = (local_ms // HOUR_MS + 72) % 168  # 1970-01-01 was a Thursday
        for index, slot, adds, hours, min_distance_mm, thresholds, achievements in plan.tracks:
            amount = amounts[slot]
            if adds:
                value = values[index] + amount
            elif amount > values[index]:
                value = amount
            else:
                continue
            if hours is not None and (hour_of_week not in hours or distance_mm < min_distance_mm):
                continue
            values[index] = value
            reached = self._reached[index]
            while reached < len(thresholds) and value >= thresholds[reached]:
                achievement = achievements[reached]
                new.append(Earned(achievement.code, achievement.name, workout_id, started_ms, 1))
                reached += 1
                self._reached[index] = reached
        if plan.records:
            self._check_records(plan.records, entry, hour_of_week, amounts, new)
        if new:
            self.earned.extend(new)
        return new

    def _advance_calendar(self, day: int, sport: str) -> None:
        if day != self._day:
            self._streak = self._streak + 1 if day == self._day + 1 else 1
            self._day = day
            week = (day + 3) // 7
            if week != self._week:
                self._week = week
                self._week_sports = set()
        self._week_sports.add(sport)
        self._ever_sports.add(sport)

    def _check_records(
        self,
        records: Sequence[PersonalBest],
        entry: WorkoutEntry,
        hour_of_week: int,
        amounts: Sequence[int],
        new: list[Earned],
    ) -> None:
        for record in records:
            amount = _pace(entry) if record.slot == PACE else amounts[record.slot]
            if not amount:
                continue
            if record.condition is not None:
                hours, min_distance_mm = record.condition
                if hour_of_week not in hours or entry.distance_mm < min_distance_mm:
                    continue
            achievement = record.achievement
            key = (achievement.code, entry.sport if record.per_sport else "")
            best = self._bests.get(key)
            if best is not None and amount <= best:
                continue
            self._bests[key] = amount
            if best is not None:
                number = self._numbers[achievement.code] = self._numbers.get(achievement.code, 0) + 1
                new.append(Earned(achievement.code, achievement.name, entry.workout_id, entry.started_ms, number))

    def progress(self) -> tuple[AchievementProgress, ...]:
        """All achievements, in display order."""
        return tuple(self._progress(code) for code in self.rules.by_code)

    def _progress(self, code: str) -> AchievementProgress:
        track = self.rules.track_of.get(code)
        if track is None:
            times = self._numbers.get(code, 0)
            return AchievementProgress(code, times, 1, min(times, 1))
        rule = self.rules.by_code[code]
        target = rule.target or rule.more_than or 0
        number, slot, *_ = track
        value = self._values[number]
        if value >= rule.threshold:
            return AchievementProgress(code, max(value / rule.unit, target), target, 1.0)
        if slot in (STREAK, WEEK_SPORTS):
            value = self._streak if slot == STREAK else len(self._week_sports)
        current = value / rule.unit
        return AchievementProgress(code, current, target, min(current / target, 0.99))


def _pace(entry: WorkoutEntry) -> int:
    """Negated ms per km, so that faster is more; 0 without a distance."""
    return -(entry.duration_ms * 1_000_000 // entry.distance_mm) if entry.distance_mm else 0


def evaluate_all(rules: AchievementRules, entries: Iterable[WorkoutEntry]) -> AthleteProgress:
    """Progress from these entries, in any order."""
    progress = AthleteProgress(rules)
    for entry in sorted(entries):
        progress.add(entry)
    return progress


def earned_alone(rules: AchievementRules, entry: WorkoutEntry) -> list[Earned]:
    """What a workout earns without a history: by the rules that look at one workout alone."""
    return AthleteProgress(rules.of_one_workout).add(entry)


def newly_earned(
    before: Iterable[Earned], after: Iterable[Earned], workout_ids: set[str], rules: AchievementRules
) -> list[Earned]:
    """What these workouts earned in `after` that `before` did not have.

    A repeatable one is identified by its workout, since an older record shifts the numbers of later ones.
    """
    had = {_identity(earned, rules) for earned in before}
    return [e for e in after if e.workout_id in workout_ids and _identity(e, rules) not in had]


def _identity(earned: Earned, rules: AchievementRules) -> tuple[str, str]:
    return (earned.code, earned.workout_id if rules.by_code[earned.code].repeatable else "")
