"""The rows of a table whose rows are sets: what each says of its set, and which of them are one workout."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import EntryError
from core.parsing.column_names import DATE, TIME
from core.parsing.fields import parse_number
from core.parsing.table_columns import START, Source, TablePlan
from core.parsing.units import to_kg, to_km

SetFields = dict[str, str | float | int]
# What identifies a workout.
_KEY = (START, DATE, TIME, "title", "userId", "id")
_TEXTS = ("exercise", "note")
METRES_IN_KM = 1000


class SetReader:
    """Parses the parts of a set. Weights in kg, distances in metres, durations in seconds."""

    def __init__(self, plan: TablePlan) -> None:
        self._parts = plan.sets
        self._key = [source.column for name in _KEY for source in plan.sources.get(name, ())]

    def key(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Equal for rows of one workout, which follow each other."""
        return tuple(_at(cells, column) for column in self._key)

    def fields(self, cells: Sequence[str]) -> tuple[SetFields, list[str]]:
        """The set, empty for a row that says nothing of one (a pause, a note), and the problems of its cells."""
        fields: SetFields = {}
        problems: list[str] = []
        for part, sources in self._parts.items():
            source, text = _filled(sources, cells)
            if source is None:
                continue
            if part in _TEXTS:
                fields[part] = text
                continue
            try:
                fields[part] = _number(part, text, source.unit)
            except EntryError as error:
                problems.append(f"sets, {part}: {error}")
        is_set = any(part not in _TEXTS for part in fields)
        return (fields if is_set else {}), problems


def _filled(sources: Sequence[Source], cells: Sequence[str]) -> tuple[Source | None, str]:
    for source in sources:
        if text := _at(cells, source.column):
            return source, text
    return None, ""


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column].strip() if column < len(cells) else ""


def _number(part: str, text: str, unit: str | None) -> float | int:
    number = parse_number(text)
    if part == "weight":
        number = to_kg(number, unit or "kg")
    elif part == "meters":
        number = to_km(number, unit or "m") * METRES_IN_KM
    if part == "reps" and not number.is_integer():
        raise EntryError("must be a whole number.")
    return int(number) if number.is_integer() else round(number, 6)
