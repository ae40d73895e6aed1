"""Paints grid, axis labels, offline regions and the hover readout of a plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.charts.axes import Tick
from gui.charts.downsampling import Column
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme

LABEL_GAP_PX = 7.0
TIMES_PX = 10.0  # from the lower edge of a plot to the middle of the times below it
_HATCH_PX = 8.0
_BOX_PADDING_PX = 8.0
_ROW_PX = 16.0
_SHORTEST_GAP_PX = 8.0
_HINT_MARGIN_PX = 4.0


@dataclass(frozen=True, slots=True)
class HoverReadout:
    """The values under the pointer: a heading and rows of name, value and colour."""

    heading: str
    rows: Sequence[tuple[str, str, Role]]


def draw_text(
    painter: QPainter,
    theme: Theme,
    at: QPointF,
    text: str,
    ink: QColor,
    font: FontRole = "small",
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Draw text with its digits centred at `at.y()`, on whole pixels."""
    metrics = theme.metrics(font)
    left = at.x()
    if align == Qt.AlignmentFlag.AlignRight:
        left -= metrics.horizontalAdvance(text)
    elif align == Qt.AlignmentFlag.AlignHCenter:
        left -= metrics.horizontalAdvance(text) / 2
    painter.setFont(theme.font(font))
    painter.setPen(ink)
    painter.drawText(QPointF(round(left), round(at.y() + metrics.capHeight() / 2)), text)


def text_width(theme: Theme, text: str, font: FontRole = "small") -> float:
    return theme.metrics(font).horizontalAdvance(text)


def paint_grid(painter: QPainter, theme: Theme, plot: QRectF, across: Sequence[tuple[float, Tick]]) -> None:
    """Horizontal grid lines with labels at the left; labelled ones are stronger. `across`: y and tick."""
    # fillRect with an opaque colour is twenty times as fast as drawLine.
    strong, faint = QColor(theme.tint("line", 60)), QColor(theme.tint("line", 35))
    for y, tick in across:
        painter.fillRect(QRectF(plot.left(), round(y), plot.width(), 1), strong if tick.label else faint)
    for y, tick in across:
        if tick.label:
            at = QPointF(plot.left() - LABEL_GAP_PX + 1, y)
            draw_text(painter, theme, at, tick.label, theme.ink("second"), align=Qt.AlignmentFlag.AlignRight)


def paint_times(
    painter: QPainter, theme: Theme, plot: QRectF, along: Sequence[tuple[float, Tick]], ends: tuple[float, float]
) -> None:
    """Vertical grid lines with local times below. `along`: x and tick; labels are moved in from beyond `ends`."""
    faint = QColor(theme.tint("line", 35))
    free_from = ends[0]
    for x, _ in along:
        painter.fillRect(QRectF(round(x), plot.top(), 1, plot.height()), faint)
    for x, tick in along:
        width = text_width(theme, tick.label)
        left = min(max(x - width / 2, ends[0]), ends[1] - width)
        if left >= free_from:
            draw_text(painter, theme, QPointF(left, plot.bottom() + TIMES_PX), tick.label, theme.ink("second"))
            free_from = left + width + LABEL_GAP_PX


def paint_frozen(painter: QPainter, theme: Theme, right_bottom: QPointF, words: str) -> None:
    """A pill that says since when nothing moves, in the row of the time axis."""
    width = frozen_width(theme, words)
    pill = QRectF(right_bottom.x() - width, right_bottom.y() - 13, width, 13)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.tint("accent", 16)))
    painter.drawRoundedRect(pill, 6, 6)
    draw_text(painter, theme, pill.center(), words, theme.ink("text"), align=Qt.AlignmentFlag.AlignHCenter)


def frozen_width(theme: Theme, words: str) -> float:
    return text_width(theme, words) + 14


def free_place(places: Sequence[QRectF], within: QRectF, lines: Sequence[tuple[Column, Column]]) -> QRectF | None:
    """The first of these places for a label that is within the plot, and that none of the lines (x, y) goes through."""
    free = (place for place in places if within.contains(place) and not any(_crosses(line, place) for line in lines))
    return next(free, None)


def _crosses(line: tuple[Column, Column], place: QRectF) -> bool:
    """Also where it goes through between two points."""
    x, y = line
    first, last = np.searchsorted(x, [place.left(), place.right()])
    near = y[max(0, int(first) - 1) : int(last) + 1]
    return len(near) > 0 and bool(near.min() <= place.bottom() and near.max() >= place.top())


def paint_offline(painter: QPainter, theme: Theme, plot: QRectF, from_x: float, to_x: float, *, begins: bool) -> None:
    """A hatched region with its word, and a dashed line where the connection was lost (`begins` in the window)."""
    region = QRectF(from_x, plot.top(), to_x - from_x, plot.height())
    painter.save()
    painter.setClipRect(region)
    painter.fillRect(region, theme.colour("surface"))
    painter.setPen(QPen(theme.colour("line"), 1))
    at = region.left() - region.height() - (region.left() - region.height()) % _HATCH_PX
    while at < region.right():
        painter.drawLine(QPointF(at, region.bottom()), QPointF(at + region.height(), region.top()))
        at += _HATCH_PX
    painter.restore()
    if begins:
        _paint_vertical(painter, theme.colour("failed"), plot, from_x, (2, 2))
    _paint_offline_word(painter, theme, region)


def _paint_vertical(painter: QPainter, hue: QColor, plot: QRectF, x: float, dashes: Sequence[float] = ()) -> None:
    pen = QPen(hue, 1)
    if dashes:
        pen.setDashPattern(dashes)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLine(QLineF(round(x), plot.top(), round(x), plot.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _paint_offline_word(painter: QPainter, theme: Theme, region: QRectF) -> None:
    width = text_width(theme, "offline")
    if width + 4 > region.width():
        return
    middle = region.center()
    chip = QRectF(middle.x() - width / 2 - 6, middle.y() - 9, width + 12, 18).intersected(region)
    painter.fillRect(chip, theme.colour("surface"))
    draw_text(painter, theme, middle, "offline", theme.ink("second"), align=Qt.AlignmentFlag.AlignHCenter)


def paint_ring(painter: QPainter, theme: Theme, at: QPointF, role: Role) -> None:
    painter.setPen(QPen(theme.colour(role), 1.2))
    painter.setBrush(theme.colour("surface"))
    painter.drawEllipse(at, 2.5, 2.5)


def paint_dot(painter: QPainter, theme: Theme, at: QPointF, role: Role) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(role))
    painter.drawEllipse(at, 3.0, 3.0)


def paint_crosshair(painter: QPainter, theme: Theme, plot: QRectF, x: float) -> None:
    _paint_vertical(painter, theme.colour("second", 70), plot, x)


def paint_readout(painter: QPainter, theme: Theme, within: QRectF, x: float, readout: HoverReadout) -> None:
    """The box of values beside the crosshair, on the side with room."""
    names = max((text_width(theme, name) for name, _, _ in readout.rows), default=0.0)
    values = max((text_width(theme, value, "small_bold") for _, value, _ in readout.rows), default=0.0)
    width = max(names + values + 28, text_width(theme, readout.heading)) + 2 * _BOX_PADDING_PX
    row_px = theme.px(_ROW_PX)
    height = row_px * (len(readout.rows) + 1) + 2 * (_BOX_PADDING_PX - 3)
    fits_left, fits_right = x - 10 - width >= 0, x + 10 + width <= within.right()
    left = x + 10 if fits_right or not fits_left else x - 10 - width
    top = max(within.top(), within.center().y() - height / 2)
    box = QRectF(round(left) + 0.5, round(top) + 0.5, round(width), round(height))
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(box, 6, 6)
    y = box.top() + _BOX_PADDING_PX - 3 + row_px / 2
    draw_text(painter, theme, QPointF(box.left() + _BOX_PADDING_PX, y), readout.heading, theme.ink("second"))
    for name, value, role in readout.rows:
        y += row_px
        painter.fillRect(QRectF(box.left() + _BOX_PADDING_PX, y - 4, 8, 8), theme.colour(role))
        draw_text(painter, theme, QPointF(box.left() + _BOX_PADDING_PX + 14, y), name, theme.ink("text"))
        right = QPointF(box.right() - _BOX_PADDING_PX, y)
        draw_text(painter, theme, right, value, theme.ink("text"), "small_bold", Qt.AlignmentFlag.AlignRight)


def paint_hint(painter: QPainter, theme: Theme, area: QRectF, words: str) -> None:
    """What will be here, in the middle of an empty plot, in front of lines that cross it."""
    half = text_width(theme, words) / 2 + _HINT_MARGIN_PX
    height = theme.metrics("small").height()
    box = QRectF(area.center().x() - half, area.center().y() - height / 2, 2 * half, height)
    painter.fillRect(box, theme.colour("surface"))
    draw_text(painter, theme, area.center(), words, theme.ink("second"), align=Qt.AlignmentFlag.AlignHCenter)


def paint_marks(painter: QPainter, theme: Theme, area: QRectF, marks: Sequence[tuple[float, str]]) -> None:
    """Dashed lines down with a word at their foot, each (x, word); a word that would cover another is left out."""
    free_from = area.left()
    for x, word in marks:
        if not area.left() <= x <= area.right():
            continue
        _paint_vertical(painter, theme.colour("text", 70), area, x, (3, 3))
        width = text_width(theme, word)
        left = x - width - 5 if x - width - 5 >= free_from else x + 5
        if left >= free_from and left + width <= area.right():
            painter.fillRect(QRectF(left - 2, area.bottom() - 15, width + 4, 14), theme.colour("surface", 80))
            draw_text(painter, theme, QPointF(left, area.bottom() - 8), word, theme.ink("text"))
            free_from = left + width + _SHORTEST_GAP_PX
