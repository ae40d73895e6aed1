"""All workouts of one athlete, their totals and achievements. Pure."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from core.achievements.progress import DAY_MS, AthleteProgress, WorkoutEntry, evaluate_all, newly_earned
from core.achievements.rules import AchievementProgress, AchievementRules, Earned, default_rules

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Totals:
    workouts: int = 0
    duration_ms: int = 0
    distance_mm: int = 0
    energy_mkcal: int = 0

    @property
    def duration_min(self) -> float:
        return self.duration_ms / 60_000

    @property
    def distance_km(self) -> float:
        return self.distance_mm / 1_000_000

    @property
    def calories_kcal(self) -> float:
        return self.energy_mkcal / 1000


def totals_of(entries: Iterable[WorkoutEntry]) -> Totals:
    count = duration = distance = energy = 0
    for entry in entries:
        count += 1
        duration += entry.duration_ms
        distance += entry.distance_mm
        energy += entry.energy_mkcal
    return Totals(count, duration, distance, energy)


@lru_cache(maxsize=4096)
def _iso_week(week: int) -> tuple[int, int]:
    thursday = date.fromordinal(_EPOCH_ORDINAL + week * 7)
    year, number, _ = thursday.isocalendar()
    return year, number


def iso_week(local_ms: int) -> tuple[int, int]:
    """ISO year and week of a start by its local time, see WorkoutEntry."""
    return _iso_week((local_ms // DAY_MS + 3) // 7)


class AthleteHistory:
    """All workouts of one athlete with their totals. Adding only newer ones is incremental."""

    def __init__(self, entries: Iterable[WorkoutEntry] = (), *, rules: AchievementRules | None = None) -> None:
        self._rules = rules or default_rules()
        self._progress = AthleteProgress(self._rules)
        self._by_id: dict[str, WorkoutEntry] = {}
        self._ordered: list[WorkoutEntry] = []
        self.add(entries)

    def __len__(self) -> int:
        return len(self._ordered)

    def add(self, entries: Iterable[WorkoutEntry]) -> list[Earned]:
        """In any order; one with a known id replaces it. Returns what is newly earned."""
        fresh = {entry.workout_id: entry for entry in entries}
        changed = [entry for entry in fresh.values() if self._by_id.get(entry.workout_id) != entry]
        replaced = [self._by_id[entry.workout_id] for entry in changed if entry.workout_id in self._by_id]
        return self._change(replaced, sorted(changed))

    def remove(self, workout_ids: Iterable[str]) -> None:
        """Unknown ids are ignored."""
        self._change([self._by_id[i] for i in dict.fromkeys(workout_ids) if i in self._by_id], [])

    def _change(self, removed: Sequence[WorkoutEntry], added: Sequence[WorkoutEntry]) -> list[Earned]:
        incremental = not removed and (not added or self._progress.is_newest(added[0]))
        for entry in removed:
            del self._by_id[entry.workout_id]
            self._ordered.remove(entry)
        for entry in added:
            self._by_id[entry.workout_id] = entry
            insort(self._ordered, entry)
        if incremental:
            return [earned for entry in added for earned in self._progress.add(entry)]
        before = self._progress
        self._progress = evaluate_all(self._rules, self._ordered)
        return newly_earned(before.earned, self._progress.earned, {entry.workout_id for entry in added}, self._rules)

    @property
    def entries(self) -> tuple[WorkoutEntry, ...]:
        """Oldest first."""
        return tuple(self._ordered)

    @property
    def earned(self) -> tuple[Earned, ...]:
        """In the order they were earned."""
        return tuple(self._progress.earned)

    @property
    def totals(self) -> Totals:
        return totals_of(self._ordered)

    @property
    def weekly(self) -> dict[tuple[int, int], Totals]:
        """By ISO year and week of the local start."""
        weeks: dict[tuple[int, int], list[WorkoutEntry]] = {}
        for entry in self._ordered:
            weeks.setdefault(iso_week(entry.local_ms), []).append(entry)
        return {week: totals_of(entries) for week, entries in weeks.items()}

    def progress(self) -> tuple[AchievementProgress, ...]:
        return self._progress.progress()

    def would_unlock(self, entry: WorkoutEntry) -> tuple[Earned, ...]:
        """What adding (or replacing by) `entry` would newly earn for it; changes nothing. At most two evaluations."""
        rest = [other for other in self._ordered if other.workout_id != entry.workout_id]
        if len(rest) == len(self._ordered) and self._progress.is_newest(entry):
            return tuple(self._progress.copy().add(entry))
        with_draft = evaluate_all(self._rules, [*rest, entry])
        return tuple(newly_earned(self._progress.earned, with_draft.earned, {entry.workout_id}, self._rules))
