"""From the cells of a row to the fields of a body: amounts in their units, durations, and the start."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from core.errors import EntryError
from core.parsing.column_names import ASK, DATE, END, TIME
from core.parsing.durations import is_ambiguous_clock, parse_duration_min, spoken_duration
from core.parsing.fields import distance_unit, parse_distance_km, parse_number, parse_weight_kg
from core.parsing.local_time import offsets_at
from core.parsing.start import parse_start, start_note
from core.parsing.table_columns import DURATION, START, TYPE, Source, TablePlan
from core.parsing.text import normalize_typed
from core.workouts.sports import default_catalogue
from core.workouts.validation_errors import quoted

UNITS_IN_HOUR = {"s": 3600, "min": 60, "h": 1}
METRES_IN_FOOT = 0.3048
NOTHING = ("--", "-", "—", "–", "n/a", "N/A")  # what exports write for no value
MAX_PLAIN = 40  # characters
MAX_SPORTS = 1_000  # remembered

_TYPED_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}[,.]\d{3}", re.ASCII)
_GROUPED_BEFORE_TWO = re.compile(r"([+-]?[1-9]\d{0,2})[,.' ](\d{3}(?:[,.]\d{1,2})?)", re.ASCII)
_WITH_DECIMAL_COMMA = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})", re.ASCII)
_NUMBER_AND_WORD = re.compile(r"([+-]?\d[\d.,]*)\s*([^\W\d_]+)\.?")
_IN_THOUSANDS = ("m", "yd", "ft", "s", "sec", "secs", "seconds", "sek", "sekunden", "secondes", "seg", "segundos")
_FORMULA_TEXT = '="'  # what some exports write, so that spreadsheets keep the text unchanged
_BEHIND = re.compile(r"(.*\d)\s*(bpm|rpm|spm|w|watts?|m)", re.ASCII | re.IGNORECASE)
_ISO_START = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_CLOCK_ONLY = re.compile(r"\d{1,2}(?:[:.h]\d{2}(?:[:.]\d{2})?)?\s*(?:h|uhr|[ap]\.?\s?m\.?)?", re.ASCII | re.IGNORECASE)
_MIDNIGHT = re.compile(r"[ T]0?0:00(?::00)?(?:\.0+)?$", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(?<!:\d\d[.,])(?:1[5-9]|[2-9]\d)\d\d(?!\d)", re.ASCII)  # no offset, no part of a second
_ANOTHER_DAY = timedelta(days=40)

NUMBER_FIELDS = ("elevationGain", "avgHeartRate", "maxHeartRate", "avgPower", "cadence", "rpe", "revision")

Value = str | float | int


class RowReader:
    """Parses the rows of one table. `has_decimal_commas`: a comma does not separate thousands."""

    def __init__(self, plan: TablePlan, *, now: datetime, zone: tzinfo, has_decimal_commas: bool) -> None:
        """`now` is aware. `zone`: for times without one."""
        self._plan, self._now, self._zone = plan, now, zone
        self._has_decimal_commas = has_decimal_commas
        readers: dict[str, Callable[[str, str | None], Value]] = {
            DURATION: self._duration,
            "distance": self._distance,
            "weightKg": lambda text, unit: _whole(parse_weight_kg(self._checked(text), unit or "kg")),
            "userId": _name,
            **dict.fromkeys(NUMBER_FIELDS, self._number),
            "elevationGain": lambda text, unit: self._number(text, unit or "m"),
        }
        parts = (DATE, TIME, END, START)
        self._simple = [
            (name, sources, readers.get(name)) for name, sources in plan.sources.items() if name not in parts
        ]
        self._cells: Sequence[str] = ()  # of the current row
        self._sports: set[str] = set()  # those of the rows so far, as written

    def fields(self, cells: Sequence[str]) -> tuple[dict[str, Value], list[str]]:
        """The fields of a body, and the problems of the cells, each with its field's name."""
        cells = self._cells = self._stripped(cells)
        fields: dict[str, Value] = {}
        problems: list[str] = []
        for name, sources, read in self._simple:
            source, text = _filled(sources, cells)
            if source is None:
                continue
            try:
                fields[name] = text if read is None else read(text, self._plan.unit_of(name, source))
            except EntryError as error:
                problems.append(f"{name}: {error}")
        try:
            self._add_start(cells, fields)
        except EntryError as error:
            problems.append(f"{START}: {error}")
        export = self._plan.export
        if export is not None and export.sport:
            fields.setdefault(TYPE, export.sport)
        if len(self._sports) < MAX_SPORTS:
            self._sports.add(str(fields.get(TYPE, "")))
        for kept in self._plan.kept:
            if text := cells[kept.column]:
                fields[kept.header] = text
        return fields, problems

    def start_note(self, cells: Sequence[str], start: str) -> str:
        """A note about `start`, which was parsed from these cells; empty unless the clocks show it twice."""
        first, second = offsets_at(datetime.fromisoformat(start), self._zone)
        if first <= second:  # true for nearly all times; the text is not parsed again then
            return ""
        text, unit = self._start_text(self._stripped(cells))
        return "" if unit == "utc" else start_note(text, now=self._now, zone=self._zone)

    def is_row(self, cells: Sequence[str]) -> bool:
        """Whether a line has as many cells as the header, and in the right columns a sport, and a duration or a start.

        A note of several lines may have commas, and numbers between them (`squat, 5, 100`): the sport makes the
        difference.
        """
        if len(cells) != len(self._plan.headers):
            return False
        cells = self._stripped(cells)
        source, sport = _filled(self._plan.sources.get(TYPE, ()), cells)
        if source is not None and sport not in self._sports and default_catalogue().find(sport) is None:
            return False
        try:
            for name in (DURATION, START, DATE):
                source, text = _filled(self._plan.sources.get(name, ()), cells)
                if source is not None:
                    return bool(self._duration(text, "min") if name == DURATION else self._moment(text, source.unit))
        except EntryError:
            pass
        return False

    def _stripped(self, cells: Sequence[str]) -> Sequence[str]:
        """As many as the header has, stripped; empty where the text means no value."""
        texts = [cell.strip() for cell in cells]  # for most rows that is all; the two looks are for speed
        if any(nothing in texts for nothing in NOTHING):
            texts = ["" if text in NOTHING else text for text in texts]
        if any(text.startswith(_FORMULA_TEXT) for text in texts):
            texts = [_text_of_formula(text) for text in texts]
        return texts + [""] * (len(self._plan.headers) - len(texts))

    # --- amounts -----------------------------------------------------------------------------------------------------

    def _number(self, text: str, unit: str | None) -> Value:
        behind = _BEHIND.fullmatch(text)
        if behind is not None:
            text = behind[1]
        number = parse_number(self._checked(text, unit))
        return _whole(number * METRES_IN_FOOT if unit == "ft" else number)

    def _distance(self, text: str, unit: str | None) -> Value:
        return _whole(parse_distance_km(self._checked(text, unit), unit or "km", decimals_only=True))

    def _checked(self, text: str, unit: str | None = None) -> str:
        """The text to parse. EntryError for `1,234` in a table whose commas may separate thousands.

        In one with decimal commas the same for `1.234` in a unit that comes in thousands: `1.234` km is not 1,234 km.
        """
        export = self._plan.export
        if export is not None and export.groups_thousands:
            return _ungrouped(text)
        number, word = _number_and_word(text)
        if not _GROUPED.fullmatch(number):
            return text
        if "," in number and not self._has_decimal_commas:
            plain = number.replace(",", "")
            raise EntryError(f"{number} may be {number.replace(',', '.')} or {plain}; write it without the comma.")
        # By its own unit, else by that of the column.
        if "." in number and (distance_unit(word) or unit) in _IN_THOUSANDS and self._has_commas():
            plain = number.replace(".", "")
            raise EntryError(f"{number} may be {number.replace('.', ',')} or {plain}; write it without the point.")
        return text

    def _has_commas(self) -> bool:
        """Whether a comma is the decimal mark of this table, or of a number in this row."""
        return self._has_decimal_commas or any(map(_WITH_DECIMAL_COMMA.fullmatch, self._cells))

    def _duration(self, text: str, unit: str | None) -> Value:
        if len(text) <= MAX_PLAIN and _TYPED_NUMBER.fullmatch(typed := normalize_typed(text)):
            return self._plain_duration(typed, unit)
        if unit == "h:mm" and text.count(":") == 1:
            text = f"{text} h"
        elif unit == "m:ss" and text.count(":") == 1:
            text = f"{text} min"
        if is_ambiguous_clock(text):
            long, short = spoken_duration(parse_duration_min(text)), spoken_duration(parse_duration_min(f"{text} min"))
            first = normalize_typed(text)
            raise EntryError(f"{first} may be {long} or {short}; write {first}:00 or 0:{first:0>5}.")
        return _whole(parse_duration_min(self._checked(text)))

    def _plain_duration(self, text: str, unit: str | None) -> Value:
        number = parse_number(self._checked(text, unit))
        if unit == "d":  # a spreadsheet's time of 1:05:00 is 0.0451388888888889 of a day: to a hundredth of a second
            return _whole(round(number * 86_400, 2) / 60)
        if unit in UNITS_IN_HOUR:
            return _whole(number * 60 / UNITS_IN_HOUR[unit])
        if unit == ASK and number:
            raise EntryError(
                f"{text} may be minutes or seconds; name the column with its unit, like Duration (s), "
                "or give --unit duration=s."
            )
        as_minutes, as_days = spoken_duration(number), spoken_duration(round(number * 86_400) / 60)
        if 0 < number < 1 and as_minutes != as_days:  # both are 0 s of one that is refused anyway
            raise EntryError(
                f"{text} may be {as_minutes}, or {as_days} as a part of a day; name the column with its "
                "unit, like Duration (days), or give --unit duration=days."
            )
        return _whole(number)

    # --- the start ---------------------------------------------------------------------------------------------------

    def _add_start(self, cells: Sequence[str], fields: dict[str, Value]) -> None:
        text, unit = self._start_text(cells)
        start = self._iso(text, unit) if text else None
        if start is not None:
            fields[START] = start
        end, end_text = _filled(self._plan.sources.get(END, ()), cells)
        if DURATION in self._plan.sources or end is None:
            return
        if start is None:
            raise EntryError("a row with an end needs its start too.")
        start_at = datetime.fromisoformat(start)
        zone = None
        if _CLOCK_ONLY.fullmatch(end_text):  # by the clock of the start
            end_text = f"{start_at:%Y-%m-%d} {end_text}"
            is_here = start_at.utcoffset() in offsets_at(start_at, self._zone)
            zone = None if is_here else start_at.tzinfo
        span = self._moment(end_text, end.unit, zone) - start_at
        if span <= timedelta():
            raise EntryError("the end is not after the start.")
        fields[DURATION] = _whole(span / timedelta(minutes=1))

    def _start_text(self, cells: Sequence[str]) -> tuple[str, str | None]:
        """A start from one or two columns, as one text, and the unit from its column's name."""
        sources = self._plan.sources
        start, start_text = _filled(sources.get(START, ()), cells)
        date, date_text = _filled(sources.get(DATE, ()), cells)
        time, time_text = _filled(sources.get(TIME, ()), cells)
        if start is not None and not (date_text and _CLOCK_ONLY.fullmatch(start_text)):
            return start_text, start.unit
        clock = start_text or time_text
        if not date_text:
            if clock:
                raise EntryError("has a time of the day without a date.")
            return "", None
        if clock:
            date_text = _MIDNIGHT.sub("", date_text)
        units = [source.unit for source in (date, time, start) if source is not None]
        return f"{date_text} {clock}".strip(), next(filter(None, units), None)

    def _iso(self, text: str, unit: str | None) -> str:
        return text if _is_iso(text) else self._moment(text, unit).isoformat()

    def _moment(self, text: str, unit: str | None, zone: tzinfo | None = None) -> datetime:
        zone = zone or (UTC if unit == "utc" else self._zone)
        moment = parse_start(text, now=self._now, zone=zone)
        # `18:24` or `mon 7:30` is another moment on each day that the file is imported.
        if not _YEAR.search(text) and moment != parse_start(text, now=self._now - _ANOTHER_DAY, zone=zone):
            raise EntryError(f"{quoted(text)} says no date; write one like 2025-12-10 10:00.")
        return moment


def _is_iso(text: str) -> bool:
    """A start in the form that messages have, which is kept as it is written; the day must exist."""
    if not _ISO_START.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _filled(sources: Sequence[Source], cells: Sequence[str]) -> tuple[Source | None, str]:
    """The first source with a value in this row, and the value; None and empty where none has."""
    for source in sources:
        if text := cells[source.column]:
            return source, text
    return None, ""


def _name(text: str, unit: str | None) -> str:
    """EntryError for a single quote mark: the other one is missing, and the name with it would be another athlete."""
    if text.count('"') % 2:
        raise EntryError("holds a stray quote; take it out, or double it.")
    return text


def _text_of_formula(text: str) -> str:
    """`Ana` of `="Ana"`."""
    is_text = text.startswith(_FORMULA_TEXT) and text.endswith('"') and text.count('"') == 2
    return text[2:-1].strip() if is_text else text


def _number_and_word(text: str) -> tuple[str, str]:
    """`5.200` and `m` of `5.200m`; text that is no number followed by a word is returned whole, with an empty word."""
    typed = normalize_typed(text)
    found = _NUMBER_AND_WORD.fullmatch(typed)
    return (typed, "") if found is None else (found[1], found[2])


def _ungrouped(text: str) -> str:
    """Without thousands separators, for a program that writes at most two decimals: `1,234`, `1.234,5`."""
    found = _GROUPED_BEFORE_TWO.fullmatch(normalize_typed(text))
    return text if found is None else found[1] + found[2]


def _whole(number: float) -> float | int:
    """45.0 as 45: the body is the same however the number was written."""
    return int(number) if number.is_integer() else number


__all__ = ["NUMBER_FIELDS", "RowReader"]
