"""The one column of the list of athletes: who and when last, and this week's amount beside it."""

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
EDGE_PX, AMOUNT_GAP_PX = 2, 8
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

    def last_in_short(self, row: AthleteRow) -> str:
        """As `last`, where there is no room for that: `3 d ago`."""
        return self.last(row).replace(" days ago", " d ago")

    def spoken(self, row: AthleteRow) -> str:
        return f"{row.name}: {sports_text(row.last_sports)}, {self.last(row)}, {self.week(row)} this week"


def list_column(texts: RowFormat) -> Column[AthleteRow]:
    """All of a row in one, so that the words take what a short amount leaves."""

    def paint(cell: Cell[AthleteRow]) -> None:
        box, row, px = cell.box, cell.row, cell.theme.px
        amount_px = _paint_amount(cell, texts)
        middle, chosen, size = round(box.center().y()), row.name == texts.chosen, px(AVATAR_PX)
        disc = QRectF(box.left(), middle - size / 2, size, size)
        paint_avatar(cell.painter, cell.theme, disc, row.name, chosen=chosen)
        words = box.adjusted(size + GAP_PX, 0, -amount_px - AMOUNT_GAP_PX, 0)
        upper, lower = (words.translated(0, lift) for lift in (px(-LINES_PX), px(LINES_PX)))
        draw_elided(cell.painter, cell.theme, upper, row.name, "medium", "text")
        sports, when = _lower_words(cell, texts, lower.width())
        room = lower.width() - cell.theme.metrics("small").horizontalAdvance(when)
        end = draw_elided(cell.painter, cell.theme, lower.adjusted(0, 0, room - lower.width(), 0), sports, *_LOWER)
        draw_elided(cell.painter, cell.theme, lower.adjusted(end - lower.left(), 0, 0, 0), when, *_LOWER)

    return Column(
        title="Athlete",
        takes_rest=True,
        indent_px=INDENT_PX,
        gap_px=EDGE_PX,
        text=lambda row: row.name,
        spoken=texts.spoken,
        paint=paint,
    )


def _lower_words(cell: Cell[AthleteRow], texts: RowFormat, room_px: float) -> tuple[str, str]:
    """Sports and day: the longest words that fit, or else the shortest, whose sport is cut."""
    metrics, (whole, short) = cell.theme.metrics("small"), texts.sports(cell.row)
    long, brief = f", {texts.last(cell.row)}", f", {texts.last_in_short(cell.row)}"
    choices = ((whole, long), (whole, brief), (short, long), (short, brief))
    return next((one for one in choices if metrics.horizontalAdvance("".join(one)) <= room_px), choices[-1])


def _paint_amount(cell: Cell[AthleteRow], texts: RowFormat) -> float:
    """This week's distance at the right; returns how wide it is."""
    painter, theme, box = cell.painter, cell.theme, cell.box
    figure = distance_figure(cell.row.week.distance_mm, texts.units)
    unit_px = theme.metrics("small").horizontalAdvance(f" {figure.unit}")
    look: tuple[FontRole, Role] = ("title", "text") if cell.row.week.distance_mm else ("body", "second")
    draw_elided(painter, theme, box, figure.unit, "small", "second", right=True)
    draw_elided(painter, theme, box.adjusted(0, 0, -unit_px, 0), figure.value, *look, right=True)
    return unit_px + theme.metrics(look[0]).horizontalAdvance(figure.value)
