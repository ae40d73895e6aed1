"""Plans from the header of a table which columns each field is read from, and which are left out."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import SettingError
from core.parsing.column_names import DATE, END, TIME, ColumnNames, Export, Meaning, column_key, keys_of
from core.workouts.validation_errors import quoted

START, TYPE, DURATION = "timestamp", "type", "duration"
MOST_NAMED = 5
SET = "sets."  # before the name of a part of a set, in choices
SET_PARTS = ("exercise", "reps", "weight", "meters", "seconds", "rpe", "note", "kind", "superset")
_FIELD_OF_PART = {"weight": "weightKg", "meters": "distance"}
_WHAT_TO_DO = "Rename, take out, or give --keep-unknown."


@dataclass(frozen=True, slots=True)
class Source:
    """A column that a field is read from. `unit` None: parsed as in the form."""

    column: int
    header: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What a column is read as: a body field, DATE, TIME, END, or SET and a part of a set; empty: it is left out."""

    field: str = ""
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class TablePlan:
    """Which columns to read. The first of several sources that has a value in a row is used.

    `sources` has DATE, TIME and END beside the body fields. `kept` are unknown columns, `left_out` columns that an
    export has besides. With `sets` a row is one set: rows with the same start and title are one workout.
    """

    headers: tuple[str, ...]
    sources: Mapping[str, tuple[Source, ...]]
    export: Export | None = None
    kept: tuple[Source, ...] = ()
    left_out: tuple[str, ...] = ()
    no_name: tuple[int, ...] = ()  # columns without a name
    units: Mapping[str, str] = field(default_factory=dict)  # given by the user: they override units of the header
    sets: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)

    def unit_of(self, name: str, source: Source) -> str | None:
        return self.units.get(name, source.unit)

    def unit_of_field(self, name: str) -> str | None:
        """Of the first column that the field is read from."""
        return next((self.unit_of(name, source) for source in self.sources.get(name, ())), None)

    def unit_of_part(self, part: str, source: Source) -> str | None:
        """Of a part of a set: what the user says of body weights and distances holds for those of sets."""
        return self.units.get(_FIELD_OF_PART.get(part, ""), source.unit)


def plan_table(
    headers: Sequence[str], names: ColumnNames, *, keep_unknown: bool, units: Mapping[str, str] | None = None
) -> TablePlan:
    """SettingError in words for an unknown column, two with the same meaning, and a missing one."""
    headers = [" ".join(header.split()) for header in headers]
    _refuse_doubles(headers, names)
    export = names.export_of(headers)
    sources, unknown, sets = _understood(headers, names, export)
    _settle_time(sources)
    if TIME in sources and DATE not in sources:
        header = quoted(sources[TIME][0].header)
        raise SettingError(f"The column {header} is a time of the day, and no column says the date.")
    kept, left_out = (unknown, []) if keep_unknown else ([], unknown)
    missing = _missing(sources, export)
    if missing or (left_out and export is None):
        _refuse(headers, names, left_out if export is None else [], missing)
    return _plan(headers, sources, export, kept, left_out, units, sets)


def guess_columns(headers: Sequence[str], names: ColumnNames) -> tuple[ColumnChoice, ...]:
    """What each column seems to be. Of two that mean the same the first is taken, but for exports that have several."""
    headers = [" ".join(header.split()) for header in headers]
    sources, _unknown, sets = _understood(headers, names, names.export_of(headers), refuses_doubles=False)
    _settle_time(sources)
    choices = [ColumnChoice()] * len(headers)
    for name, columns in (*sources.items(), *((SET + part, columns) for part, columns in sets.items())):
        for source in columns:
            choices[source.column] = ColumnChoice(name, source.unit)
    return tuple(choices)


def plan_chosen(headers: Sequence[str], choices: Sequence[ColumnChoice], names: ColumnNames) -> TablePlan:
    """The plan of columns that were chosen, one choice a column; SettingError for a missing field.

    Where several are the same field, those that an export prefers come first, then the one more to the left.
    """
    headers = [" ".join(header.split()) for header in headers]
    export = names.export_of(headers)
    first = {source.column: rank for rank, source in enumerate(_preferred(headers, export))}
    sources: dict[str, list[Source]] = {}
    sets: dict[str, list[Source]] = {}
    left_out = []
    for column in sorted(range(len(headers)), key=lambda column: (first.get(column, len(headers)), column)):
        choice = choices[column]
        source = Source(column, headers[column], choice.unit)
        if choice.field.startswith(SET):
            sets.setdefault(choice.field.removeprefix(SET), []).append(source)
        elif choice.field:
            sources.setdefault(choice.field, []).append(source)
        elif headers[column]:
            left_out.append(column)
    if missing := _missing(sources, export):
        raise SettingError(f"No column is chosen for: {', '.join(missing)}.")
    if TIME in sources and DATE not in sources:
        raise SettingError("A column is chosen for the time of the day, and none for the date.")
    return _plan(headers, sources, export, (), sorted(left_out), None, sets)


def _plan(
    headers: Sequence[str],
    sources: Mapping[str, Sequence[Source]],
    export: Export | None,
    kept: Sequence[int],
    left_out: Sequence[int],
    units: Mapping[str, str] | None,
    sets: Mapping[str, Sequence[Source]],
) -> TablePlan:
    return TablePlan(
        tuple(headers),
        {name: tuple(columns) for name, columns in sources.items()},
        export,
        tuple(Source(column, headers[column]) for column in kept),
        tuple(headers[column] for column in left_out),
        tuple(column for column, header in enumerate(headers) if not header),
        units or {},
        {part: tuple(columns) for part, columns in sets.items()},
    )


def _understood(
    headers: Sequence[str], names: ColumnNames, export: Export | None, *, refuses_doubles: bool = True
) -> tuple[dict[str, list[Source]], list[int], dict[str, list[Source]]]:
    """Columns by field, columns that mean nothing here, and columns by part of a set."""
    sets = {} if export is None else {part: _of_export(headers, columns) for part, columns in export.sets.items()}
    sets = {part: columns for part, columns in sets.items() if columns}
    of_sets = {source.column for columns in sets.values() for source in columns}
    others = frozenset() if export is None else export.others
    found, unknown = _meanings(headers, names, of_sets, others)
    return _sources(headers, found, export, refuses_doubles), unknown, sets


def known_columns(headers: Sequence[str], names: ColumnNames) -> int:
    """How many of them are known: a header split at the wrong delimiter has hardly any."""
    return sum(names.meaning(header) is not None for header in headers)


def _refuse_doubles(headers: Sequence[str], names: ColumnNames) -> None:
    if names.export_of(headers) is not None:
        return
    twice = sorted({header for header in headers if header and headers.count(header) > 1})
    if twice:
        raise SettingError(f"The table has the column {quoted(twice[0])} more than once.")


def _meanings(
    headers: Sequence[str], names: ColumnNames, without: Container[int], others: Container[str]
) -> tuple[dict[int, Meaning], list[int]]:
    """By column; and the unknown columns. `others`: keys of columns that mean something else in this export."""
    found: dict[int, Meaning] = {}
    unknown: list[int] = []
    for column, header in enumerate(headers):
        if column in without:
            continue
        meaning = None if column_key(header) in others else names.meaning(header)
        if meaning is not None:
            found[column] = meaning
        elif header:
            unknown.append(column)
    return found, unknown


def _of_export(headers: Sequence[str], columns: Sequence[tuple[str, str]]) -> list[Source]:
    keys = keys_of(headers)
    return [Source(keys.index(key), headers[keys.index(key)], unit) for key, unit in columns if key in keys]


def _preferred(headers: Sequence[str], export: Export | None) -> list[Source]:
    """Of the columns that an export has for one field, first choice first."""
    if export is None:
        return []
    return [source for columns in export.fields.values() for source in _of_export(headers, columns)]


def _sources(
    headers: Sequence[str], found: Mapping[int, Meaning], export: Export | None, refuses_doubles: bool
) -> dict[str, list[Source]]:
    chosen = {} if export is None else export.fields
    sources = {name: _of_export(headers, columns) for name, columns in chosen.items()}
    used = {source.column for columns in sources.values() for source in columns}
    for column, meaning in found.items():
        if column in used or meaning.field in chosen:
            continue
        mine = sources.setdefault(meaning.field, [])
        if mine and export is None:
            if not refuses_doubles:
                continue
            raise SettingError(
                f"The columns {quoted(mine[0].header)} and {quoted(headers[column])} both mean {meaning.field}; "
                "take one of them out."
            )
        mine.append(Source(column, headers[column], meaning.unit))
    return sources


def _settle_time(sources: dict[str, list[Source]]) -> None:
    """`Time` is the duration where no other column is, else the time of day."""
    if TIME in sources and DURATION not in sources and (END not in sources or START not in sources):
        sources[DURATION] = sources.pop(TIME)


def _missing(sources: Mapping[str, object], export: Export | None) -> list[str]:
    missing = [TYPE] if TYPE not in sources and not (export is not None and export.sport) else []
    has_span = END in sources and (START in sources or DATE in sources)
    return missing if DURATION in sources or has_span else [*missing, DURATION]


def _refuse(headers: Sequence[str], names: ColumnNames, unknown: Sequence[int], missing: Sequence[str]) -> None:
    sentences = []
    if missing:
        sentences.append(f"The first row of the table must name the columns; missing: {', '.join(missing)}.")
    if unknown:
        shown = [_with_nearest(headers[column], names) for column in unknown[:MOST_NAMED]]
        more = f" and {len(unknown) - MOST_NAMED} more" if len(unknown) > MOST_NAMED else ""
        which = "This column means" if len(unknown) == 1 else "These columns mean"
        sentences.append(f"{which} nothing here: {', '.join(shown)}{more}. {_WHAT_TO_DO}")
    raise SettingError(" ".join(sentences))


def _with_nearest(header: str, names: ColumnNames) -> str:
    nearest, field = names.nearest(header)
    if not nearest:
        return quoted(header)
    that_is = "" if column_key(nearest) == column_key(field) else f", that is {field}"
    return f"{quoted(header)} (is it {quoted(nearest)}{that_is}?)"
