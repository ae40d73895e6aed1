"""The columns of the weekly leaderboard: rank, move, name over a bar, value."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPolygonF

from core.athletes.ranking import BoardRow
from gui.theme.palette import Role
from gui.theme.theme import FontRole
from gui.widgets import PADDING_PX
from gui.widgets.cells import CELL_PX, Cell, Column, draw_elided
from gui.widgets.painted_table import SCROLL_BAR_PX
from gui.widgets.row_style import MARK_PX
from gui.workspaces.athletes.board.rows import BoardFormat, move_words

RANK_PX, MOVE_PX = 49, 27
PODIUM = 3
BAR_PX = 3
_BAR_SHARE = 0.54  # of the column, for the highest value
_TIE_PX, _ARROW_PX, _UNIT_GAP_PX = 9, 7, 3


def board_columns(texts: BoardFormat) -> tuple[Column[BoardRow], ...]:
    def over_ground(paint: Callable[[Cell[BoardRow], BoardFormat], None]) -> Callable[[Cell[BoardRow]], None]:
        def painted(cell: Cell[BoardRow]) -> None:
            if cell.row.athlete == texts.athlete:
                # The last cell is painted without the room beside the scroll bar.
                ground = cell.area.adjusted(0, 0, SCROLL_BAR_PX, 0)
                cell.painter.fillRect(ground, QColor(cell.theme.palette.selected))
            paint(cell, texts)

        return painted

    return (
        Column(title="Rank", width_px=RANK_PX, text=texts.rank, paint=over_ground(_paint_rank)),
        Column(title="Move", width_px=MOVE_PX, text=move_words, paint=over_ground(_paint_move), gap_px=0),
        Column(
            title="Athlete",
            takes_rest=True,
            text=lambda row: row.athlete,
            spoken=texts.spoken,
            paint=over_ground(_paint_athlete),
            gap_px=PADDING_PX - SCROLL_BAR_PX,
        ),
    )


def _paint_rank(cell: Cell[BoardRow], texts: BoardFormat) -> None:
    """The digits of all ranks stand below each other; the tie mark behind them."""
    theme, area, row = cell.theme, cell.area, cell.row
    if row.athlete == texts.athlete:
        cell.painter.fillRect(QRectF(area.left(), area.top(), MARK_PX, area.height()), theme.colour("accent"))
    number = QRectF(area.left() + 4, area.top(), area.width() - 4 - theme.px(_TIE_PX) - 6, area.height())
    look: tuple[FontRole, Role] = ("title", "text") if row.rank <= PODIUM else ("body", "second")
    right = draw_elided(cell.painter, theme, number, f"{row.rank:,}", *look, right=True)
    if row.is_tied:
        mark = QRectF(right, area.top(), theme.px(_TIE_PX), area.height())
        draw_elided(cell.painter, theme, mark, "=", "body", "second")


def _paint_move(cell: Cell[BoardRow], texts: BoardFormat) -> None:
    theme, box, moved = cell.theme, cell.box, cell.row.moved
    if moved is None:
        cell.draw("new", "small", "achievement")
        return
    middle = round(box.center().y())
    if not moved:
        size = theme.px(_ARROW_PX)
        cell.painter.fillRect(QRectF(box.left(), middle - 0.5, size, 1.5), theme.colour("second"))
        return
    role: Role = "stored" if moved > 0 else "failed"
    size, way = theme.px(_ARROW_PX), -1 if moved > 0 else 1
    tip = QPointF(box.left() + size / 2, middle + way * size / 2)
    base = middle - way * size / 2
    cell.painter.setPen(Qt.PenStyle.NoPen)
    cell.painter.setBrush(theme.colour(role))
    cell.painter.drawPolygon(QPolygonF([tip, QPointF(box.left() + size, base), QPointF(box.left(), base)]))
    cell.draw(f"{abs(moved):,}", "small", role, box.adjusted(size + 3, 0, 0, 0))


def _paint_athlete(cell: Cell[BoardRow], texts: BoardFormat) -> None:
    """Name over a bar, and the value, of whose room a long name takes what is free."""
    theme, box, is_chosen = cell.theme, cell.box, cell.row.athlete == texts.athlete
    font: FontRole = "title" if is_chosen else "medium"
    number, unit = texts.figure(cell.row)
    values = box
    if unit:
        draw_elided(cell.painter, theme, box, unit, "small", "second", right=True)
        values = box.adjusted(0, 0, -theme.metrics("small").horizontalAdvance(unit) - _UNIT_GAP_PX, 0)
    draw_elided(cell.painter, theme, values, number, font, "text", right=True)
    right = values.right() - theme.metrics(font).horizontalAdvance(number) - CELL_PX
    words = QRectF(box.left(), box.top(), right - box.left(), box.height() - theme.px(BAR_PX + 5))
    draw_elided(cell.painter, theme, words, cell.text, font, "text")
    top = round(box.bottom() - theme.px(9))
    bar = QRectF(box.left(), top, max(2.0, box.width() * _BAR_SHARE * cell.row.share), BAR_PX)
    cell.painter.setPen(Qt.PenStyle.NoPen)
    cell.painter.setBrush(theme.colour("accent") if is_chosen else theme.colour("faint", 60))
    cell.painter.drawRoundedRect(bar, 1.5, 1.5)
