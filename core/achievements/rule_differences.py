"""What is other in a rule file than in the one before."""

from __future__ import annotations

from dataclasses import dataclass

from core.achievements.rules import AchievementRules


@dataclass(frozen=True, slots=True)
class RuleDifferences:
    """Names of rules, in their order. `computes`: whether it may change what anyone has earned."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    computes: bool

    @property
    def any(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def differences(before: AchievementRules | None, after: AchievementRules) -> RuleDifferences:
    """By the codes of the rules. `before`: None where those could not be read."""
    old, new = before.by_code if before is not None else {}, after.by_code
    return RuleDifferences(
        tuple(rule.name for code, rule in new.items() if code not in old),
        tuple(rule.name for code, rule in old.items() if code not in new),
        tuple(rule.name for code, rule in new.items() if code in old and old[code] != rule),
        before is None or before.digest != after.digest,
    )
