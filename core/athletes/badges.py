"""The achievements of one athlete, each with when it was earned or how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementProgress, AchievementRules, Earned


@dataclass(frozen=True, slots=True)
class Badge:
    """`first` and `last`: local days of the workouts that earned it; None if it is not earned."""

    rule: AchievementRule
    progress: AchievementProgress
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


def badges_of(
    rules: AchievementRules,
    progress: Iterable[AchievementProgress],
    earned: Iterable[Earned],
    days: Mapping[str, date],
) -> tuple[Badge, ...]:
    """One for each rule, in their order. `days`: the local day of each workout that earned something."""
    by_code = {one.code: one for one in progress}
    when: dict[str, list[date]] = {}
    for one in earned:
        when.setdefault(one.code, []).append(days[one.workout_id])
    return tuple(_badge(rule, by_code[rule.code], when.get(rule.code, [])) for rule in rules.all)


def _badge(rule: AchievementRule, progress: AchievementProgress, days: list[date]) -> Badge:
    return Badge(rule, progress, len(days), min(days, default=None), max(days, default=None))
