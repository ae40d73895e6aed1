"""Histogram of the failures of the last hour: the selected cause, and all others stacked on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from core.failures.models import FailedGroup
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme

# Pixels at the usual size of texts.
HEIGHT_PX = 204
HOUR_MS = 3_600_000
TOP_PX, BOTTOM_PX = 42, 44  # above and below the plot
GUTTER_PX, SIDE_PX = 30, 12
NUMBER_GAP_PX = 8  # between the numbers of the axis and the plot
OTHERS_PERCENT = 50
LABEL_PX, GAP_PX = 40, 6
TITLE = "Failures, last hour"


def round_up(most: int) -> int:
    """The maximum of the axis: an even number of one digit and zeros."""
    step = 1
    while most > 10 * step:
        step *= 10
    return next(factor * step for factor in (2, 4, 6, 8, 10) if most <= factor * step)


class Histogram(QWidget):
    """Main thread. `code` None: all causes together."""

    def __init__(
        self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._now_ms, self._zone = theme, now_ms, zone
        self._chosen: list[int] = []
        self._others: list[int] = []
        self._name = ""
        theme.fix_size(self, height_px=HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_groups(self, groups: Sequence[FailedGroup], code: str | None) -> None:
        parts = max((len(group.recent) for group in groups), default=0)
        chosen, others, name = [0] * parts, [0] * parts, ""
        for group in groups:
            is_chosen = code is None or group.cause.code == code
            name = group.cause.title if code is not None and is_chosen else name
            target = chosen if is_chosen else others
            for place, n in enumerate(group.recent):
                target[place] += n
        if (chosen, others, name) != (self._chosen, self._others, self._name):
            self._chosen, self._others, self._name = chosen, others, name
            self.setAccessibleName(f"Failures in the last hour: {sum(chosen) + sum(others):,}")
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, self._theme.px(HEIGHT_PX))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, px = QPainter(self), self._theme.px
        self._write(painter, QRectF(SIDE_PX, px(8), self.width(), px(20)), TITLE, "title", "text")
        minutes = 60 // max(1, len(self._chosen))
        words = f"{minutes} min bars" if self._chosen else "none"
        right = QRectF(SIDE_PX, px(8), self.width() - 2 * SIDE_PX, px(20))
        taken = self._theme.metrics("title").horizontalAdvance(TITLE)
        if taken + GAP_PX + self._theme.metrics("small").horizontalAdvance(words) <= right.width():
            self._write(painter, right, words, "small", "second", Qt.AlignmentFlag.AlignRight)
        most = round_up(max((a + b for a, b in zip(self._chosen, self._others, strict=True)), default=0))
        gutter = max(GUTTER_PX, round(self._theme.metrics("small").horizontalAdvance(f"{most:,}")) + NUMBER_GAP_PX)
        plot = QRectF(
            SIDE_PX + gutter,
            px(TOP_PX),
            self.width() - 2 * SIDE_PX - gutter,
            px(HEIGHT_PX) - px(TOP_PX) - px(BOTTOM_PX),
        )
        self._paint_grid(painter, plot, most)
        self._paint_bars(painter, plot, most)
        self._paint_legend(painter)

    def _paint_grid(self, painter: QPainter, plot: QRectF, most: int) -> None:
        px = self._theme.px
        for share, role_percent in ((0.0, 100), (0.5, 60), (1.0, 60)):
            y = round(plot.bottom() - share * plot.height()) + 0.5
            painter.setPen(QPen(self._theme.colour("line", role_percent), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            box = QRectF(0, y - px(8), plot.left() - NUMBER_GAP_PX, px(16))
            self._write(painter, box, f"{round(most * share):,}", "small", "second", Qt.AlignmentFlag.AlignRight)
        now_ms = self._now_ms()
        for share in (0.0, 1 / 3, 2 / 3, 1.0) if plot.width() >= 4 * px(LABEL_PX + GAP_PX) else (0.0, 0.5, 1.0):
            at = datetime.fromtimestamp((now_ms - (1 - share) * HOUR_MS) / 1000, self._zone)
            centre = plot.left() + share * plot.width()
            left = min(max(plot.left(), centre - px(LABEL_PX) / 2), plot.right() - px(LABEL_PX))
            box = QRectF(left, plot.bottom() + 3, px(LABEL_PX), px(16))
            side = Qt.AlignmentFlag.AlignHCenter
            if share in (0.0, 1.0):
                side = Qt.AlignmentFlag.AlignRight if share else Qt.AlignmentFlag.AlignLeft
            self._write(painter, box, f"{at:%H:%M}", "small", "second", side)

    def _paint_bars(self, painter: QPainter, plot: QRectF, most: int) -> None:
        if not self._chosen:
            return
        step = plot.width() / len(self._chosen)
        strong, weak = self._theme.colour("failed"), QColor(self._theme.tint("failed", OTHERS_PERCENT))
        for place, (chosen, others) in enumerate(zip(self._chosen, self._others, strict=True)):
            left, width = round(plot.left() + place * step), max(2, round(step) - 1)
            low = plot.height() * chosen / most
            high = plot.height() * others / most
            if chosen:
                low = max(1.0, low)
                painter.fillRect(QRectF(left, plot.bottom() - low, width, low), strong)
            if others:
                high = max(1.0, high)
                painter.fillRect(QRectF(left, plot.bottom() - low - high, width, high), weak)

    def _paint_legend(self, painter: QPainter) -> None:
        px = self._theme.px
        top, left = float(self.height() - px(22)), float(SIDE_PX)
        entries = [(self._name or "all causes", self._theme.colour("failed"))]
        if self._name and any(self._others):
            entries.append(("other causes", QColor(self._theme.tint("failed", OTHERS_PERCENT))))
        metrics = self._theme.metrics("small")
        # The other entries keep their width; the name of a cause may be elided.
        needed = sum(metrics.horizontalAdvance(words) + 29 for words, _ in entries[1:])
        for number, (words, hue) in enumerate(entries):
            painter.fillRect(QRectF(left, round(top + px(8) - 4), 8, 8), hue)
            room = self.width() - SIDE_PX - left - 15 - (0 if number else needed)
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(shown)
            self._write(painter, QRectF(left + 13, top, width + 2, px(16)), shown, "small", "second")
            left += width + 29

    def _write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        font: FontRole,
        ink: Role,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        painter.setFont(self._theme.font(font))
        painter.setPen(self._theme.ink(ink))
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), text)
