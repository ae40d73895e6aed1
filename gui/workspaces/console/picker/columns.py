"""The columns of the picker: of templates, and of stored workouts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.athletes.history import HistoryRow
from core.roster.workout_template import WorkoutTemplate
from gui.forms.formatting import NOTHING, Units, distance_text, duration_text
from gui.history.columns import HistoryFormat, history_columns
from gui.widgets.cells import Cell, Column

_OF_WORKOUTS = ("Start", "Athlete", "Sport", "Duration", "Distance", "Title and notes")
_SAID_FROM_PX = 520
ANYBODY = "any athlete"


@dataclass(slots=True)
class TemplateFormat:
    units: Units = field(default_factory=Units)

    def duration(self, template: WorkoutTemplate) -> str:
        minutes = template.fields.get("duration")
        return NOTHING if minutes is None else duration_text(minutes)

    def distance(self, template: WorkoutTemplate) -> str:
        km = template.fields.get("distance")
        return distance_text(km if isinstance(km, (int, float)) else None, _text(template, "type"), self.units)


def template_columns(texts: TemplateFormat) -> tuple[Column[WorkoutTemplate], ...]:
    """Below each other with those of the workouts."""
    return (
        Column(title="Template", width_px=160, narrow_px=120, text=lambda one: one.name, font="medium", indent_px=12),
        Column(title="Athlete", width_px=130, narrow_px=96, text=lambda one: one.athlete or ANYBODY, ink="second"),
        Column(title="Sport", width_px=108, narrow_px=26, text=lambda one: _text(one, "type"), paint=_paint_sport),
        Column(title="Duration", width_px=76, text=texts.duration, right=True),
        Column(title="Distance", width_px=86, text=texts.distance, right=True),
        Column(
            title="Title and notes",
            width_px=80,
            from_px=_SAID_FROM_PX,
            takes_rest=True,
            text=_said,
            ink="second",
            indent_px=8,
            gap_px=6,
        ),
    )


def workout_columns(texts: HistoryFormat) -> tuple[Column[HistoryRow], ...]:
    """Those of the history that tell one workout from another; none grows, so that they stay below the templates'."""
    columns = (column for column in history_columns(texts) if column.title in _OF_WORKOUTS)
    return tuple(replace(one, from_px=_SAID_FROM_PX if one.takes_rest else 0, grows=None) for one in columns)


def _text(template: WorkoutTemplate, name: str) -> str:
    return str(template.fields.get(name, ""))


def _said(template: WorkoutTemplate) -> str:
    return " · ".join(filter(None, (" ".join(_text(template, name).split()) for name in ("title", "notes"))))


def _paint_sport(cell: Cell[WorkoutTemplate]) -> None:
    cell.paint_sport(_text(cell.row, "type"), cell.text)
