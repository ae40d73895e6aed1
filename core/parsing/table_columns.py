"""Plans from the header of a table which columns each field is read from, and which are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import SettingError
from core.parsing.column_names import DATE, END, TIME, ColumnNames, Export, Meaning, column_key, keys_of
from core.workouts.validation_errors import quoted

START, TYPE, DURATION = "timestamp", "type", "duration"
MOST_NAMED = 5
_WHAT_TO_DO = "Rename, take out, or give --keep-unknown."


@dataclass(frozen=True, slots=True)
class Source:
    """A column that a field is read from. `unit` None: parsed as in the form."""

    column: int
    header: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class TablePlan:
    """Which columns to read. The first of several sources that has a value in a row is used.

    `sources` has DATE, TIME and END beside the body fields. `kept` are unknown columns, `left_out` columns that an
    export has besides.
    """

    headers: tuple[str, ...]
    sources: Mapping[str, tuple[Source, ...]]
    export: Export | None = None
    kept: tuple[Source, ...] = ()
    left_out: tuple[str, ...] = ()
    no_name: tuple[int, ...] = ()  # columns without a name
    units: Mapping[str, str] = field(default_factory=dict)  # given by the user: they override units of the header

    def unit_of(self, name: str, source: Source) -> str | None:
        return self.units.get(name, source.unit)


def plan_table(
    headers: Sequence[str], names: ColumnNames, *, keep_unknown: bool, units: Mapping[str, str] | None = None
) -> TablePlan:
    """SettingError in words for an unknown column, two with the same meaning, and a missing one."""
    headers = [" ".join(header.split()) for header in headers]
    _refuse_doubles(headers, names)
    export = names.export_of(headers)
    if export is not None and export.holds_sets:
        raise SettingError(
            f"This is an export of {export.name} with one set a row. A row must be one workout: send one row for each."
        )
    found, unknown = _meanings(headers, names)
    sources = _sources(headers, found, export)
    _settle_time(sources)
    kept, left_out = (unknown, []) if keep_unknown else ([], unknown)
    missing = _missing(sources, export)
    if missing or (left_out and export is None):
        _refuse(headers, names, left_out if export is None else [], missing)
    return TablePlan(
        tuple(headers),
        {name: tuple(columns) for name, columns in sources.items()},
        export,
        tuple(Source(column, headers[column]) for column in kept),
        tuple(headers[column] for column in left_out),
        tuple(column for column, header in enumerate(headers) if not header),
        units or {},
    )


def known_columns(headers: Sequence[str], names: ColumnNames) -> int:
    """How many of them are known: a header split at the wrong delimiter has hardly any."""
    return sum(names.meaning(header) is not None for header in headers)


def _refuse_doubles(headers: Sequence[str], names: ColumnNames) -> None:
    if names.export_of(headers) is not None:
        return
    twice = sorted({header for header in headers if header and headers.count(header) > 1})
    if twice:
        raise SettingError(f"The CSV has the column {quoted(twice[0])} more than once.")


def _meanings(headers: Sequence[str], names: ColumnNames) -> tuple[dict[int, Meaning], list[int]]:
    """By column; and the unknown columns."""
    found: dict[int, Meaning] = {}
    unknown: list[int] = []
    for column, header in enumerate(headers):
        meaning = names.meaning(header) if header else None
        if meaning is not None:
            found[column] = meaning
        elif header:
            unknown.append(column)
    return found, unknown


def _sources(headers: Sequence[str], found: Mapping[int, Meaning], export: Export | None) -> dict[str, list[Source]]:
    sources: dict[str, list[Source]] = {}
    chosen = {} if export is None else export.fields
    keys = keys_of(headers)
    used: set[int] = set()
    for name, columns in chosen.items():
        sources[name] = [
            Source(keys.index(key), headers[keys.index(key)], unit) for key, unit in columns if key in keys
        ]
        used.update(source.column for source in sources[name])
    for column, meaning in found.items():
        if column in used or meaning.field in chosen:
            continue
        mine = sources.setdefault(meaning.field, [])
        if mine and export is None:
            raise SettingError(
                f"The columns {quoted(mine[0].header)} and {quoted(headers[column])} both mean {meaning.field}; "
                "take one of them out."
            )
        mine.append(Source(column, headers[column], meaning.unit))
    return sources


def _settle_time(sources: dict[str, list[Source]]) -> None:
    """`Time` is the duration where no other column is, else the time of day."""
    if TIME not in sources:
        return
    if DURATION not in sources and (END not in sources or START not in sources):
        sources[DURATION] = sources.pop(TIME)
    elif DATE not in sources:
        header = quoted(sources[TIME][0].header)
        raise SettingError(f"The column {header} is a time of the day, and no column says the date.")


def _missing(sources: Mapping[str, object], export: Export | None) -> list[str]:
    missing = [TYPE] if TYPE not in sources and not (export is not None and export.sport) else []
    has_span = END in sources and (START in sources or DATE in sources)
    return missing if DURATION in sources or has_span else [*missing, DURATION]


def _refuse(headers: Sequence[str], names: ColumnNames, unknown: Sequence[int], missing: Sequence[str]) -> None:
    sentences = []
    if missing:
        sentences.append(f"The first line of the CSV must name the columns; missing: {', '.join(missing)}.")
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
