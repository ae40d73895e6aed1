"""Maps column names of a table to body fields: our own names, synonyms, and the names of other programs' exports."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz, process

from core.parsing.text import folded, normalize_typed

ASK = "ask"  # for numbers whose unit is ambiguous
DATE, TIME, END = "date", "time", "end"  # parts of a start, beside the body fields
LEAST_OF_UNIT = 3  # characters
_SAY_WHAT = {"duration": ("s", "min", "h"), "distance": ("km", "mi", "m", "yd")}
LEAST_LIKE = 75.0  # of 100: similarity from which a known name is suggested for an unknown one


@dataclass(frozen=True, slots=True)
class Meaning:
    """A body field, or DATE, TIME or END; the unit in the column's name, None without one."""

    field: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """The table of another program. `fields`: the columns it fills a field from, first choice first."""

    name: str
    zone: str  # zone of times without one; empty: the reader's
    sport: str  # sport of every row, where no column has it
    fields: Mapping[str, tuple[tuple[str, str], ...]]  # field -> (key of the column, unit)
    sets: Mapping[str, tuple[tuple[str, str], ...]]  # the same for a set, where a row is one set and not one workout
    groups_thousands: bool  # a mark before three digits separates thousands: `1,234`, `1.234`
    one_leg_cadence: bool  # on foot it is of one leg
    swims_in_small_units: bool  # metres where other distances are kilometres, yards where they are miles
    others: frozenset[str]  # keys of columns whose names mean something else here


class _ExportToml(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    known_by: tuple[tuple[str, ...], ...]
    zone: str = ""
    sport: str = ""
    duration: tuple[tuple[str, str], ...] = ()
    distance: tuple[tuple[str, str], ...] = ()
    sets: tuple[str, ...] = ()
    set: dict[str, tuple[tuple[str, str], ...]] = {}
    groups_thousands: bool = False
    one_leg_cadence: bool = False
    swims_in_small_units: bool = False
    others: tuple[str, ...] = ()


class _NamesToml(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: dict[str, tuple[str, ...]]
    ask: dict[str, tuple[str, ...]]
    units: dict[str, dict[str, tuple[str, ...]]]
    export: tuple[_ExportToml, ...]


class ColumnNames:
    """Immutable after construction; from any thread."""

    def __init__(self, raw: _NamesToml) -> None:
        self._meanings = {column_key(name): Meaning(field) for field, names in raw.names.items() for name in names}
        self._meanings |= {column_key(field): Meaning(field) for field in raw.names}
        self._meanings |= {column_key(name): Meaning(field, ASK) for field, names in raw.ask.items() for name in names}
        self._shown = {column_key(name): name for names in (*raw.names.values(), *raw.ask.values()) for name in names}
        self._shown |= {column_key(field): field for field in raw.names}
        self._units = [
            (column_key(word), field, unit)
            for field, units in raw.units.items()
            for unit, words in units.items()
            for word in words
        ]
        self._units.sort(key=lambda entry: -len(entry[0]))
        self._exports = raw.export

    @classmethod
    def load(cls) -> ColumnNames:
        text = files("resources").joinpath("column_names.toml").read_text(encoding="utf-8")
        return cls(_NamesToml.model_validate(tomllib.loads(text)))

    def meaning(self, header: str) -> Meaning | None:
        """For a column's name: `Distance`, `distance_km`, `Dauer [min]`, `Start Time`. None where it is unknown."""
        key = column_key(header)
        return self._meanings.get(key) or next(self._with_unit(key), None) or self._of_unit_alone(key)

    def unit_of(self, field: str, text: str) -> str | None:
        """For a unit alone, as it would follow the name of the column."""
        key = column_key(text)
        return next((unit for word, of, unit in self._units if of == field and word == key), None)

    def nearest(self, header: str) -> tuple[str, str]:
        """The most similar known name and its meaning; both empty where none is similar."""
        found = process.extractOne(column_key(header), self._shown.keys(), scorer=fuzz.ratio, score_cutoff=LEAST_LIKE)
        return ("", "") if found is None else (self._shown[found[0]], self._meanings[found[0]].field)

    def export_of(self, headers: Sequence[str]) -> Export | None:
        """The program that wrote a table with these columns, where it is a known one."""
        keys = set(keys_of(headers))
        durations = {key for key in keys if self._meanings.get(key) == Meaning("duration")}
        for raw in self._exports:
            known = any(keys.issuperset(map(column_key, columns)) for columns in raw.known_by)
            # Its own name for the duration means something else where another column is clearly called so.
            if known and not (raw.duration and durations - {column_key(name) for name, _unit in raw.duration}):
                fields = {"duration": raw.duration, "distance": raw.distance}
                chosen = {field: _chosen(columns) for field, columns in fields.items() if columns}
                holds_sets = not keys.isdisjoint(map(column_key, raw.sets))
                sets = {part: _chosen(columns) for part, columns in raw.set.items()} if holds_sets else {}
                return Export(
                    raw.name,
                    raw.zone,
                    raw.sport,
                    chosen,
                    sets,
                    raw.groups_thousands,
                    raw.one_leg_cadence,
                    raw.swims_in_small_units,
                    frozenset(map(column_key, raw.others)),
                )
        return None

    def _of_unit_alone(self, key: str) -> Meaning | None:
        """`Minutes`, `km`: the unit implies what is measured. One or two letters may mean anything else."""
        if len(key) < LEAST_OF_UNIT and key != "km":
            return None
        found = ((field, unit) for word, field, unit in self._units if word == key and unit in _SAY_WHAT.get(field, ()))
        return next((Meaning(field, unit) for field, unit in found), None)

    def _with_unit(self, key: str) -> Iterator[Meaning]:
        for word, field, unit in self._units:
            stem = key.removesuffix(word)
            if stem == key:
                continue
            meaning = self._meanings.get(stem) or self._meanings.get(stem.removesuffix("in"))
            if meaning is None:
                continue
            if meaning.field == field:
                yield Meaning(field, unit)
            elif meaning.field == TIME and field == "duration":
                # `Time (s)` is not a time of day; `Time (hh:mm)` may be.
                yield Meaning(TIME if unit in ("h:mm", "text") else "duration", unit)
            elif meaning.field in (DATE, TIME, END) and field == "timestamp":
                yield Meaning(meaning.field, unit)


def _chosen(columns: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((_numbered_key(name), unit) for name, unit in columns)


def _numbered_key(name: str) -> str:
    plain, mark, number = name.partition("#")
    return column_key(plain) + mark + number


def column_key(header: str) -> str:
    """For comparing: without case, accents, spaces and punctuation, except the plus of `D+`."""
    return "".join(char for char in folded(normalize_typed(header)) if char.isalnum() or char == "+")


def keys_of(headers: Sequence[str]) -> list[str]:
    """The key of each column; the second with the same name gets `#2` appended."""
    seen: dict[str, int] = {}
    keys = []
    for header in headers:
        key = column_key(header)
        seen[key] = number = seen.get(key, 0) + 1
        keys.append(key if number == 1 else f"{key}#{number}")
    return keys


@cache
def default_column_names() -> ColumnNames:
    return ColumnNames.load()
