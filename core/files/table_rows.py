"""The rows of a table as bodies of messages: its columns are found, or are as they were chosen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from core.config.system_zone import SystemZone
from core.files.export_values import put_right
from core.files.found_row import ATHLETE, FoundRow
from core.files.options import ReadingOptions
from core.files.text_table import Say, WorkoutTable
from core.parsing.column_names import ASK, column_key, default_column_names
from core.parsing.local_time import with_fixed_offset
from core.parsing.table_cells import RowReader
from core.parsing.table_columns import START, TablePlan, plan_chosen, plan_table
from core.parsing.table_records import TableRecord
from core.parsing.table_sets import UNIT_PARTS, SetReader
from core.workouts.validation_errors import quoted

MOST_ROWS = 1_000  # of one workout; it may have 500 sets, and rows for pauses
MOST_PROBLEMS = 5  # named
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_NO_UNITS = (None, ASK, "text", "")


def plan_of(table: WorkoutTable, options: ReadingOptions) -> TablePlan:
    """SettingError for columns that mean nothing, and for missing ones."""
    names, header = default_column_names(), table.header
    chosen = options.columns.get(header_key(header))
    if chosen is not None:
        return plan_chosen(header, chosen, names)
    return plan_table(header, names, keep_unknown=options.keep_unknown, units=options.units)


def header_key(header: Sequence[str]) -> str:
    """The same for tables with the same columns in the same order."""
    return "\t".join(map(column_key, header))


def table_rows(table: WorkoutTable, options: ReadingOptions, *, now_ms: int, say: Say) -> Iterator[FoundRow]:
    """Every row that is not blank, once, alone or with others that are sets of the same workout.

    SettingError for a header that is none. `say` gets what was guessed, before the first row, and starts that could be
    another moment.
    """
    plan = plan_of(table, options)
    zone = _zone_of(plan, options)
    local_zone = options.system_zone if zone is UTC and options.zone is None else None
    say(_guesses(plan, table, zone, local_zone))
    rows = RowReader(
        plan,
        now=datetime.fromtimestamp(now_ms / 1000, UTC),
        zone=zone.now if isinstance(zone, SystemZone) else zone,  # the same for all rows, and faster
        has_decimal_commas=table.has_decimal_commas,
    )
    records = table.records(rows.is_row, say)
    reader = _Reader(plan, rows, options.athlete, say)
    for row in reader.workouts_of_sets(records) if plan.sets else map(reader.row, records):
        yield row if local_zone is None else _in_local_time(row, local_zone)


def _zone_of(plan: TablePlan, options: ReadingOptions) -> tzinfo:
    if options.zone is not None:
        return options.zone
    is_utc = plan.export is not None and plan.export.zone == "UTC"
    return UTC if is_utc else options.system_zone


def _zone_name(zone: tzinfo) -> str:
    there = zone.now if isinstance(zone, SystemZone) else zone
    return there.key if isinstance(there, ZoneInfo) else str(there)


def _guesses(plan: TablePlan, table: WorkoutTable, zone: tzinfo, local_zone: tzinfo | None) -> str:
    parts = [table.description]
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
    if plan.sets:
        read_as.append(f"each row is a set ({_parts(plan)}); rows with one start and title are one workout")
    if read_as:
        parts.append(", ".join(read_as))
    if plan.left_out:
        parts.append(f"left out: {', '.join(plan.left_out)}")
    return "; ".join(parts)


def _parts(plan: TablePlan) -> str:
    """`exercise, reps, weight in kg`."""
    units = {part: plan.unit_of_part(part, sources[0]) for part, sources in plan.sets.items()}
    return ", ".join(f"{part} in {unit}" if unit else part for part, unit in units.items() if part not in UNIT_PARTS)


class _Reader:
    """Rows of one table, one a workout or one a set."""

    def __init__(self, plan: TablePlan, rows: RowReader, athlete: str, say: Say) -> None:
        self._plan, self._rows, self._athlete, self._say = plan, rows, athlete, say
        self._sets = SetReader(plan)

    def row(self, record: TableRecord) -> FoundRow:
        problem = record.problem or _shape_problem(record, self._plan)
        if problem:
            return FoundRow(record.line, problem=problem)
        fields, problems, note = self._fields(record)
        if "sets" in fields:
            problems.append("sets: cannot be given in a CSV; use JSON Lines")
        if problems:
            return FoundRow(record.line, problem="; ".join(problems))
        return FoundRow(record.line, _encoded(fields), note=note)

    def workouts_of_sets(self, records: Iterator[TableRecord]) -> Iterator[FoundRow]:
        """A row that cannot be read costs the workout that it would be a set of, with the workout before it if it does
        not say which that is."""
        group: list[TableRecord] = []
        key: tuple[str, ...] = ()
        for record in records:
            now = () if record.problem else self._sets.key(record.cells)
            if group and now not in (key, ()):
                yield self._workout(group)
                group = []
            key = now or key
            if len(group) > MOST_ROWS:
                group.pop()
            group.append(record)
        if group:
            yield self._workout(group)

    def _workout(self, group: Sequence[TableRecord]) -> FoundRow:
        line, last = group[0].line, group[-1].line
        problems: list[str] = []
        sets: list[Mapping[str, object]] = []
        notes: list[str] = []
        if len(group) > MOST_ROWS:
            problems.append(f"the workout has more than {MOST_ROWS:,} rows")
        for record in group[:MOST_ROWS]:
            bad = [record.problem or _shape_problem(record, self._plan)]
            if not bad[0]:
                entry, bad = self._sets.fields(record.cells)
                if entry:
                    sets.append(entry)
                elif words := self._sets.note(record.cells):
                    notes.append(words)
            problems += [f"line {record.line}: {words}" for words in bad if words]
        first = next((record for record in group if not record.problem), None)
        fields: dict[str, Any] = {}
        note = ""
        if first is not None:
            fields, bad, note = self._fields(first)
            problems += bad
        if notes:
            fields["notes"] = "\n".join(filter(None, (fields.get("notes"), *notes)))
        if problems:
            more = f"; and {len(problems) - MOST_PROBLEMS:,} more" if len(problems) > MOST_PROBLEMS else ""
            return FoundRow(line, problem="; ".join(problems[:MOST_PROBLEMS]) + more, last_line=last)
        return FoundRow(line, _encoded({**fields, "sets": sets} if sets else fields), last_line=last, note=note)

    def _fields(self, record: TableRecord) -> tuple[dict[str, Any], list[str], str]:
        """The fields of a body, problems, and a note of what was left out."""
        found, problems = self._rows.fields(record.cells)
        fields: dict[str, Any] = dict(found)
        if self._athlete:
            fields.setdefault(ATHLETE, self._athlete)
        if START in fields and not problems and (words := self._rows.start_note(record.cells, str(fields[START]))):
            self._say(f"line {record.line}: {words}")
        if self._plan.export is None:
            return fields, problems, ""
        notes = put_right(fields, self._plan.export, self._plan.unit_of_field("distance"))
        for words in notes:
            self._say(f"line {record.line}: {words}")
        return fields, problems, "; ".join(notes)


def _in_local_time(row: FoundRow, local_zone: tzinfo) -> FoundRow:
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
    return replace(row, body=_encoded(fields), known_as=row.body)


def _encoded(fields: Mapping[str, object]) -> bytes:
    return _ENCODER.encode(fields).encode("utf-8", errors="surrogateescape")


def _shape_problem(record: TableRecord, plan: TablePlan) -> str:
    cells, width = record.cells, len(plan.headers)
    if any(cell.strip() for cell in cells[width:]):
        return f"the row has {len(cells)} cells, the header {width}"
    named = () if plan.export is not None else plan.no_name  # of an export it is left out, like others
    nameless = next((column for column in named if column < len(cells) and cells[column].strip()), None)
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
