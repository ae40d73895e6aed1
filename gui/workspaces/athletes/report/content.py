"""What the report says: all of its texts, made of an athlete's page. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.achievements.progress import WorkoutEntry
from core.athletes.badges import Badge
from core.athletes.page import AthletePage
from core.athletes.periods import Period
from core.athletes.trend import Trend
from core.athletes.weeks import day_of
from gui.forms.formatting import Units, distance_text
from gui.workspaces.athletes.badges.texts import BadgeFormat, earned_words
from gui.workspaces.athletes.formatting import (
    amount_figure,
    change_text,
    climb_figure,
    counted,
    day_text,
    energy_figure,
    time_figure,
    week_days,
)
from gui.workspaces.athletes.page.totals_text import NAMES, figures_of, scope_text, share_text
from gui.workspaces.athletes.records.rows import TITLES, RecordFormat, rows_of, sports_of

MOST_BADGES, MOST_WORKOUTS, MOST_SPORTS = 8, 10, 4


@dataclass(frozen=True, slots=True)
class Number:
    """A total. `change`: since the period before, empty where there is none."""

    name: str
    value: str
    unit: str
    change: str


@dataclass(frozen=True, slots=True)
class Report:
    """The texts of one sheet, and the trend that it draws. Rows of tables are texts from left to right."""

    name: str
    line: str  # sports, weight, since when
    written: str  # the day
    scope: str
    numbers: tuple[Number, ...]
    sports: str
    trend_title: str
    trend_line: str
    trend: Trend
    units: Units
    records_of: str  # sports
    records: tuple[tuple[str, str, str], ...]  # title, value, day
    badges_line: str
    badges: tuple[tuple[str, str], ...]  # name, when
    workouts: tuple[tuple[str, ...], ...]  # day, sport, time, distance, climb, energy


WORKOUT_COLUMNS = ("Day", "Sport", "Time", "Distance", "Climbed", "Energy")


def report_of(page: AthletePage, period: Period, line: str, units: Units) -> Report:
    """`period`: of the totals. `line`: what the page says below the name."""
    totals = page.totals[period]
    changes = ("",) * 5 if totals.change is None else tuple(map(change_text, figures_of(totals.change, units)))
    numbers = [
        Number(name, figure.value, figure.unit, change)
        for name, figure, change in zip(NAMES, figures_of(totals.sums, units), changes, strict=False)
    ]
    best = "" if page.longest_streak is None else f"best {page.longest_streak.days:,}"
    days = 0 if page.streak is None else page.streak.days
    numbers.append(Number(NAMES[-1], f"{days:,}", counted(days, "day").split()[1], best))
    shares = totals.sports[:MOST_SPORTS]
    more = len(totals.sports) - len(shares)
    trend = page.trends["distance"]
    if trend.best is None:
        trend = page.trends["duration"]  # of one who trains without distances
    return Report(
        page.name,
        line,
        day_text(page.today, date.min),
        scope_text(totals, page.today, page.since),
        tuple(numbers),
        ", ".join([f"{share.sport} {share_text(share, units)}" for share in shares] + [f"{more} more"] * (more > 0)),
        "Distance by week" if trend.amount == "distance" else "Time by week",
        _trend_line(trend, page.today, units),
        trend,
        units,
        sports_of(page.records),
        _records(page, units),
        earned_words(page.badges),
        _badges(page.badges, page.today, units),
        tuple(_workout(entry, page.today, units) for entry in page.last[:MOST_WORKOUTS]),
    )


def _trend_line(trend: Trend, today: date, units: Units) -> str:
    """`the last 26 weeks; best week 50.6 km, 10 to 16 Nov`."""
    words = f"the last {len(trend.weeks)} weeks"
    if trend.best is None:
        return words
    best = amount_figure(trend.amount, trend.best.value, units).text
    year = "" if trend.best.week.sunday.year == today.year else f" {trend.best.week.sunday.year}"
    return f"{words}; best week {best}, {week_days(trend.best.week)}{year}"


def _records(page: AthletePage, units: Units) -> tuple[tuple[str, str, str], ...]:
    texts, rows = RecordFormat(units), rows_of(page.records)
    texts.show(rows, page.today)
    return tuple((TITLES[row.kind], texts.value(row), texts.day(row)) for row in rows)


def _badges(badges: Sequence[Badge], today: date, units: Units) -> tuple[tuple[str, str], ...]:
    """Those that were earned last."""
    texts = BadgeFormat(units, today)
    earned = sorted((badge for badge in badges if badge.last is not None), key=lambda badge: badge.last or date.min)
    return tuple((texts.name(badge), texts.last_earned(badge)) for badge in earned[: -MOST_BADGES - 1 : -1])


def _workout(entry: WorkoutEntry, today: date, units: Units) -> tuple[str, ...]:
    """What a workout has none of stays empty."""
    km = entry.distance_mm / 1_000_000
    return (
        day_text(day_of(entry.local_ms), today),
        entry.sport,
        time_figure(entry.duration_ms).text,
        distance_text(km, entry.sport, units) if km else "",
        climb_figure(entry.ascent_mm).text if entry.ascent_mm else "",
        energy_figure(entry.energy_mkcal).text,
    )
