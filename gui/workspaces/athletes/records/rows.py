"""The rows of an athlete's records, and their texts. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.athletes.records import FASTEST_MM, Record, RecordKind
from gui.forms.formatting import Units, distance_text
from gui.workspaces.athletes.formatting import counted, day_text, days_text

TITLES = {
    RecordKind.FASTEST_1_KM: "1 km",
    RecordKind.FASTEST_5_KM: "5 km",
    RecordKind.FASTEST_10_KM: "10 km",
    RecordKind.FASTEST_HALF_MARATHON: "Half",
    RecordKind.FASTEST_MARATHON: "Marathon",
    RecordKind.LONGEST: "Longest",
    RecordKind.BEST_WEEK: "Most in a week",
    RecordKind.LONGEST_STREAK: "Longest streak",
}
NONE_YET = "none yet"


@dataclass(frozen=True, slots=True)
class RecordRow:
    """`record` None: not set yet."""

    kind: RecordKind
    record: Record | None

    @property
    def is_new(self) -> bool:
        return self.record is not None and self.record.is_new

    @property
    def workout_id(self) -> str:
        """Empty where no single workout set it."""
        return "" if self.record is None else self.record.workout_id


def rows_of(records: Mapping[RecordKind, Record]) -> list[RecordRow]:
    """One for each kind, in order."""
    return [RecordRow(kind, records.get(kind)) for kind in RecordKind]


def sports_of(records: Mapping[RecordKind, Record]) -> str:
    """The sports of the fastest, which differ where an athlete walks farther than it runs: `running, walking`."""
    found = (records[kind].sport for kind in FASTEST_MM if kind in records)
    return ", ".join(dict.fromkeys(sport.lower() for sport in found))


def clock_parts(duration_ms: int) -> tuple[int, int, int]:
    """Hours, minutes and seconds, rounded up to the next second, as road races are timed."""
    seconds = -(-duration_ms // 1000)
    return seconds // 3600, seconds % 3600 // 60, seconds % 60


@dataclass(slots=True)
class RecordFormat:
    """What the texts of records depend on."""

    units: Units = field(default_factory=Units)
    today: date = date.min
    days: frozenset[str] = frozenset()  # of all rows, so that their values stand below each other

    def show(self, rows: Sequence[RecordRow], today: date) -> None:
        self.today = today
        self.days = frozenset(map(self.day, rows))

    def value(self, row: RecordRow) -> str:
        record = row.record
        if record is None:
            return NONE_YET
        if row.kind in FASTEST_MM:
            hours, minutes, seconds = clock_parts(record.value)
            return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        if row.kind is RecordKind.LONGEST_STREAK:
            return counted(record.value, "day")
        return distance_text(record.value / 1_000_000, record.sport, self.units)

    def copied(self, row: RecordRow) -> str:
        return "\t".join(filter(None, (TITLES[row.kind], self.value(row), self.day(row))))

    def day(self, row: RecordRow) -> str:
        """The last one, of a week that goes on today; of other years the year alone, as there is room for."""
        if row.record is None:
            return ""
        last = min(row.record.last, self.today)
        if last == self.today:
            return "today"
        return day_text(last, self.today) if last.year == self.today.year else str(last.year)

    def spoken(self, row: RecordRow) -> str:
        """All of the row in one sentence: `5 km: 22 min 48 s, running, today, new`."""
        words = [self._said(row), *self._rest(row), "new" if row.is_new else ""]
        return f"{TITLES[row.kind]}: {', '.join(filter(None, words))}"

    def tip(self, row: RecordRow) -> str:
        if row.record is None:
            return ""
        by = "\nby the average pace of the whole workout" if row.kind in FASTEST_MM else ""
        return ", ".join([f"{TITLES[row.kind]}: {self.value(row)}", *self._rest(row)]) + by

    def why_not(self, row: RecordRow) -> str:
        """Why there is no workout to open; empty if there is one."""
        if row.record is None:
            return "there is no such record yet"
        return "" if row.workout_id else "it is of several workouts"

    def _said(self, row: RecordRow) -> str:
        if row.record is None or row.kind not in FASTEST_MM:
            return self.value(row)
        parts = zip(clock_parts(row.record.value), ("h", "min", "s"), strict=True)
        return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"

    def _rest(self, row: RecordRow) -> list[str]:
        """Its sport and its days."""
        if row.record is None:
            return []
        first, last = row.record.first, row.record.last
        days = day_text(last, self.today) if first == last else days_text(first, last)
        year = "" if first == last or last.year == self.today.year else f" {last.year}"
        return [*([row.record.sport.lower()] if row.record.sport else []), f"{days}{year}"]
