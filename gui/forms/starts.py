"""How the start of a workout is written. Qt-free."""

from __future__ import annotations

from datetime import datetime, tzinfo

from core.workouts.local_start import read_start


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
