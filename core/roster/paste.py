"""Reads what was copied from a spreadsheet or a text: tabs, semicolons or commas, with a header or without."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from core.errors import EntryError
from core.parsing.column_names import ASK, DATE, TIME, Meaning, default_column_names
from core.roster.fields import FIELDS, MAX_TEXT, NUMBERS
from core.roster.grid import Texts

DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}
METRES_IN_FOOT = Decimal("0.3048")
DAY_S = 86_400
MOST_COLUMNS = 200

_COMMA_NUMBER = re.compile(r"\s*[+-]?\d+,\d+\s*", re.ASCII)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?|[.,]\d+", re.ASCII)
_LAPS = re.compile(r"\d+\s*[xX×*]\s*\d+(?:[.,]\d+)?", re.ASCII)
_CLOCK = re.compile(r"\d+:\d\d", re.ASCII)
_BEGINS_WITH_FIGURE = re.compile(r"\s*[+-]?\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class PastedTable:
    """`delimiter`: its name; empty: one column. `left_out`: headers that mean nothing here, and fields that are named
    twice; `beyond`: columns to the right of the last one of the grid."""

    rows: tuple[Texts, ...]
    fields: tuple[str, ...]
    delimiter: str
    has_header: bool
    has_decimal_comma: bool
    left_out: tuple[str, ...] = ()
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class _Column:
    place: int
    name: str
    write: Callable[[str], str]


def read_table(text: str, onward: Sequence[str]) -> PastedTable:
    """`onward`: the shown fields from the current cell on, which columns without a header are taken for. EntryError
    where it is too long."""
    if len(text) > MAX_TEXT:
        raise EntryError(f"That is longer than {MAX_TEXT:,} characters; paste it in parts.")
    delimiter = _delimiter(text)
    lines = [cells for cells in _lines(text, delimiter) if any(map(str.strip, cells))]
    width = max(map(len, lines), default=0)
    if width > MOST_COLUMNS:
        raise EntryError(f"That has more than {MOST_COLUMNS} columns.")
    meanings = _header(lines[0]) if lines else {}
    left_out: list[str] = []
    if meanings:
        columns = _by_header(lines[0], meanings, left_out)
        lines = lines[1:]
    else:
        columns = [_Column(place, name, str.strip) for place, name in enumerate(onward[:width])]
    rows = tuple(_texts(cells, columns) for cells in lines)
    return PastedTable(
        rows,
        tuple(name for name in FIELDS if any(column.name in (name, *_parts_of(name)) for column in columns)),
        DELIMITERS.get(delimiter, ""),
        bool(meanings),
        any(_COMMA_NUMBER.fullmatch(texts.get(name, "")) for texts in rows for name in NUMBERS),
        tuple(left_out),
        0 if meanings else max(0, width - len(onward)),
    )


def _delimiter(text: str) -> str:
    """Of a column of numbers with decimal commas, and of a line without any: empty."""
    if "\t" in text:
        return "\t"
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and ";" in lines[0]:
        return ";"
    is_comma = bool(lines) and "," in lines[0] and not all(map(_COMMA_NUMBER.fullmatch, lines))
    return "," if is_comma else ""


def _lines(text: str, delimiter: str) -> list[list[str]]:
    if not delimiter:
        return [[line] for line in text.splitlines()]
    # With a quote that is never closed, everything after it would be one cell.
    plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    is_quoted = text.count('"') % 2 == 0
    try:
        if is_quoted:
            return list(csv.reader(StringIO(plain, newline=""), delimiter=delimiter))
        return list(csv.reader(StringIO(plain, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE))
    except csv.Error as error:
        raise EntryError(f"The table cannot be read: {error}.") from None


def _header(cells: Sequence[str]) -> Mapping[int, Meaning]:
    """What the columns mean, if this is a header: half of its names are known, and none begins with a figure."""
    names = default_column_names()
    filled = [place for place, cell in enumerate(cells) if cell.strip()]
    found = {place: meaning for place in filled if (meaning := names.meaning(cells[place])) is not None}
    is_header = 2 * len(found) >= len(filled) and not any(map(_BEGINS_WITH_FIGURE.match, cells))
    return found if is_header else {}


def _by_header(cells: Sequence[str], meanings: Mapping[int, Meaning], left_out: list[str]) -> list[_Column]:
    says_duration = any(meaning.field == "duration" for meaning in meanings.values())
    columns: list[_Column] = []
    for place, header in enumerate(cells):
        meaning = meanings.get(place)
        name = "" if meaning is None else meaning.field
        if name == TIME and not says_duration:  # of a table that says how long in no other column
            name = "duration"
        is_new = all(column.name != name for column in columns)
        if meaning is not None and is_new and name in (*FIELDS, DATE, TIME):
            columns.append(_Column(place, name, _writer(name, meaning.unit)))
        elif header.strip():
            left_out.append(header.strip())
    return columns


def _parts_of(name: str) -> tuple[str, ...]:
    return (DATE, TIME) if name == "timestamp" else ()


def _texts(cells: Sequence[str], columns: Sequence[_Column]) -> Texts:
    found = {column.name: column.write(cells[column.place]) for column in columns if column.place < len(cells)}
    start = " ".join(filter(None, (found.pop(DATE, ""), found.pop("timestamp", ""), found.pop(TIME, ""))))
    return {name: text for name, text in {**found, "timestamp": start}.items() if text}


def _writer(name: str, unit: str | None) -> Callable[[str], str]:
    """Writes the unit of a header behind a number, so that the parser of the form reads it."""
    if unit in (None, ASK, "text"):
        return str.strip

    def write(text: str) -> str:
        typed = text.strip()
        if name == "duration" and unit in ("h:mm", "m:ss"):
            return f"{typed} {'h' if unit == 'h:mm' else 'min'}" if _CLOCK.fullmatch(typed) else typed
        if name == "timestamp" or name in (DATE, TIME):
            return f"{typed} UTC" if typed and unit == "utc" and name != DATE else typed
        if name == "distance" and _LAPS.fullmatch(typed):
            return f"{typed} {unit}"
        if not _PLAIN.fullmatch(typed):
            return typed
        number = Decimal(typed.replace(",", "."))
        if unit == "d":  # a spreadsheet's time of 1:05:00 is 0.0451388888888889 of a day
            return f"{round(number * DAY_S)} s"
        if unit == "ft":
            return f"{(number * METRES_IN_FOOT).quantize(Decimal('0.1'))}"
        return f"{typed} {unit}" if name in ("duration", "distance", "weightKg") else typed

    return write
