"""What is stored of the athlete in the form: asked for by name and day, and said in words. Qt-free."""

from __future__ import annotations

from datetime import datetime, tzinfo

from core.errors import EntryError
from core.parsing.start import parse_start
from core.workouts.model import ANONYMOUS
from core.workouts.names import canonical_name
from core.workouts.on_record import AthleteDay, AthleteRecord, athlete_day
from gui.forms.form_parser import Texts


def wanted_of(texts: Texts, *, now: datetime, zone: tzinfo) -> AthleteDay | None:
    """None where there is no athlete of their own: anonymous is many people."""
    athlete = canonical_name(texts["userId"])
    if not athlete or athlete.casefold() == ANONYMOUS:
        return None
    try:
        start = parse_start(texts["timestamp"], now=now, zone=zone)
        return athlete_day(athlete, start.astimezone(zone).date(), zone)
    except (EntryError, OverflowError):  # no start, or at an end of the calendar: refused when it is sent
        return athlete_day(athlete, now.astimezone(zone).date(), zone)


def count_text(record: AthleteRecord) -> str:
    if not record.workouts:
        return "new athlete"
    return f"{record.workouts:,} workout{'' if record.workouts == 1 else 's'}"


def date_text(at: datetime, now: datetime) -> str:
    """`12 Nov`, with its year where that is another one."""
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"
