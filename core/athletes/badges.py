"""The achievements of one athlete, each with when it was earned or how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.achievements.progress import WorkoutEntry, evaluate_all
from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementProgress, AchievementRules, Earned
from core.athletes.weeks import day_of


@dataclass(frozen=True, slots=True)
class Badge:
    """`first` and `last`: local days of the workouts that earned it; None if it is not earned."""

    rule: AchievementRule
    progress: AchievementProgress  # of an earned one: its target
    times: int
    first: date | None
    last: date | None

    @property
    def is_earned(self) -> bool:
        return self.times > 0

    @property
    def is_closed(self) -> bool:
        """Hidden until it is earned: neither name nor progress may be shown."""
        return self.rule.hidden and not self.is_earned

    @property
    def percent(self) -> int:
        """Rounded down; 100 only when it is earned."""
        slack = 1e-9  # 0.29 is a little less as a float
        return 100 if self.is_earned else min(99, int(self.progress.fraction * 100 + slack))


def badges_of(rules: AchievementRules, earned: Iterable[Earned], entries: Sequence[WorkoutEntry]) -> tuple[Badge, ...]:
    """One for each rule, in their order. What rules of old earned is left out, and what workouts that are gone did."""
    local_ms = {entry.workout_id: entry.local_ms for entry in entries}
    days: dict[str, list[date]] = {}
    for one in earned:
        if one.workout_id in local_ms:
            days.setdefault(one.code, []).append(day_of(local_ms[one.workout_id]))
    # Without what is earned, which takes a third of the time.
    missing = AchievementRules([rule for rule in rules.all if rule.code not in days])
    progress = {one.code: one for one in evaluate_all(missing, entries).progress()}
    return tuple(
        Badge(rule, progress[rule.code], 0, None, None) if rule.code in progress else _earned(rule, days[rule.code])
        for rule in rules.all
    )


def _earned(rule: AchievementRule, days: Sequence[date]) -> Badge:
    target = rule.target or rule.more_than or 1
    return Badge(rule, AchievementProgress(rule.code, target, target, 1.0), len(days), min(days), max(days))
