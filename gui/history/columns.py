"""The columns of the history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo

import orjson
from PySide6.QtCore import QRectF

from core.athletes.history import HistoryRow, HistorySort
from core.parsing.sets_text import sets_text
from core.workouts.local_start import start_text_of
from core.workouts.names import isolated
from gui.forms.formatting import Units, distance_text, energy_number, whole_seconds_text
from gui.forms.starts import start_words
from gui.widgets.cells import Cell, Column

_MARK_PX = 13
_MOST_OF_SETS = 200  # characters
_TEXT_PX = 200  # with this much for the title, what is left over goes to names, too
TITLES: dict[HistorySort, str] = {
    "start": "Start",
    "athlete": "Athlete",
    "sport": "Sport",
    "duration": "Duration",
    "distance": "Distance",
    "energy": "Energy",
}
SORTS: dict[str, HistorySort] = {title: sort for sort, title in TITLES.items()}


@dataclass(slots=True)
class HistoryFormat:
    """What the texts of rows depend on, beside the rows."""

    now_ms: Callable[[], int]
    zone: tzinfo | None = None
    units: Units = field(default_factory=Units)

    def start(self, row: HistoryRow) -> str:
        local = timezone(timedelta(minutes=row.utc_offset_min))
        started_at = start_text_of(datetime.fromtimestamp(row.started_at_ms / 1000, local))
        return start_words(started_at, self.now_ms(), self.zone)

    def distance(self, row: HistoryRow) -> str:
        return distance_text(row.distance_km, row.sport, self.units)

    def energy(self, row: HistoryRow) -> str:
        return f"{energy_number(row.calories_kcal, 0)} kcal"

    def said(self, row: HistoryRow) -> str:
        """Title and notes in one line."""
        return " · ".join(filter(None, (row.title, " ".join(row.notes.split()))))

    def _sets(self, row: HistoryRow) -> str:
        """`3x10@40 (kg)`, cut where they are many."""
        if not row.sets:
            return ""
        text = sets_text(orjson.loads(row.sets), self.units.weight)
        text = text if len(text) <= _MOST_OF_SETS else f"{text[: _MOST_OF_SETS - 1]}…"
        return f"{text} ({self.units.weight})" if "@" in text else text

    def tip(self, row: HistoryRow) -> str:
        parts = [
            f"{isolated(row.athlete)}, {isolated(row.sport)}, {self.start(row)}",
            row.title,
            self._sets(row),
            row.notes,
            ", ".join(badge.name for badge in row.badges),
            f"corrected, revision {row.revision}" if row.is_corrected else "",
            "energy is an estimate" if row.calories_estimate else "",
            f"id {row.workout_id}",
        ]
        return "\n".join(filter(None, parts))


def history_columns(texts: HistoryFormat) -> tuple[Column[HistoryRow], ...]:
    """Badges and revision are hidden in a narrow table; the tool tip has all."""
    return (
        Column(title="Start", width_px=160, narrow_px=128, text=texts.start, ink="second", indent_px=12),
        Column(
            title="Athlete", width_px=130, narrow_px=110, text=lambda row: row.athlete, font="medium", grows=_quarter
        ),
        Column(title="Sport", width_px=108, narrow_px=26, text=lambda row: row.sport, paint=_paint_sport),
        Column(title="Duration", width_px=76, text=lambda row: whole_seconds_text(row.duration_min), right=True),
        Column(title="Distance", width_px=86, text=texts.distance, right=True),
        Column(title="Energy", width_px=88, text=texts.energy, right=True),
        Column(
            title="Revision",
            width_px=66,
            from_px=680,
            text=_revision,
            paint=_paint_revision,
            right=True,
            ink="second",
        ),
        Column(
            title="Badges",
            width_px=150,
            from_px=980,
            text=lambda row: ", ".join(badge.name for badge in row.badges),
            paint=_paint_badges,
            indent_px=12,
        ),
        Column(
            title="Title and notes", width_px=70, takes_rest=True, text=texts.said, ink="second", indent_px=8, gap_px=6
        ),
    )


def _quarter(rest_px: int) -> int:
    return max(0, rest_px - _TEXT_PX) // 4


def _revision(row: HistoryRow) -> str:
    return f"r{row.revision}" if row.is_corrected else ""


def _paint_revision(cell: Cell[HistoryRow]) -> None:
    """With a mark before it, as it was corrected."""
    if not cell.text:
        return
    cell.draw(cell.text, ink="text")
    right = cell.box.right() - cell.theme.metrics("body").horizontalAdvance(cell.text) - 5
    mark = QRectF(right - _MARK_PX, round(cell.box.center().y() - _MARK_PX / 2), _MARK_PX, _MARK_PX)
    cell.theme.paint_icon(cell.painter, mark, "pencil-outline", cell.theme.colour("accent"))


def _paint_sport(cell: Cell[HistoryRow]) -> None:
    cell.paint_sport(cell.row.sport, cell.text)


def _paint_badges(cell: Cell[HistoryRow]) -> None:
    if cell.row.badges:
        cell.paint_badges([badge.name for badge in cell.row.badges])
