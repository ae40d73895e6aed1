"""What stands in the grid while it has no row: how to begin."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets.cells import draw_elided

LINE_PX, TEXT_PX = 26, 20
_LINES: tuple[tuple[str, FontRole, Role], ...] = (
    ("A whole session at once", "title", "text"),
    ("Type an athlete in the first row, choose a template above,", "body", "second"),
    (f"or paste a table from a spreadsheet ({SHORTCUTS[Scope.ROSTER]['paste'].key}).", "body", "second"),
)


def paint_empty_hint(painter: QPainter, theme: Theme, seen: QRectF, least_top_px: float) -> None:
    top = seen.top() + max(least_top_px, seen.height() * 0.36)
    for words, font, ink in _LINES:
        width_px = theme.metrics(font).horizontalAdvance(words)
        box = QRectF(seen.center().x() - width_px / 2, top, width_px + 1, theme.px(TEXT_PX))
        draw_elided(painter, theme, box, words, font, ink)
        top += theme.px(LINE_PX)
