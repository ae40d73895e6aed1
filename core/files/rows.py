"""Rows of a file as workouts: JSON or a table, one after the other, each bounded and checked by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

import orjson

from core.broker.ports import Message
from core.codec.json_reader import MAX_BODY_BYTES
from core.codec.json_stream import json_rows
from core.codec.row_identity import RowIds
from core.codec.workout_codec import decode, id_from_content
from core.errors import PacelineError, SettingError
from core.files.input_file import InputFile
from core.files.options import ReadingOptions
from core.files.table_rows import ATHLETE, TableRow, table_rows
from core.files.text_table import TextTable
from core.parsing.text_file import TextFile
from core.workouts.model import Workout

_JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
_TABLE_ENDINGS = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Row:
    """A workout, or what is wrong with it. `line`: from 1, where the row begins; in a JSON list its number.

    `message`: the row as it is sent, under its id. The bytes of JSON are those of the file. `last_line`: where the last
    row of the workout begins, if each of its sets has one.
    """

    line: int
    workout: Workout | None
    problem: str = ""
    message: Message | None = None
    last_line: int = 0

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
    say: Callable[[str], None] = lambda sentence: None,
) -> Iterator[Row]:
    """SettingError for a table without its columns, and for options that do not fit.

    `auto`: by the name's ending, else by the first character. `say` gets what was guessed, before the first row.
    """
    with closing(InputFile(file)) as opened:
        text = TextFile(opened, options.encoding)
        ids = RowIds(opened.digest)
        if not text.first_character:
            return
        if text.is_archive:
            raise SettingError("This is a ZIP archive, such as an XLSX file, and not text: save the table as CSV.")
        if _is_table(text, name, options):
            table = TextTable(text, options.delimiter)
            for number, row in enumerate(table_rows(table, options, now_ms=now_ms, say=say), 1):
                yield _row(row.line, number, row, ids, options, now_ms)
            return
        say(f"read as JSON, {text.encoding}")
        for number, entry in enumerate(json_rows(text.chunks()), 1):
            body = entry.text.encode("utf-8", errors="surrogateescape")
            yield _row(entry.number, number, TableRow(entry.number, body, entry.problem), ids, options, now_ms)


def _is_table(text: TextFile, name: str, options: ReadingOptions) -> bool:
    if options.format != "auto":
        return options.format == "csv"
    if name.lower().endswith(_TABLE_ENDINGS):
        return True
    return not name.lower().endswith(_JSON_ENDINGS) and text.first_character not in ("{", "[")


def _row(line: int, number: int, found: TableRow, ids: RowIds, options: ReadingOptions, now_ms: int) -> Row:
    if found.problem:
        return Row(line, None, found.problem, last_line=found.last_line)
    if len(found.body) > MAX_BODY_BYTES:
        return Row(line, None, f"the row is longer than {MAX_BODY_BYTES:,} bytes", last_line=found.last_line)
    try:
        message = Message(found.body)
        workout = decode(message, now_ms=now_ms).workout
        assert workout is not None  # only a deletion has none, and a message without a type is none
        fields = orjson.loads(message.body)
        if options.athlete and fields.get(ATHLETE) is None:
            message = Message(orjson.dumps({**fields, ATHLETE: options.athlete}))
            workout = decode(message, now_ms=now_ms).workout
            assert workout is not None
    except PacelineError as error:
        return Row(line, None, str(error), last_line=found.last_line)
    return Row(
        line,
        _identified(workout, message, fields, number, ids, found.known_as),
        message=message,
        last_line=found.last_line,
    )


def _identified(
    workout: Workout, message: Message, fields: Mapping[str, object], number: int, ids: RowIds, known_as: bytes
) -> Workout:
    """With the id of the row, where its body says none: there it has the one that is derived from its bytes."""
    if fields.get("id") is not None:
        return workout
    has_start = fields.get("timestamp") is not None
    content_id = id_from_content(Message(known_as or message.body))
    own = ids.of_started(content_id) if has_start else ids.of_unstarted(number)
    return workout if own == workout.id else workout.model_copy(update={"id": own})
