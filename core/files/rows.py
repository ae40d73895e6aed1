"""Rows of a file as workouts, one after the other, each bounded and checked by itself, whatever kind of file it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

import orjson

from core.broker.ports import Message
from core.codec.json_reader import MAX_BODY_BYTES
from core.codec.json_stream import json_rows
from core.codec.row_identity import RowIds
from core.codec.workout_codec import id_from_content, read_workout
from core.errors import PacelineError, SettingError
from core.files.activity import Activity, computed, found_activity
from core.files.fit import MAX_BYTES as FIT_BYTES
from core.files.fit import is_fit, read_fit
from core.files.found_row import ATHLETE, FoundRow
from core.files.input_file import InputFile
from core.files.options import ReadingOptions
from core.files.table_rows import table_rows
from core.files.text_table import Say, TextTable
from core.files.xlsx import MAX_PACKED_BYTES as XLSX_BYTES
from core.files.xlsx import SheetTable
from core.files.xml_tracks import read_tracks
from core.parsing.text_file import TextFile
from core.workouts.model import Workout

HEAD_BYTES = 64
_JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
_TABLE_ENDINGS = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Row:
    """A workout, or what is wrong with it. `line`: from 1, where the row begins; in a JSON list its number.

    `message`: the row as it is sent, under its id. The bytes of JSON are those of the file. `last_line`: where the last
    row of the workout begins, if each of its sets has one. `note`: what was left out of it.
    """

    line: int
    workout: Workout | None
    problem: str = ""
    message: Message | None = None
    last_line: int = 0
    note: str = ""

    @property
    def place(self) -> str:
        """`2`, or `2-14` for a workout of several rows."""
        return f"{self.line}-{self.last_line}" if self.last_line > self.line else str(self.line)


def read_rows(
    file: BinaryIO,
    name: str,
    options: ReadingOptions,
    *,
    now_ms: int,
    say: Say = lambda sentence: None,
) -> Iterator[Row]:
    """SettingError for a table without its columns, and for options that do not fit.

    `auto`: by the first bytes, for text by the name's ending, else by the first character. `say` gets what was
    guessed, before the first row.
    """
    with closing(InputFile(file)) as opened:
        ids = RowIds(opened.digest)
        for number, found in enumerate(_found(opened, name, options, now_ms, say), 1):
            yield _row(found.line, number, found, ids, options, now_ms)


def _found(opened: InputFile, name: str, options: ReadingOptions, now_ms: int, say: Say) -> Iterator[FoundRow]:
    head = opened.peek(HEAD_BYTES)
    kind = kind_of(head, name) if options.format == "auto" else options.format
    if kind in ("fit", "gpx", "tcx"):
        yield from _activities(opened, kind, options, say)
    elif kind == "xlsx":
        with opened.whole(XLSX_BYTES + 1) as content:
            table = SheetTable(content)
        yield from table_rows(table, options, now_ms=now_ms, say=say)
    else:
        yield from _of_text(opened, kind, name, options, now_ms, say)


def _of_text(
    opened: InputFile, kind: str, name: str, options: ReadingOptions, now_ms: int, say: Say
) -> Iterator[FoundRow]:
    text = TextFile(opened, options.encoding)
    if not text.first_character:
        return
    if kind == "csv" or (kind == "text" and is_table(text, name)):
        yield from table_rows(TextTable(text, options.delimiter), options, now_ms=now_ms, say=say)
        return
    say(f"read as JSON, {text.encoding}")
    for entry in json_rows(text.chunks()):
        yield FoundRow(entry.number, entry.text.encode("utf-8", errors="surrogateescape"), entry.problem)


def _activities(opened: InputFile, kind: str, options: ReadingOptions, say: Say) -> Iterator[FoundRow]:
    """A row for each activity, and one more for what ends the reading, or for a file that has none."""
    say(f"read as {kind.upper()}")
    activities: list[Activity] = []
    problem = ""
    try:
        if kind == "fit":
            with opened.whole(FIT_BYTES + 1) as content:
                read_fit(content.read(), activities.append)
        else:
            read_tracks(opened, activities.append)
    except SettingError as error:
        problem = str(error)
    digest = opened.digest()
    for number, activity in enumerate(activities, 1):
        if names := computed(activity):
            say(f"activity {number}: {', '.join(names)} computed from {activity.track.points:,} points")
        yield found_activity(number, activity, digest, options)
    if problem or not activities:
        yield FoundRow(len(activities) + 1, problem=problem or "the file has no activity (a route, course or setting)")


def kind_of(head: bytes, name: str) -> str:
    """By what the file begins with: `fit`, `xlsx`, `gpx` (also for TCX: one reader tells them apart), else `text`.

    SettingError for archives that hold something else.
    """
    if is_fit(head):
        return "fit"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        raise SettingError("The file is compressed: unpack it first.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise SettingError(
            "This is an old Excel file (XLS), or one with a password: save it as XLSX without one, or as CSV."
        )
    begin = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    is_xml = begin.startswith((b"<", b"<\0"))
    return "tcx" if is_xml and name.lower().endswith(".tcx") else "gpx" if is_xml else "text"


def is_table(text: TextFile, name: str) -> bool:
    if name.lower().endswith(_TABLE_ENDINGS):
        return True
    return not name.lower().endswith(_JSON_ENDINGS) and text.first_character not in ("{", "[")


def _row(line: int, number: int, found: FoundRow, ids: RowIds, options: ReadingOptions, now_ms: int) -> Row:
    if found.problem:
        return Row(line, None, found.problem, last_line=found.last_line)
    if len(found.body) > MAX_BODY_BYTES:
        return Row(line, None, f"the row is longer than {MAX_BODY_BYTES:,} bytes", last_line=found.last_line)
    try:
        message = Message(found.body)
        workout = read_workout(message, now_ms=now_ms)
        fields = orjson.loads(message.body)
        if options.athlete and fields.get(ATHLETE) is None:
            message = Message(orjson.dumps({**fields, ATHLETE: options.athlete}))
            workout = read_workout(message, now_ms=now_ms)
    except PacelineError as error:
        return Row(line, None, str(error), last_line=found.last_line)
    if found.own_id is not None:
        return Row(line, workout.model_copy(update={"id": found.own_id}), message=message)
    return Row(
        line,
        _identified(workout, message, fields, number, ids, found.known_as),
        message=message,
        last_line=found.last_line,
        note=found.note,
    )


def _identified(
    workout: Workout, message: Message, fields: Mapping[str, object], number: int, ids: RowIds, known_as: bytes
) -> Workout:
    """With the id of the row, where its body says none: there it has the one that is derived from its bytes."""
    if fields.get("id") is not None:
        return workout
    has_start = fields.get("timestamp") is not None
    content_id = id_from_content(Message(known_as)) if known_as else workout.id
    own = ids.of_started(content_id) if has_start else ids.of_unstarted(number)
    return workout if own == workout.id else workout.model_copy(update={"id": own})
