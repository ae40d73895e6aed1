"""The texts of an athlete's totals. Qt-free."""

from __future__ import annotations

from datetime import date

from core.athletes.periods import PeriodTotals, SportShare
from core.athletes.sums import Sums
from core.athletes.weeks import week_of
from gui.forms.formatting import Units
from gui.workspaces.athletes.formatting import (
    WrittenAmount,
    climb_figure,
    count_figure,
    distance_figure,
    energy_figure,
    time_figure,
)

NAMES = ("Workouts", "Time", "Distance", "Climbed", "Energy", "Streak")


def scope_text(totals: PeriodTotals, today: date, since: date | None) -> str:
    """`week 50 until today, change from week 49`."""
    if totals.span is None:
        return "" if since is None else f"since {since.day} {since:%b %Y}"
    if totals.period == "week":
        week = week_of(today)
        now, before = f"week {week.iso_week}", f"week {week.shifted(-1).iso_week}"
    elif totals.period == "month":
        now, before = f"{today:%B}", f"{totals.before_span.first:%B}" if totals.before_span else ""
    else:
        now, before = str(today.year), str(today.year - 1)
    return f"{now} until today, change from {before}"


def figures_of(sums: Sums, units: Units) -> tuple[WrittenAmount, ...]:
    """Without the streak, which belongs to no period."""
    return (
        count_figure(sums.workouts),
        time_figure(sums.duration_ms),
        distance_figure(sums.distance_mm, units),
        climb_figure(sums.ascent_mm),
        energy_figure(sums.energy_mkcal),
    )


def share_text(share: SportShare, units: Units) -> str:
    """`28.4 km`; without a distance the time, `1:30 h`."""
    sums = share.sums
    return (distance_figure(sums.distance_mm, units) if sums.distance_mm else time_figure(sums.duration_ms)).text
