"""How a row of the leaderboard is painted: rank, move, name over a bar, value."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPolygonF

from core.athletes.ranking import BoardRow
from gui.theme.palette import Role
from gui.theme.theme import FontRole
from gui.widgets import PADDING_PX
from gui.widgets.cells import CELL_PX, Cell, Column, draw_elided
from gui.widgets.painted_table import SCROLL_BAR_PX
from gui.widgets.row_style import MARK_PX
from gui.workspaces.athletes.board.rows import NEW, BoardFormat

PODIUM = 3
BAR_PX = 3
_BAR_SHARE = 0.54  # of what is left for name and value, for the highest value
_LEFT_PX, _RANK_PX, _TIE_PX, _MOVE_PX = 17, 16, 9, 22  # ranks of two figures, moves of one
_AFTER_TIE_PX, _AFTER_MOVE_PX = 4, 6
_ARROW_PX, _ARROW_GAP_PX, _UNIT_GAP_PX = 7, 3, 3


def board_column(texts: BoardFormat) -> Column[BoardRow]:
    """All of a row in one, so that its parts are as wide as this board needs."""

    def paint(cell: Cell[BoardRow]) -> None:
        theme, area, box = cell.theme, cell.area, cell.box
        if cell.row.athlete == texts.athlete:
            # A cell is painted without the room beside the scroll bar.
            cell.painter.fillRect(area.adjusted(0, 0, SCROLL_BAR_PX, 0), QColor(theme.palette.selected))
            cell.painter.fillRect(QRectF(area.left(), area.top(), MARK_PX, area.height()), theme.colour("accent"))
        small, titles = theme.metrics("small"), theme.metrics("title")
        ranks_px = max(theme.px(_RANK_PX), titles.horizontalAdvance(f"{texts.last_rank:,}"))
        arrow_px = theme.px(_ARROW_PX) + _ARROW_GAP_PX
        moves_px = max(theme.px(_MOVE_PX), arrow_px + small.horizontalAdvance(f"{texts.most_moved:,}"))
        rank = QRectF(box.left() + theme.px(_LEFT_PX), box.top(), ranks_px, box.height())
        _paint_rank(cell, rank)
        move = rank.translated(ranks_px + theme.px(_TIE_PX + _AFTER_TIE_PX), 0)
        move.setWidth(moves_px + 1)
        name_px = move.right() + theme.px(_AFTER_MOVE_PX) - 1
        if texts.has_moves:
            _paint_move(cell, move)
        else:
            name_px = move.left()
        _paint_athlete(cell, box.adjusted(name_px - box.left(), 0, 0, 0), texts)

    return Column(
        title="Athlete",
        takes_rest=True,
        text=lambda row: row.athlete,
        spoken=texts.spoken,
        paint=paint,
        gap_px=PADDING_PX - SCROLL_BAR_PX,
    )


def _paint_rank(cell: Cell[BoardRow], box: QRectF) -> None:
    """The digits of all ranks stand below each other; the tie mark behind them."""
    painter, theme, row = cell.painter, cell.theme, cell.row
    look: tuple[FontRole, Role] = ("title", "text") if row.rank <= PODIUM else ("body", "second")
    draw_elided(painter, theme, box, f"{row.rank:,}", *look, right=True)
    if row.is_tied:
        mark = QRectF(box.right(), box.top(), theme.px(_TIE_PX), box.height())
        draw_elided(painter, theme, mark, "=", "body", "second")


def _paint_move(cell: Cell[BoardRow], box: QRectF) -> None:
    painter, theme, moved = cell.painter, cell.theme, cell.row.moved
    size, middle = theme.px(_ARROW_PX), round(box.center().y())
    if moved is None:
        draw_elided(painter, theme, box, NEW, "small", "achievement")
    elif not moved:
        painter.fillRect(QRectF(round(box.left()), middle - 0.5, size, 1.5), theme.colour("second"))
    else:
        role: Role = "stored" if moved > 0 else "failed"
        way = -1 if moved > 0 else 1
        left, base = round(box.left()), middle - way * size / 2
        tip = QPointF(left + size / 2, middle + way * size / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role))
        painter.drawPolygon(QPolygonF([tip, QPointF(left + size, base), QPointF(left, base)]))
        words = box.adjusted(size + _ARROW_GAP_PX, 0, 0, 0)
        draw_elided(painter, theme, words, f"{abs(moved):,}", "small", role)


def _paint_athlete(cell: Cell[BoardRow], box: QRectF, texts: BoardFormat) -> None:
    """Name over a bar, and the value, of whose room a long name takes what is free."""
    painter, theme, is_chosen = cell.painter, cell.theme, cell.row.athlete == texts.athlete
    font: FontRole = "title" if is_chosen else "medium"
    number, unit = texts.figure(cell.row)
    values = box
    if unit:
        draw_elided(painter, theme, box, unit, "small", "second", right=True)
        values = box.adjusted(0, 0, -theme.metrics("small").horizontalAdvance(unit) - _UNIT_GAP_PX, 0)
    draw_elided(painter, theme, values, number, font, "text", right=True)
    right = values.right() - theme.metrics(font).horizontalAdvance(number) - CELL_PX
    words = QRectF(box.left(), box.top(), right - box.left(), box.height() - theme.px(BAR_PX + 5))
    draw_elided(painter, theme, words, cell.text, font, "text")
    top = round(box.bottom() - theme.px(9))
    bar = QRectF(round(box.left()), top, max(2.0, box.width() * _BAR_SHARE * cell.row.share), BAR_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent") if is_chosen else theme.colour("faint", 60))
    painter.drawRoundedRect(bar, 1.5, 1.5)
