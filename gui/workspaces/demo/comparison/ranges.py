"""Two ranges of waiting times above a logarithmic axis."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets.cells import draw_elided
from gui.workspaces.demo.comparison.formatting import range_words, spoken
from worker.demo.comparison.report import ComparisonReport, SideReport

LEAST_MS, MOST_MS = 1.0, 10_000.0
TICKS = ((1.0, "1 ms"), (10.0, "10 ms"), (100.0, "100 ms"), (1_000.0, "1 s"), (10_000.0, "10 s"))
CAPTION = "p50 to p95"
_ROW_PX, _SCALE_PX, _BOX_PX, _LEAST_BOX_PX, _GAP_PX = 34, 18, 13, 3, 8
_ABOVE_PX = 15  # from the line of a range to the middle of the words above it
_LEAST_WIDTH_PX = 240


def place_of(wait_ms: float) -> float:
    """From 0 to 1 along the axis; what is beyond it is at its end."""
    share = math.log(max(wait_ms, LEAST_MS) / LEAST_MS) / math.log(MOST_MS / LEAST_MS)
    return min(1.0, share)


class WaitRanges(QWidget):
    """Main thread."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._report = ComparisonReport()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.show_report(self._report)

    def show_report(self, report: ComparisonReport) -> None:
        self._report = report
        self.setAccessibleName(spoken(report))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_LEAST_WIDTH_PX), self._theme.px(2 * _ROW_PX + _SCALE_PX + 2))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        names_px = max(theme.metrics("title").horizontalAdvance(name) for name in ("Inline", "Queued"))
        left = names_px + theme.px(_GAP_PX)
        half_px = theme.metrics("small").horizontalAdvance(TICKS[-1][1]) / 2
        axis = QRectF(left, 0, self.width() - left - half_px, self.height() - theme.px(_SCALE_PX))
        painter = QPainter(self)
        self._paint_scale(painter, axis)
        rows: tuple[tuple[str, SideReport, Role], ...] = (
            ("Inline", self._report.inline, "second"),
            ("Queued", self._report.queued, "accent"),
        )
        for number, (name, side, hue) in enumerate(rows):
            middle = round(axis.top() + theme.px(_ROW_PX) * (number + 0.58))
            names = QRectF(0, middle - theme.px(9), names_px + 1, theme.px(18))
            draw_elided(painter, theme, names, name, "title", "text")
            if side.p50_ms is not None and side.p95_ms is not None:
                self._paint_range(painter, axis, middle, side.p50_ms, side.p95_ms, hue)
                self._write_range(painter, axis, middle, side)

    def _paint_scale(self, painter: QPainter, axis: QRectF) -> None:
        theme = self._theme
        for wait_ms, text in TICKS:
            x = round(axis.left() + axis.width() * place_of(wait_ms))
            painter.fillRect(QRectF(x, axis.top(), 1, axis.height()), theme.colour("line"))
            width = theme.metrics("small").horizontalAdvance(text) + 1
            below = QRectF(x - width / 2, axis.bottom(), width, theme.px(_SCALE_PX))
            draw_elided(painter, theme, below, text, "small", "second")

    def _paint_range(
        self, painter: QPainter, axis: QRectF, middle: float, low_ms: float, high_ms: float, hue: Role
    ) -> None:
        """A line from the axis to p50, and a box from there to p95."""
        theme = self._theme
        low, high = (axis.left() + axis.width() * place_of(each) for each in (low_ms, high_ms))
        high = max(high, low + theme.px(_LEAST_BOX_PX))
        half = theme.px(_BOX_PX) / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(hue, 70), 1.5))
        painter.drawLine(QPointF(axis.left() + 1, middle), QPointF(low, middle))
        painter.setPen(QPen(theme.colour(hue), 1))
        painter.setBrush(theme.colour(hue, 45))
        painter.drawRoundedRect(QRectF(low, middle - half, high - low, 2 * half), 2, 2)
        painter.setPen(QPen(theme.colour(hue), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(low, middle - half - 1), QPointF(low, middle + half + 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _write_range(self, painter: QPainter, axis: QRectF, middle: float, side: SideReport) -> None:
        """Behind the box, with what it is; where there is no room, above the line."""
        theme, text = self._theme, range_words(side)
        assert side.p50_ms is not None
        assert side.p95_ms is not None
        gap, height = theme.px(_GAP_PX), theme.px(16)
        width = theme.metrics("small_bold").horizontalAdvance(text) + 1
        end = axis.left() + axis.width() * place_of(side.p95_ms) + gap
        if end + width <= self.width():
            box = QRectF(end, middle - height / 2, width, height)
            end = draw_elided(painter, theme, box, text, "small_bold", "text") + gap
            caption_px = theme.metrics("small").horizontalAdvance(CAPTION) + 1
            if end + caption_px <= self.width():
                rest = QRectF(end, middle - height / 2, caption_px, height)
                draw_elided(painter, theme, rest, CAPTION, "small", "second")
            return
        right = axis.left() + axis.width() * place_of(side.p50_ms) - gap / 2
        above = QRectF(right - width, middle - theme.px(_ABOVE_PX) + 3 - height / 2, width, height)
        draw_elided(painter, theme, above, text, "small_bold", "text", right=True)
