"""The achievements of one athlete's workouts, and the weeks that they count for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from core.achievements.progress import DAY_MS, WorkoutEntry, evaluate_all, newly_earned
from core.achievements.rules import AchievementRules, Earned

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=4096)
def _iso_week(week: int) -> tuple[int, int]:
    monday = date.fromordinal(_EPOCH_ORDINAL + week * 7 - 3)
    year, number, _ = monday.isocalendar()
    return year, number


def iso_week(local_ms: int) -> tuple[int, int]:
    """ISO year and week of a start by its local time, see WorkoutEntry."""
    return _iso_week((local_ms // DAY_MS + 3) // 7)


class AthleteHistory:
    """All workouts of one athlete, evaluated, to compare drafts with."""

    def __init__(self, entries: Iterable[WorkoutEntry], rules: AchievementRules) -> None:
        """No two with the same id."""
        self._entries = tuple(entries)
        self._progress = evaluate_all(rules, self._entries)

    def would_unlock(self, entry: WorkoutEntry) -> Sequence[Earned]:
        """What adding (or replacing by) `entry` would newly earn for it."""
        rest = [other for other in self._entries if other.workout_id != entry.workout_id]
        if len(rest) == len(self._entries) and self._progress.is_newest(entry):
            return self._progress.copy().add(entry)
        rules = self._progress.rules
        with_draft = evaluate_all(rules, [*rest, entry])
        return newly_earned(self._progress.earned, with_draft.earned, {entry.workout_id}, rules)
