"""How the start of a workout is written, and the starts that are offered. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from core.parsing.local_time import offsets_at, with_fixed_offset
from core.parsing.start import format_start
from core.workouts.local_start import read_start


@dataclass(frozen=True, slots=True)
class StartChoice:
    """`words`: with the letter that chooses it marked by `&`. `time`: which one it is now. `text`: what it types."""

    words: str
    time: str
    text: str


def start_choices(now: datetime, zone: tzinfo) -> tuple[StartChoice, ...]:
    """`now` is aware. A time of yesterday that the clocks skipped is later by what they skipped."""
    here, earlier = (with_fixed_offset(moment, zone) for moment in (now, now - timedelta(hours=1)))
    day_before = here.replace(tzinfo=zone) - timedelta(days=1)  # the same time of the day
    yesterday = with_fixed_offset(day_before.astimezone(UTC), zone)
    return (
        StartChoice("&Now", _day_and_time(here, here, zone), "now"),
        StartChoice("An &hour ago", _day_and_time(earlier, here, zone), start_entry(earlier, zone)),
        StartChoice("&Yesterday", _day_and_time(yesterday, here, zone), start_entry(yesterday, zone)),
    )


def start_entry(moment: datetime, zone: tzinfo) -> str:
    """As it would be typed: `2025-12-10 10:00`, with its offset where `zone` would give it another; to the minute."""
    text = format_start(moment.replace(second=0), zone=zone)
    return text[:16] + text[19:]


def _day_and_time(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """With its offset only where the clocks show that time twice."""
    day = "" if moment.date() == now.date() else f"{moment:%a} {moment.day} {moment:%b} "
    first, second = offsets_at(moment.replace(tzinfo=None), zone)
    return f"{day}{moment:%H:%M}" + ("" if first == second else f" {moment.isoformat(timespec='minutes')[16:]}")


def start_words(started_at: str, now_ms: int, zone: tzinfo | None, *, brief: bool = False) -> str:
    """`18:24` today, `10 Dec 18:24` this year, else `10 Dec 2025 18:24`; empty where it is not known.

    It is the workout's own local time, with its offset behind it where `zone` has another then: `18:24 -08:00`.
    `brief`: of other years the day alone, as there is room for in a column.
    """
    moment = read_start(started_at)
    if moment is None:
        return ""
    now = datetime.fromtimestamp(now_ms / 1000, zone)
    if brief and moment.year != now.year:
        return f"{moment.day} {moment:%b %Y}"
    year = "" if moment.year == now.year else f" {moment.year}"
    day = "" if moment.date() == now.date() else f"{moment.day} {moment:%b}{year} "
    return f"{day}{moment:%H:%M}{foreign_offset(moment, zone)}"


def dated_start_words(moment: datetime, zone: tzinfo | None) -> str:
    """`10 Dec 2025 18:24`, with its offset as above."""
    return f"{moment.day} {moment:%b %Y %H:%M}{foreign_offset(moment, zone)}"


def foreign_offset(moment: datetime, zone: tzinfo | None) -> str:
    """` -08:00`; empty where `zone` has the same then."""
    try:
        there = moment.astimezone(zone).utcoffset()
    except OverflowError:  # at the ends of the calendar
        there = None
    if there == moment.utcoffset():
        return ""
    return f" {moment.isoformat(timespec='minutes')[16:]}"
