"""The columns of the failed list: check box, sport with icon, the invalid value in the colour of failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo

from core.failures.causes import cause_of
from core.failures.models import FailedRow
from gui.formatting import weekday_clock
from gui.forms.formatting import NOTHING, Units, distance_text
from gui.forms.reasons import reason_in_units
from gui.theme.palette import Role
from gui.widgets.cells import Cell, Column
from gui.workspaces.failed.formatting import whole_seconds_text

MISSING = "missing"
_FIELDS = ("userId", "type", "duration", "distance")  # those with a column


@dataclass(slots=True)
class FailedFormat:
    """What the texts of failed messages depend on."""

    now_ms: Callable[[], int]
    zone: tzinfo | None = None
    units: Units = field(default_factory=Units)
    shows_reasons: bool = False  # below the cells

    def failed_at(self, row: FailedRow) -> str:
        return weekday_clock(row.failed_at_ms, self.now_ms(), self.zone)

    def reason(self, row: FailedRow) -> str:
        """Below the cells of a row; what has no cells has it in their place."""
        return "" if row.says_nothing else self.whole_reason(row)

    def whole_reason(self, row: FailedRow) -> str:
        return reason_in_units(row.reason, row, self.units)

    def spoken_athlete(self, row: FailedRow) -> str:
        """The reason, too, as a screen reader begins with this cell."""
        reason = f", {self.whole_reason(row)}" if self.shows_reasons else ""
        return f"Athlete: {_athlete(row)}{reason}"

    def distance(self, row: FailedRow) -> str:
        return distance_text(row.distance_km, row.sport, self.units)


def failed_columns(texts: FailedFormat, is_checked: Callable[[FailedRow], bool]) -> tuple[Column[FailedRow], ...]:
    return (
        Column(
            width_px=40,
            narrow_px=36,
            checked=is_checked,
            spoken=lambda row: "checked" if is_checked(row) else "not checked",
        ),
        Column(
            title="Failed at",
            narrow_title="Failed",
            width_px=66,
            narrow_px=46,
            from_px=250,
            text=texts.failed_at,
            paint=_paint_failed_at,
        ),
        Column(
            title="Athlete",
            width_px=60,
            takes_rest=True,
            text=_athlete,
            spoken=texts.spoken_athlete,
            paint=_paint_athlete,
            across=_reason_alone,
        ),
        Column(
            title="Sport",
            width_px=94,
            narrow_px=22,
            text=_named("type", lambda row: row.sport or NOTHING),
            paint=_paint_sport,
            across=_reason_alone,
            gap_px=4,
        ),
        Column(
            title="Duration",
            width_px=58,
            from_px=344,
            text=_named("duration", _duration),
            paint=_paint_duration,
            across=_reason_alone,
            right=True,
            gap_px=0,
        ),
        Column(
            title="Distance",
            width_px=94,
            narrow_px=84,  # 8,400,000 m
            text=_named("distance", texts.distance),
            paint=_paint_distance,
            across=_reason_alone,
            right=True,
            gap_px=0,
        ),
        Column(
            title="Tries",
            width_px=38,
            narrow_px=36,
            from_px=286,
            text=lambda row: f"{row.attempts:,}",
            right=True,
            gap_px=0,
        ),
    )


def reason_says_more(code: str | None) -> bool:
    """Whether the cells of rows of this cause do not show what is wrong; None: all causes."""
    return code is None or cause_of(code).field not in _FIELDS


def _named(name: str, text: Callable[[FailedRow], str]) -> Callable[[FailedRow], str]:
    """The text; `missing` for a field that the body lacks and the cause names."""

    def named(row: FailedRow) -> str:
        found = text(row)
        return MISSING if row.cause.field == name and found in ("", NOTHING) else found

    return named


def _athlete(row: FailedRow) -> str:
    return _named("userId", lambda each: each.athlete or NOTHING)(row)


def _duration(row: FailedRow) -> str:
    return NOTHING if row.duration_min is None else whole_seconds_text(row.duration_min)


def _reason_alone(row: FailedRow) -> str:
    return row.reason if row.says_nothing else ""


def _ink(cell: Cell[FailedRow], name: str) -> Role:
    if cell.row.cause.field == name:
        return "failed"
    return "second" if cell.text == NOTHING else "text"


def _paint_failed_at(cell: Cell[FailedRow]) -> None:
    cell.draw(cell.text[:5] if cell.narrow and cell.text[2:3] == ":" else cell.text, ink="second")


def _paint_athlete(cell: Cell[FailedRow]) -> None:
    cell.draw(cell.text, "medium", _ink(cell, "userId"))


def _paint_sport(cell: Cell[FailedRow]) -> None:
    ink = _ink(cell, "type")
    cell.paint_sport(cell.row.sport, cell.text, ink, "failed" if ink == "failed" else "second")


def _paint_duration(cell: Cell[FailedRow]) -> None:
    _paint_number(cell, "duration")


def _paint_distance(cell: Cell[FailedRow]) -> None:
    _paint_number(cell, "distance")


def _paint_number(cell: Cell[FailedRow], name: str) -> None:
    ink = _ink(cell, name)
    cell.draw(cell.text, "medium" if ink == "failed" else "body", ink)
