"""All that an athlete's page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.achievements.progress import DAY_MS, WorkoutEntry
from core.achievements.rules import AchievementRules, Earned
from core.athletes.badges import Badge, badges_of
from core.athletes.periods import PERIODS, Period, PeriodTotals, period_totals
from core.athletes.records import Record, RecordKind, records_of
from core.athletes.streaks import Streak, current_streak, longest_streak, streaks_of
from core.athletes.sums import Amount
from core.athletes.trend import TREND_WEEKS, Trend, trend_of
from core.athletes.weeks import day_of
from core.athletes.weights import DayWeight, Weight, daily_weights

TREND_AMOUNTS: tuple[Amount, ...] = ("distance", "duration", "energy")
MAIN_SPORTS = 2
LAST_WORKOUTS = 10
_YEAR_MS = 365 * DAY_MS
_MAIN_SHARE = 10  # a main sport has at least one in so many workouts


@dataclass(frozen=True, slots=True)
class AthletePage:
    """As of `today`. Empty for an athlete without workouts."""

    name: str
    today: date
    since: date | None  # local day of the first workout
    main_sports: tuple[str, ...]  # at most two, see `main_sports_of`
    weights: tuple[DayWeight, ...]  # body weights, oldest first
    totals: Mapping[Period, PeriodTotals]
    streak: Streak | None  # that goes on
    longest_streak: Streak | None
    trends: Mapping[Amount, Trend]
    records: Mapping[RecordKind, Record]  # those that are set
    badges: tuple[Badge, ...]  # of every rule, in their order
    last: tuple[WorkoutEntry, ...]  # at most LAST_WORKOUTS, newest first


def page_of(
    name: str,
    workouts: Sequence[WorkoutEntry],
    weights: Sequence[Weight],
    earned: Sequence[Earned],
    today: date,
    rules: AchievementRules,
    *,
    weeks: int = TREND_WEEKS,
) -> AthletePage:
    """From all workouts of one athlete, the weights they carry and what they earned, in any order.

    `today` is the day of the one who looks at it.
    """
    entries = sorted(workouts)
    streaks = streaks_of(entries)
    return AthletePage(
        name,
        today,
        day_of(entries[0].local_ms) if entries else None,
        main_sports_of(entries),
        daily_weights(sorted(weights)),
        {period: period_totals(entries, period, today) for period in PERIODS},
        current_streak(streaks, today),
        longest_streak(streaks),
        {amount: trend_of(entries, amount, today, weeks=weeks) for amount in TREND_AMOUNTS},
        records_of(entries, streaks, today),
        badges_of(rules, earned, entries),
        tuple(entries[: -LAST_WORKOUTS - 1 : -1]),
    )


def main_sports_of(entries: Sequence[WorkoutEntry]) -> tuple[str, ...]:
    """The sports with the most workouts in the last year in which the athlete trained, at most two; the second only
    with a tenth of them. `entries` must be sorted."""
    recent = Counter(entry.sport for entry in entries if entry.local_ms > entries[-1].local_ms - _YEAR_MS)
    most = sorted(recent.items(), key=lambda item: (-item[1], item[0]))[:MAIN_SPORTS]
    return tuple(sport for sport, count in most if count * _MAIN_SHARE >= recent.total())
