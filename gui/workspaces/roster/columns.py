"""The columns of the grid: a cell for each field, then energy, and what is to be said of the row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial

from core.errors import EntryError
from core.parsing.start import parse_start
from core.roster.check import BLANK, RowVerdict
from core.roster.grid import RosterRow, TrainingSession
from core.workouts.energy import energy
from core.workouts.sports import Sport, default_catalogue
from gui.forms.formatting import NOTHING, Units, energy_number, weight_text
from gui.forms.starts import start_words
from gui.widgets.cells import Cell, Column
from gui.workspaces.roster.check_cell import CheckTexts, check_buttons, paint_check
from gui.workspaces.roster.field_cell import FieldTexts, frame_cell, paint_field, paint_number
from gui.workspaces.roster.texts import column_title

NUMBER_PX = 36
WIDTHS = {
    "userId": 150,
    "type": 104,
    "timestamp": 72,
    "duration": 88,
    "distance": 92,
    "avgHeartRate": 92,
    "rpe": 48,
    "sets": 150,
}
NARROW = {
    "userId": 124,
    "type": 34,
    "timestamp": 64,
    "duration": 74,
    "distance": 74,
    "sets": 112,
    "avgPower": 56,
    "cadence": 64,
    "avgHeartRate": 66,
    "rpe": 44,
    "notes": 84,
}
WIDE_TEXT_PX, OTHER_PX, ENERGY_PX, CHECK_PX = 118, 88, 92, 240
ENERGY_FROM_PX = 1_000  # of a table of the usual columns; in a narrower one the check needs the room
NARROW_CHECK_PX = 200
LONG_START = 8  # characters; a time of the day is not longer
TEXTS = ("userId", "type", "sets", "notes", "title")
DATED_PX, NARROW_DATED_PX = 104, 96  # of starts, where one of them has its day
INDENT_PX = 10
"""Left of a text, and right of a number."""


def has_dates(rows: Sequence[RosterRow]) -> bool:
    return any(len(row.texts.get("timestamp", "")) > LONG_START for row in rows)


@dataclass(slots=True)
class GridTexts:
    """What the cells depend on."""

    verdict: Callable[[RosterRow], RowVerdict]
    number_of: Callable[[RosterRow], int]
    preview: Callable[[RosterRow, str], str]
    check: CheckTexts
    units: Units = field(default_factory=Units)
    session: TrainingSession = field(default_factory=TrainingSession)
    is_dated: bool = False  # whether a start has its day
    zone: tzinfo | None = None

    @property
    def sport(self) -> Sport | None:
        """Of the session."""
        return default_catalogue().find(self.session.sport)

    def number(self, row: RosterRow) -> str:
        return "" if row.is_sent or not row.key else f"{self.number_of(row):,}"

    def implied(self, row: RosterRow, name: str) -> str:
        """What holds where the cell is empty; of a row that was sent, its start."""
        if row.is_sent and name == "timestamp":
            return self.check.start(row)
        if not row.texts and name != "userId":
            return ""
        if name == "type":
            return self.session.sport
        if name == "weightKg":
            return self._last_weight(row)
        return "now" if name == "timestamp" and self.session.day is None else ""

    def _last_weight(self, row: RosterRow) -> str:
        workout = self.verdict(row).workout if row.key else None
        kg = None if workout is None else workout.weight_kg
        return "" if kg is None else weight_text(kg, self.units.weight)

    def field(self, name: str, row: RosterRow) -> str:
        text = row.texts.get(name, "")
        if name == "timestamp" and len(text) > LONG_START:
            return self._brief_start(text)
        return text or self.implied(row, name)

    def _brief_start(self, text: str) -> str:
        """`9 Dec 18:30` of a start that can be read."""
        now_ms = self.check.receipt.now_ms()
        now = datetime.fromtimestamp(now_ms / 1000, UTC)
        try:
            start = parse_start(text, now=now, zone=self.zone or UTC)
        except EntryError:
            return text
        return start_words(start.isoformat(), now_ms, self.zone, brief=True)

    def unit(self, name: str, row: RosterRow) -> str:
        """Of a distance that is counted otherwise than the title says."""
        text = row.texts.get(name, "")
        if name != "distance" or not text or not text[-1].isdigit():
            return ""
        unit = self.units.distance_for(default_catalogue().find(self.field("type", row)))
        return "" if unit == self.units.distance_for(self.sport) else f" {unit}"

    def energy(self, row: RosterRow) -> str:
        workout = self.verdict(row).workout if row.key and not row.is_sent else None
        if row.is_sent:
            return self.check.energy(row)
        if workout is None:
            return ""
        taken = energy(workout)
        return f"{'~' if taken.estimate else ''}{energy_number(taken.kcal, 0)}"

    def spoken(self, name: str, row: RosterRow) -> str:
        """With what is wrong or unlikely in this cell."""
        verdict = BLANK if not row.key else self.verdict(row)
        said = f"{column_title(name, self.units, self.sport)}: {self.field(name, row) or 'empty'}{self.unit(name, row)}"
        return f"{said}. {verdict.words}" if verdict.field == name else said


def grid_columns(texts: GridTexts, names: Sequence[str]) -> tuple[Column[RosterRow], ...]:
    fields = FieldTexts(texts.verdict, texts.preview, texts.implied, texts.unit)
    columns = [_field_column(texts, fields, name) for name in names]
    narrow_px = sum(column.narrow_px or column.width_px for column in columns)
    return (
        Column(
            title="",
            width_px=NUMBER_PX,
            text=texts.number,
            paint=paint_number,
            spoken=lambda row: "sent" if row.is_sent else f"Row {texts.number(row)}",
            right=True,
            gap_px=INDENT_PX,
        ),
        *columns,
        Column(
            title="Energy, kcal",
            width_px=ENERGY_PX,
            from_px=max(ENERGY_FROM_PX, NUMBER_PX + narrow_px + ENERGY_PX + NARROW_CHECK_PX),
            text=texts.energy,
            paint=_paint_energy,
            right=True,
            gap_px=INDENT_PX,
        ),
        Column(
            title="Check and receipt",
            width_px=CHECK_PX,
            narrow_px=NARROW_CHECK_PX,
            takes_rest=True,
            text=texts.check.words,
            paint=partial(paint_check, texts.check),
            buttons=partial(check_buttons, texts.check),
            tip=texts.check.tip,
            indent_px=INDENT_PX,
            gap_px=INDENT_PX,
        ),
    )


def wide_px(columns: Sequence[Column[RosterRow]]) -> int:
    """From where on there is room for all columns in their wide form."""
    return sum(column.width_px for column in columns)


def _field_column(texts: GridTexts, fields: FieldTexts, name: str) -> Column[RosterRow]:
    is_text = name in TEXTS
    title = column_title(name, texts.units, texts.sport)
    is_dated = name == "timestamp" and texts.is_dated
    return Column(
        title=title,
        narrow_title=""
        if name == "type"
        else title.replace(", bpm", "").replace(", W", "").replace("Distance", "Dist."),
        width_px=DATED_PX if is_dated else WIDTHS.get(name, WIDE_TEXT_PX if is_text else OTHER_PX),
        narrow_px=NARROW_DATED_PX if is_dated else NARROW.get(name, 90 if is_text else 70),
        text=partial(texts.field, name),
        paint=partial(paint_field, fields, name),
        spoken=partial(texts.spoken, name),
        right=not is_text,
        indent_px=INDENT_PX if is_text else 4,
        gap_px=INDENT_PX,
    )


def _paint_energy(cell: Cell[RosterRow]) -> None:
    frame_cell(cell)
    cell.draw(cell.text or (NOTHING if cell.row.is_sent else ""), ink="second")
