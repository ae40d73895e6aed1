"""Paints the cells that are typed in: what is wrong, unlikely, sent, implied, or about to be filled down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen

from core.roster.check import RowState, RowVerdict
from core.roster.grid import RosterRow
from gui.theme.palette import Role
from gui.theme.theme import FontRole
from gui.widgets.cells import Cell, draw_elided
from gui.widgets.painted_table import SCROLL_BAR_PX

MARK_PX = 12
MARK_LEFT_PX = 6
EDGE_PX = 2
TINT_PERCENT = 16
_MARKS: dict[RowState, tuple[str, Role]] = {
    RowState.WRONG: ("alert-circle-outline", "failed"),
    RowState.UNUSUAL: ("alert-outline", "waiting"),
}


@dataclass(frozen=True, slots=True)
class FieldTexts:
    """`preview`: what Ctrl+D would write; `implied`: what holds where the cell is empty; `unit`: behind a number."""

    verdict: Callable[[RosterRow], RowVerdict]
    preview: Callable[[RosterRow, str], str]
    implied: Callable[[RosterRow, str], str]
    unit: Callable[[str, RosterRow], str]


def frame_cell(cell: Cell[RosterRow], *, is_last: bool = False) -> None:
    """The ground of a row that was sent, and the line at the right of a cell; none of the last one, whose ground goes
    on below the scroll bar."""
    painter, theme, area = cell.painter, cell.theme, cell.area
    if cell.row.is_sent:
        painter.fillRect(area.adjusted(0, 0, SCROLL_BAR_PX if is_last else 0, -1), theme.colour("window", 70))
    if is_last:
        return
    painter.fillRect(QRectF(area.right() - 1, area.top(), 1, area.height()), theme.colour("line", 60))


def paint_number(cell: Cell[RosterRow]) -> None:
    """The number of the row; a lock where it was sent."""
    frame_cell(cell)
    if cell.row.is_sent:
        centre = cell.area.center()
        box = QRectF(round(centre.x() - 6), round(centre.y() - 6.5), 12, 12)
        cell.theme.paint_icon(cell.painter, box, "lock-outline", cell.theme.colour("second"))
    else:
        cell.draw(cell.text, "small", "second")


def paint_field(texts: FieldTexts, name: str, cell: Cell[RosterRow]) -> None:
    frame_cell(cell)
    row = cell.row
    verdict = texts.verdict(row) if row.key else None
    box = cell.box
    if verdict is not None and verdict.state in _MARKS and name in verdict.fields:
        beside = box.adjusted(max(0.0, MARK_LEFT_PX + MARK_PX + 3 - (cell.box.left() - cell.area.left())), 0, 0, 0)
        # A number is worth more than the icon: the frame and the check say the same.
        fits = not cell.right or cell.theme.metrics("body").horizontalAdvance(cell.text) <= beside.width()
        _paint_mark(cell, *_MARKS[verdict.state], with_icon=fits)
        box = beside if fits else box
    typed, preview = row.texts.get(name, ""), texts.preview(row, name)
    ink: Role = "second" if row.is_sent or preview or not typed else "text"
    text = preview or cell.text
    if name == "type" and text:
        Cell(
            cell.painter, cell.theme, cell.area, box, row, text, cell.right, cell.narrow, cell.hovered, cell.focused
        ).paint_sport(text, text, ink)
        return
    unit = "" if preview else texts.unit(name, row)
    if unit:
        width_px = cell.theme.metrics("small").horizontalAdvance(unit)
        draw_elided(cell.painter, cell.theme, box, unit, "small", "second", right=True)
        box = box.adjusted(0, 0, -width_px, 0)
    font: FontRole = "medium" if name == "userId" and typed and not preview else "body"
    draw_elided(cell.painter, cell.theme, box, " ".join(text.split()), font, ink, right=cell.right)


def _paint_mark(cell: Cell[RosterRow], icon: str, role: Role, *, with_icon: bool) -> None:
    painter, theme = cell.painter, cell.theme
    inner = cell.area.adjusted(0, 0, -1, -1)
    painter.setPen(QPen(theme.colour(role), EDGE_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
    painter.setBrush(QColor(theme.tint(role, TINT_PERCENT)))
    painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), 2, 2)
    if not with_icon:
        return
    mark = QRectF(inner.left() + MARK_LEFT_PX, round(inner.center().y() - MARK_PX / 2), MARK_PX, MARK_PX)
    theme.paint_icon(painter, mark, icon, theme.colour(role))
