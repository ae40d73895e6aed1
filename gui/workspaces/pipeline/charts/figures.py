"""The large figures over a chart: a small label with its mark, and below it the value with its unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gui.charts.plot_decorations import draw_text, text_width
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import paint_glyph

HEIGHT_PX = 44
_LABEL_Y, _VALUE_Y = 7.0, 29.0
_MARK_PX = 12.0

Mark = Literal["", "line", "dashes", "cross"]


@dataclass(frozen=True, slots=True)
class ChartFigure:
    label: str
    value: str
    unit: str = ""
    role: Role = "text"
    mark: Mark = ""
    mark_role: Role = "neutral"


class FigureRow(QWidget):
    """Figures in equal columns; those that do not fit at the right are in the tool tip only."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        self._figures: tuple[ChartFigure, ...] = ()
        theme.fix_size(self, height_px=HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        return ", ".join(f"{each.label} {each.value} {each.unit}".strip() for each in self._figures)

    def show_figures(self, figures: Sequence[ChartFigure]) -> None:
        if tuple(figures) != self._figures:
            self._figures = tuple(figures)
            self.setAccessibleName(f"{self._name}: {self.text}")
            self.setToolTip(self.text)
            self.update()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._theme.px(HEIGHT_PX))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        widths = [self._width_of(figure) for figure in self._figures]
        spare = self.width() - sum(widths)
        gap = spare / max(1, len(widths) - 1) if len(widths) > 1 else 0.0
        tight = gap < 6
        left = 0.0
        step = self.width() / max(1, len(self._figures))
        for place, (figure, width) in enumerate(zip(self._figures, widths, strict=True)):
            self._paint(painter, place * step if tight else left, figure, small=tight)
            left += width + gap

    def _width_of(self, figure: ChartFigure) -> float:
        label = text_width(self._theme, figure.label) + (_MARK_PX + 5 if figure.mark else 0)
        value = text_width(self._theme, figure.value, "headline")
        unit = text_width(self._theme, figure.unit) + 3 if figure.unit else 0
        return max(label, value + unit)

    def _paint(self, painter: QPainter, left: float, figure: ChartFigure, *, small: bool) -> None:
        second = self._theme.ink("second")
        label_left, label_y, value_y = left, self._theme.px(_LABEL_Y), self._theme.px(_VALUE_Y)
        if figure.mark:
            self._paint_mark(painter, QRectF(round(left), label_y - _MARK_PX / 2, _MARK_PX, _MARK_PX), figure)
            label_left += _MARK_PX + 5
        draw_text(painter, self._theme, QPointF(label_left, label_y), figure.label, second)
        font: FontRole = "title" if small else "headline"
        draw_text(painter, self._theme, QPointF(left, value_y), figure.value, self._theme.ink(figure.role), font)
        if figure.unit:
            metrics = self._theme.metrics(font)
            unit_left = left + metrics.horizontalAdvance(figure.value) + 3
            base = round(value_y + metrics.capHeight() / 2)
            painter.setFont(self._theme.font("small"))
            painter.setPen(second)
            painter.drawText(QPointF(round(unit_left), base), figure.unit)

    def _paint_mark(self, painter: QPainter, box: QRectF, figure: ChartFigure) -> None:
        hue = self._theme.colour(figure.mark_role)
        if figure.mark == "cross":
            paint_glyph(painter, box.adjusted(1, 1, -1, -1), "cross", hue)
            return
        pen = QPen(hue, 1.6)
        if figure.mark == "dashes":
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([2, 1.4])
        painter.setPen(pen)
        middle = box.center().y()
        painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
