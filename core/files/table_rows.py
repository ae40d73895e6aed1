"""The rows of a table as bodies of messages: its delimiter and its columns are found, or are as they were given."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from core.config.system_zone import SystemZone
from core.errors import SettingError
from core.files.options import DELIMITERS, ReadingOptions
from core.parsing.column_names import ASK, column_key, default_column_names
from core.parsing.local_time import with_fixed_offset
from core.parsing.table_cells import RowReader
from core.parsing.table_columns import START, TablePlan, known_columns, plan_table
from core.parsing.table_records import TableRecord, read_record, records
from core.parsing.text_file import LineReader, TextFile
from core.workouts.validation_errors import quoted

_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_NO_UNITS = (None, ASK, "text")
_NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe"}


@dataclass(frozen=True, slots=True)
class TableRow:
    """With a `problem` the row cannot be read. `known_as`: the body it is known by, whatever zone it is read in."""

    line: int
    body: bytes = b""
    problem: str = ""
    known_as: bytes = b""


def table_rows(
    text: TextFile, options: ReadingOptions, *, now_ms: int, say: Callable[[str], None]
) -> Iterator[TableRow]:
    """Every row that is not blank, once. SettingError for a header that is none.

    `say` gets what was guessed, before the first row, and starts that could be another moment.
    """
    text.decide()
    reader = LineReader(text.lines())
    delimiter, header = _header(reader, options)
    plan = plan_table(header, default_column_names(), keep_unknown=options.keep_unknown, units=options.units)
    zone = _zone_of(plan, options)
    encoding = text.encoding
    local_zone = options.system_zone if zone is UTC and options.zone is None else None
    say(_guesses(plan, delimiter, encoding, zone, local_zone))
    rows = RowReader(
        plan, now=datetime.fromtimestamp(now_ms / 1000, UTC), zone=zone, has_decimal_commas=delimiter == ";"
    )
    for record in records(reader, delimiter, rows.is_row):
        if text.encoding != encoding:
            encoding = text.encoding
            say(f"line {record.line} is not UTF-8: read as {encoding} from there on")
        row = _row(record, plan, rows, say)
        yield row if local_zone is None else _in_local_time(row, local_zone)


def _header(reader: LineReader, options: ReadingOptions) -> tuple[str, list[str]]:
    """The delimiter and the cells of the first row that is not blank."""
    said = options.delimiter
    while (line := reader.take()) is not None:
        separator = _SEP.fullmatch(line)
        if separator is not None:
            said = said or separator[1]
        elif line.strip("\n\r\t ,;|"):
            reader.give_back([line])
            break
    delimiter = said or _best_delimiter(reader)
    record = read_record(reader, delimiter)
    if record is None:
        raise SettingError("There is no header: the first line of a CSV must name the columns.")
    if record.problem:
        raise SettingError(f"The header on line {record.line} cannot be read: {record.problem}.")
    return delimiter, list(record.cells)


def _best_delimiter(reader: LineReader) -> str:
    """The one that cuts the header into the most columns that mean something, then into the most."""
    names = default_column_names()
    best, best_score = DELIMITERS[0], (-1, -1)
    for delimiter in DELIMITERS:
        record = read_record(reader, delimiter) or TableRecord(0)
        reader.give_back(list(record.lines))
        cells = "".join(record.lines).split(delimiter) if record.problem else record.cells
        known = known_columns(cells, names)
        score = (known, len(cells)) if known or not record.problem else (-1, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _zone_of(plan: TablePlan, options: ReadingOptions) -> tzinfo:
    if options.zone is not None:
        return options.zone
    is_utc = plan.export is not None and plan.export.zone == "UTC"
    return UTC if is_utc else options.system_zone


def _zone_name(zone: tzinfo) -> str:
    there = zone.now if isinstance(zone, SystemZone) else zone
    return there.key if isinstance(there, ZoneInfo) else str(there)


def _guesses(plan: TablePlan, delimiter: str, encoding: str, zone: tzinfo, local_zone: tzinfo | None) -> str:
    parts = [f"read as CSV, delimiter {_NAMES.get(delimiter, delimiter)}, {encoding}"]
    local = f", local time of {_zone_name(local_zone)}" if local_zone is not None else ""
    parts.append(f"times without a zone in {_zone_name(zone)}{local}")
    if plan.export is not None:
        parts.append(f"columns of {plan.export.name}")
    read_as = [
        f"{source.header} is {name}" + (f" in {unit}" if (unit := plan.unit_of(name, source)) not in _NO_UNITS else "")
        for name, sources in plan.sources.items()
        for source in sources
        if column_key(source.header) != column_key(name)
    ]
    if read_as:
        parts.append(", ".join(read_as))
    if plan.left_out:
        parts.append(f"left out: {', '.join(plan.left_out)}")
    return "; ".join(parts)


def _row(record: TableRecord, plan: TablePlan, rows: RowReader, say: Callable[[str], None]) -> TableRow:
    problem = record.problem or _shape_problem(record, plan)
    if problem:
        return TableRow(record.line, problem=problem)
    fields, problems = rows.fields(record.cells)
    if "sets" in fields:
        problems.append("sets: cannot be given in a CSV; use JSON Lines")
    if problems:
        return TableRow(record.line, problem="; ".join(problems))
    if START in fields and (note := rows.start_note(record.cells, str(fields[START]))):
        say(f"line {record.line}: {note}")
    return TableRow(record.line, _encoded(fields))


def _in_local_time(row: TableRow, local_zone: tzinfo) -> TableRow:
    """The same start in the offset of `local_zone`, by which days and weeks of the workout count.

    The row stays known by its start in UTC, as the file has it: read in another zone it is the same workout.
    """
    fields = {} if row.problem else json.loads(row.body.decode("utf-8", errors="surrogateescape"))
    start = fields.get(START, "")
    if not start.endswith("+00:00"):  # another offset, or `Z`, is the file's own word
        return row
    moment = datetime.fromisoformat(start)
    if not MINYEAR < moment.year < MAXYEAR:  # refused later
        return row
    fields[START] = with_fixed_offset(moment, local_zone).isoformat()
    return TableRow(row.line, _encoded(fields), known_as=row.body)


def _encoded(fields: Mapping[str, object]) -> bytes:
    return _ENCODER.encode(fields).encode("utf-8", errors="surrogateescape")


def _shape_problem(record: TableRecord, plan: TablePlan) -> str:
    cells, width = record.cells, len(plan.headers)
    if any(cell.strip() for cell in cells[width:]):
        return f"the row has {len(cells)} cells, the header {width}"
    nameless = next((column for column in plan.no_name if column < len(cells) and cells[column].strip()), None)
    if nameless is not None:
        return f"cell {nameless + 1} holds {quoted(cells[nameless].strip())}, and its column has no name"
    if record.is_cut and len(cells) < width - len(plan.no_name):
        return (
            f"the row has {len(cells)} cells, the header {width}, and the file ends in it; "
            "if it is whole, add the missing cells"
        )
    if any("\0" in cell for cell in cells):
        return "the row holds NUL characters; it is not text, or needs another --encoding"
    return ""
