"""Rows of a file as workouts: JSON Lines or CSV, one after the other, each bounded and checked by itself."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import BinaryIO, Literal

from core.broker.ports import Message
from core.errors import PacelineError, SettingError
from core.json_body import MAX_BODY_BYTES
from core.wire import decode
from core.workout import Workout

Format = Literal["auto", "jsonl", "csv"]
NUMBERS = frozenset(
    {
        "duration",
        "distance",
        "elevationGain",
        "avgHeartRate",
        "maxHeartRate",
        "avgPower",
        "cadence",
        "rpe",
        "weightKg",
        "revision",
    }
)
REQUIRED = ("type", "duration")
MAX_LINE = MAX_BODY_BYTES + 2
READ_AHEAD = 2_000  # rows
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Row:
    """A workout, or what is wrong with it. `line`: from 1, where the row ends.

    `message`: the row as it is sent. Its bytes are those of the file, so that a row without an id has the same one each
    time, and a file that is submitted again is known again.
    """

    line: int
    workout: Workout | None
    problem: str = ""
    message: Message | None = None


def read_rows(file: BinaryIO, form: Format, name: str, *, now_ms: int) -> Iterator[Row]:
    """SettingError for a CSV without its columns. `auto`: by the name's ending, else by the first character."""
    lines = _lines(file)
    first = next(lines, None)
    if first is None:
        return
    is_csv = form == "csv" or (form == "auto" and _looks_like_csv(first, name))
    rows = _csv_rows if is_csv else _json_rows
    yield from rows(first, lines, now_ms)


@dataclass(frozen=True, slots=True)
class _End:
    """No more rows; `error` is what ended them, if anything did."""

    error: Exception | None = None


def grouped_as_they_come(rows: Iterator[Row], most: int) -> Iterator[list[Row]]:
    """Rows in groups of those that are there: a slow pipe gets its verdicts row by row, a file in large groups.

    Reads in a thread of its own, which ends with the rows or the program; what reading raises is raised here.
    """
    come: Queue[Row | _End] = Queue(READ_AHEAD)

    def read() -> None:
        end = _End()
        try:
            for row in rows:
                come.put(row)
        except Exception as error:  # noqa: BLE001 - handed on, whatever it is
            end = _End(error)
        come.put(end)

    Thread(target=read, name="rows", daemon=True).start()
    group: list[Row] = []
    while True:
        try:
            one = come.get(block=not group)
        except Empty:
            yield group
            group = []
            continue
        if isinstance(one, _End):
            break
        group.append(one)
        if len(group) == most:
            yield group
            group = []
    if group:
        yield group
    if one.error is not None:
        raise one.error


def _looks_like_csv(first: str, name: str) -> bool:
    if name.lower().endswith(".csv"):
        return True
    return not name.lower().endswith((".jsonl", ".ndjson", ".json")) and not first.lstrip().startswith("{")


def _lines(file: BinaryIO) -> Iterator[str]:
    """Text lines with their ends; of one that is too long only as much as shows that it is.

    Bytes that are no UTF-8 become lone surrogates, which no body may have, so that their row is refused.
    """
    bom = _BOM
    while line := file.readline(MAX_LINE + 1):
        rest = line
        while rest and not rest.endswith(b"\n") and len(line) > MAX_LINE:
            rest = file.readline(MAX_LINE)
        text = line.decode("utf-8", errors="surrogateescape").removeprefix(bom)
        bom = ""
        yield text if text.endswith("\n") or len(line) <= MAX_LINE else text + "\n"


def _json_rows(first: str, lines: Iterator[str], now_ms: int) -> Iterator[Row]:
    line, text = 1, first
    while True:
        if text.strip():
            yield _row(line, text.strip().encode("utf-8", errors="surrogateescape"), now_ms)
        following = next(lines, None)
        if following is None:
            return
        line, text = line + 1, following


def _csv_rows(first: str, lines: Iterator[str], now_ms: int) -> Iterator[Row]:
    header = [name.strip() for name in next(csv.reader([first]))]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise SettingError(f"The first line of the CSV must name the columns; missing: {', '.join(missing)}.")
    twice = {name for name in header if name and header.count(name) > 1}
    if twice:
        raise SettingError(f"The CSV has the column {min(twice)} more than once.")
    reader = csv.reader(lines)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(reader.line_num + 1, None, f"the row cannot be read as CSV: {error}")
            continue
        if cells is None:
            return
        line = reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            yield Row(line, None, f"the row has {len(cells)} cells, the header {len(header)}")
            continue
        fields = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name and cell.strip()}
        if "sets" in fields:
            yield Row(line, None, "sets: cannot be given in a CSV; use JSON Lines")
            continue
        body = json.dumps({name: _value(name, text) for name, text in fields.items()}, ensure_ascii=False)
        yield _row(line, body.encode("utf-8", errors="surrogateescape"), now_ms)


def _value(name: str, text: str) -> str | float | int:
    """A number where one belongs; text that is none stays text, and is refused by name."""
    if name not in NUMBERS:
        return text
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        return text


def _row(line: int, body: bytes, now_ms: int) -> Row:
    if len(body) > MAX_BODY_BYTES:
        return Row(line, None, f"the row is longer than {MAX_BODY_BYTES:,} bytes")
    try:
        message = Message(body)
        return Row(line, decode(message, now_ms=now_ms).workout, message=message)
    except PacelineError as error:
        return Row(line, None, str(error))
