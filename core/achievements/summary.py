"""Totals of achievements in the store: who holds which, and what was unlocked last."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import EarnedBadge


@dataclass(frozen=True, slots=True)
class BadgeCount:
    """One achievement and how many athletes hold it; `anonymous` is none."""

    code: str
    name: str
    holders: int
    description: str = ""
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Unlock:
    at_ms: int
    athlete: str
    badge: EarnedBadge


@dataclass(frozen=True, slots=True)
class AchievementSummary:
    """The store's totals as of `at_ms`. `badges` in the order of the rules, including those without holders."""

    at_ms: int
    badges: tuple[BadgeCount, ...]
    unlocked: int
    athletes: int
    latest: tuple[Unlock, ...] = ()  # newest first
