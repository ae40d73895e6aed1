"""The rows of a table whose rows are sets: what each says of its set, and which of them are one workout."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import EntryError
from core.parsing.column_names import DATE, TIME, default_column_names
from core.parsing.fields import parse_number
from core.parsing.table_columns import START, Source, TablePlan
from core.parsing.text import folded
from core.parsing.units import to_kg, to_km
from core.workouts.validation_errors import quoted

SetFields = dict[str, str | float | int]
# What identifies a workout.
_KEY = (START, DATE, TIME, "title", "userId", "id")
_TEXTS = ("exercise", "note", "kind", "superset")
METRES_IN_KM = 1000
UNIT_PARTS = ("weight unit", "meters unit")  # of this row
_FIELD_OF_UNIT = {"weight": "weightKg", "meters": "distance"}
# Beside the numbers that count sets: Strong writes letters, Hevy words.
_KINDS = {
    **dict.fromkeys(("w", "warmup", "warm-up"), "warm-up"),
    **dict.fromkeys(("d", "dropset", "drop set"), "drop"),
    **dict.fromkeys(("f", "failure"), "failure"),
}
_NO_KINDS = ("normal", "")
_NO_SETS = ("rest timer", "note")  # rows of their own between the sets


class SetReader:
    """Parses the parts of a set. Weights in kg, distances in metres, durations in seconds."""

    def __init__(self, plan: TablePlan) -> None:
        self._plan = plan
        self._parts = {part: sources for part, sources in plan.sets.items() if part not in UNIT_PARTS}
        self._units = {part: plan.sets.get(f"{part} unit", ()) for part in _FIELD_OF_UNIT}
        self._key = [source.column for name in _KEY for source in plan.sources.get(name, ())]

    def key(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Equal for rows of one workout, which follow each other."""
        return tuple(_at(cells, column) for column in self._key)

    def fields(self, cells: Sequence[str]) -> tuple[SetFields, list[str]]:
        """The set, empty for a row that says nothing of one (a pause, a note), and the problems of its cells."""
        fields: SetFields = {}
        problems: list[str] = []
        if self._kind(cells) in _NO_SETS:
            return {}, []
        for part, sources in self._parts.items():
            source, text = _filled(sources, cells)
            if source is None:
                continue
            if part in _TEXTS:
                fields[part] = text
                continue
            try:
                fields[part] = _number(part, text, self._unit(part, source, cells))
            except EntryError as error:
                problems.append(f"sets, {part}: {error}")
        is_set = any(part not in _TEXTS for part in fields)
        return (_without_zeros(_with_kind(fields)) if is_set else {}), problems

    def note(self, cells: Sequence[str]) -> str:
        """`Squat: deep` of a row that is a note on an exercise, and no set."""
        _source, note = _filled(self._parts.get("note", ()), cells)
        _source, exercise = _filled(self._parts.get("exercise", ()), cells)
        return f"{exercise}: {note}" if note and exercise else note

    def _kind(self, cells: Sequence[str]) -> str:
        return folded(_filled(self._parts.get("kind", ()), cells)[1])

    def _unit(self, part: str, source: Source, cells: Sequence[str]) -> str | None:
        """As the row says it, else as the column does."""
        _source, word = _filled(self._units.get(part, ()), cells)
        if not word:
            return self._plan.unit_of_part(part, source)
        unit = default_column_names().unit_of(_FIELD_OF_UNIT[part], word)
        if unit is None:
            raise EntryError(f"the unit {quoted(word)} is not known.")
        return unit


def _with_kind(fields: SetFields) -> SetFields:
    """A number counts the sets, and is no kind; other words stay as they are."""
    kind = folded(str(fields.pop("kind", "")))
    if kind in _NO_KINDS or kind.isdecimal():
        return fields
    return {**fields, "kind": _KINDS.get(kind, kind)}


def _without_zeros(fields: SetFields) -> SetFields:
    """Zero stands for nothing: no weight, no distance, no time; no repetitions of what was measured otherwise."""
    measured = {part: value for part, value in fields.items() if value or part not in ("weight", "meters", "seconds")}
    if not measured.get("reps", 1) and ("meters" in measured or "seconds" in measured):
        del measured["reps"]
    return measured


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
