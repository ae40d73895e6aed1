"""Words and marks that plots of this workspace share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.charts.plot_decorations import draw_text, text_width
from gui.theme.theme import Theme

_SHORTEST_GAP_PX = 8.0


def paint_hint(painter: QPainter, theme: Theme, area: QRectF, words: str) -> None:
    """What will be here, in the middle of an empty plot."""
    draw_text(painter, theme, area.center(), words, theme.ink("second"), align=Qt.AlignmentFlag.AlignHCenter)


def paint_marks(painter: QPainter, theme: Theme, area: QRectF, marks: Sequence[tuple[float, str]]) -> None:
    """Dashed lines down with a word at their foot, each (x, word); a word that would cover another is left out."""
    free_from = area.left()
    for x, word in marks:
        if not area.left() <= x <= area.right():
            continue
        pen = QPen(theme.colour("text", 70), 1)
        pen.setDashPattern([3, 3])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        painter.drawLine(QLineF(round(x), area.top(), round(x), area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        width = text_width(theme, word)
        left = x - width - 5 if x - width - 5 >= free_from else x + 5
        if left >= free_from and left + width <= area.right():
            painter.fillRect(QRectF(left - 2, area.bottom() - 15, width + 4, 14), theme.colour("surface", 80))
            draw_text(painter, theme, QPointF(left, area.bottom() - 8), word, theme.ink("text"))
            free_from = left + width + _SHORTEST_GAP_PX
