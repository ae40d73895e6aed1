"""What is stored of the athlete in the form: asked for by name and day, and whether the answer is there. Qt-free."""

from __future__ import annotations

from datetime import datetime, tzinfo

from core.parsing.fields import EntryError, parse_start
from core.workouts.model import ANONYMOUS
from core.workouts.names import canonical_name
from core.workouts.on_record import AthleteRecord, RecordWanted, record_wanted
from gui.forms.form_parser import Texts


def wanted_of(texts: Texts, *, now: datetime, zone: tzinfo) -> RecordWanted | None:
    """None where there is no athlete of their own: anonymous is many people."""
    athlete = canonical_name(texts["userId"])
    if not athlete or athlete.casefold() == ANONYMOUS:
        return None
    try:
        start = parse_start(texts["timestamp"], now=now, zone=zone)
        return record_wanted(athlete, start.astimezone(zone).date(), zone)
    except (EntryError, OverflowError):  # no start, or at an end of the calendar: refused when it is sent
        return record_wanted(athlete, now.astimezone(zone).date(), zone)


def count_text(record: AthleteRecord) -> str:
    if not record.workouts:
        return "new athlete"
    return f"{record.workouts:,} workout{'' if record.workouts == 1 else 's'}"


def date_text(at: datetime, now: datetime) -> str:
    """`12 Nov`, with its year where that is another one."""
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"


class OnRecord:
    """The question of last, and its answer."""

    def __init__(self) -> None:
        self.wanted: RecordWanted | None = None
        self.record: AthleteRecord | None = None

    def want(self, wanted: RecordWanted | None) -> bool:
        """Whether it is about another athlete than the last one."""
        before, self.wanted = self.wanted, wanted
        another = (before and before.athlete) != (wanted and wanted.athlete)
        if another:
            self.record = None
        return another

    def take(self, record: AthleteRecord) -> bool:
        """Whether it is about the athlete in the form; an answer about another one is dropped."""
        if self.wanted is None or record.wanted.athlete != self.wanted.athlete:
            return False
        self.record = record
        return True

    @property
    def is_current(self) -> bool:
        """Whether all is known that can be: of this athlete and day."""
        return self.wanted is None or (self.record is not None and self.record.wanted == self.wanted)
