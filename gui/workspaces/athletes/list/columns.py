"""The columns of the list of athletes: who and when last, and this week's amount."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import QRectF

from core.athletes.listing import AthleteRow
from gui.forms.formatting import Units
from gui.theme.palette import Role
from gui.theme.theme import FontRole
from gui.widgets.cells import Cell, Column, draw_elided
from gui.workspaces.athletes.avatar import paint_avatar
from gui.workspaces.athletes.formatting import day_ago, distance_figure, sports_text

AVATAR_PX, INDENT_PX, GAP_PX = 28, 12, 10
LINES_PX = 8.5  # from the middle of a row to the middle of either line
AMOUNT_PX, EDGE_PX, NAME_GAP_PX = 60, 2, 4
_LOWER: tuple[FontRole, Role] = ("small", "second")  # the second line


@dataclass(slots=True)
class RowFormat:
    """What the texts of rows depend on, beside the rows."""

    today: date
    units: Units = field(default_factory=Units)
    chosen: str = ""  # the name of the athlete whose page is shown

    def sports(self, row: AthleteRow) -> tuple[str, str]:
        """`Running, cycling`, and in short `Running +1`."""
        more = len(row.last_sports) - 1
        return sports_text(row.last_sports), row.last_sports[0] + (f" +{more}" if more else "")

    def last(self, row: AthleteRow) -> str:
        return day_ago(row.last_day, self.today)

    def week(self, row: AthleteRow) -> str:
        return distance_figure(row.week.distance_mm, self.units).text

    def spoken(self, row: AthleteRow) -> str:
        return f"{row.name}: {sports_text(row.last_sports)}, {self.last(row)}"


def list_columns(texts: RowFormat) -> tuple[Column[AthleteRow], ...]:
    def paint_athlete(cell: Cell[AthleteRow]) -> None:
        box, row, px = cell.box, cell.row, cell.theme.px
        middle, chosen, size = round(box.center().y()), row.name == texts.chosen, px(AVATAR_PX)
        disc = QRectF(box.left(), middle - size / 2, size, size)
        paint_avatar(cell.painter, cell.theme, disc, row.name, chosen=chosen)
        words = box.adjusted(size + GAP_PX, 0, 0, 0)
        upper, lower = (words.translated(0, lift) for lift in (px(-LINES_PX), px(LINES_PX)))
        draw_elided(cell.painter, cell.theme, upper, row.name, "medium", "text")
        when, metrics = f", {texts.last(row)}", cell.theme.metrics("small")
        room = lower.width() - metrics.horizontalAdvance(when)
        whole, short = texts.sports(row)
        sports = whole if metrics.horizontalAdvance(whole) <= room else short
        end = draw_elided(cell.painter, cell.theme, lower.adjusted(0, 0, room - lower.width(), 0), sports, *_LOWER)
        draw_elided(cell.painter, cell.theme, lower.adjusted(end - lower.left(), 0, 0, 0), when, *_LOWER)

    def paint_week(cell: Cell[AthleteRow]) -> None:
        figure = distance_figure(cell.row.week.distance_mm, texts.units)
        metrics = cell.theme.metrics("small")
        unit_px = metrics.horizontalAdvance(f" {figure.unit}")
        numbers = cell.box.adjusted(0, 0, -unit_px, 0)
        trained = bool(cell.row.week.distance_mm)
        font: FontRole = "title" if trained else "body"
        cell.draw(figure.value, font, "text" if trained else "second", numbers)
        cell.draw(figure.unit, "small", "second")

    return (
        Column(
            title="Athlete",
            takes_rest=True,
            width_px=120,
            indent_px=INDENT_PX,
            gap_px=NAME_GAP_PX,
            text=lambda row: row.name,
            spoken=texts.spoken,
            paint=paint_athlete,
        ),
        Column(title="This week", width_px=AMOUNT_PX, right=True, gap_px=EDGE_PX, text=texts.week, paint=paint_week),
    )
