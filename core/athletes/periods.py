"""Totals of a week, month or year until today, beside the same part of the one before."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from core.achievements.progress import WorkoutEntry
from core.athletes.sums import Amount, Sums, amount_of, sums_of
from core.athletes.weeks import week_of, within

Period = Literal["week", "month", "year", "all"]
PERIODS: tuple[Period, ...] = ("week", "month", "year", "all")


class Span(NamedTuple):
    """Days, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class SportShare:
    """One sport's part of a period. `share`: 0 to 1, of the distance, or of the time where there is no distance."""

    sport: str
    sums: Sums
    share: float


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """`before` and `change` compare with the same part of the period before, see `same_part_before`.

    For `all` there is no span, and nothing to compare with.
    """

    period: Period
    span: Span | None
    sums: Sums
    sports: tuple[SportShare, ...]  # largest first; their sums add up to `sums`
    before_span: Span | None = None
    before: Sums | None = None

    @property
    def change(self) -> Sums | None:
        return None if self.before is None else self.sums.minus(self.before)


def span_of(period: Period, today: date) -> Span | None:
    """The whole period that `today` is in: ISO week, month of the calendar, year from 1 January; None for all.

    To its end, though the rest is still to come: where it is tomorrow already, the athlete may have trained.
    """
    if period == "week":
        week = week_of(today)
        return Span(week.monday, week.sunday)
    if period == "month":
        return Span(today.replace(day=1), today.replace(day=_days_in(today.year, today.month)))
    if period == "year":
        return Span(date(today.year, 1, 1), date(today.year, 12, 31))
    return None


def same_part_before(period: Period, today: date) -> Span | None:
    """From the first day of the period before to the day in it that is today's: the same day of the week, of the month,
    or of the year.

    A month that has no such day ends with its last, so that 1 to 31 March are compared with 1 to 28 February.
    """
    if period == "week":
        return Span(week_of(today).shifted(-1).monday, today - timedelta(weeks=1))
    if period == "month":
        last = today.replace(day=1) - timedelta(days=1)
        return Span(last.replace(day=1), last.replace(day=min(today.day, last.day)))
    if period == "year":
        year = today.year - 1
        return Span(date(year, 1, 1), date(year, today.month, min(today.day, _days_in(year, today.month))))
    return None


def period_totals(entries: Sequence[WorkoutEntry], period: Period, today: date) -> PeriodTotals:
    """`entries` of one athlete, sorted."""
    span, before_span = span_of(period, today), same_part_before(period, today)
    found = entries if span is None else within(entries, *span)
    before = None if before_span is None else sums_of(within(entries, *before_span))
    return PeriodTotals(period, span, sums_of(found), sport_split(found), before_span, before)


def sport_split(entries: Sequence[WorkoutEntry]) -> tuple[SportShare, ...]:
    by_sport: dict[str, list[WorkoutEntry]] = {}
    for entry in entries:
        by_sport.setdefault(entry.sport, []).append(entry)
    sums = {sport: sums_of(some) for sport, some in by_sport.items()}
    compared: Amount = "distance" if any(one.distance_mm for one in sums.values()) else "duration"
    whole = sum(amount_of(one, compared) for one in sums.values())
    shares = [SportShare(sport, one, amount_of(one, compared) / whole) for sport, one in sums.items()]
    return tuple(sorted(shares, key=lambda one: (-one.share, -one.sums.duration_ms, one.sport)))


def _days_in(year: int, month: int) -> int:
    return monthrange(year, month)[1]
