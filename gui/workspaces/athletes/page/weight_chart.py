"""Body weight as a line over the days that have one. One day is read at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.athletes.weights import DayWeight
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.athletes.formatting import day_text
from gui.workspaces.athletes.page.reading_chart import GAP_PX, ReadingChart
from gui.workspaces.athletes.page.weight_axis import places_of, shown_weights, tick_text, time_labels, weight_ticks

PAGE_DAYS = 10
READ_PX, DOT_PX, MOST_DOTS = 4.0, 2.0, 80  # radius of the day that is read, and of others while there are few
NOTHING = "No workout of this athlete carries a body weight"


class WeightChart(ReadingChart):
    """Main thread."""

    day_read = Signal(int)  # place of the day; -1: there is none

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.days: Sequence[DayWeight] = ()
        self._today = date.min
        self._values: list[float] = []
        self._ticks: tuple[float, ...] = (0, 1)
        self._place_of: Callable[[date], float] = places_of(date.min, date.min)
        self.setPageStep(PAGE_DAYS)

    def show_days(self, days: Sequence[DayWeight], today: date, units: Units, *, anew: bool) -> None:
        """`anew`: of another athlete, so the last day is read."""
        anew = anew or len(days) != len(self.days)
        self.days, self._today, self._values = days, today, shown_weights(days, units)
        if days:
            self._ticks = weight_ticks(min(self._values), max(self._values))
            self._place_of = places_of(days[0].day, days[-1].day)
        self.show_places(len(days), anew=anew)

    @override
    def emit_read(self) -> None:
        self.day_read.emit(self.place if self.days else -1)

    @override
    def place_at(self, at: QPointF) -> int:
        """The nearest day."""
        area = self._area()
        if not self.days or not area.left() - GAP_PX <= at.x() <= area.right() + GAP_PX:
            return -1
        return min(range(len(self.days)), key=lambda place: abs(self._x(area, self.days[place].day) - at.x()))

    def _area(self) -> QRectF:
        metrics = self.theme.metrics("small")
        return self.area_beside(max(metrics.horizontalAdvance(tick_text(tick)) for tick in self._ticks))

    def _x(self, area: QRectF, day: date) -> float:
        """Half a dot away from the edges, so that the first and last one are whole."""
        return area.left() + READ_PX + self._place_of(day) * (area.width() - 2 * READ_PX)

    def _y(self, area: QRectF, value: float) -> float:
        lowest, highest = self._ticks[0], self._ticks[-1]
        return area.bottom() - (value - lowest) / (highest - lowest) * area.height()

    @override
    def paint_content(self, painter: QPainter) -> None:
        area = self._area()
        if not self.days:
            self.paint_nothing(painter, area, NOTHING)
            return
        for tick in self._ticks:
            self.paint_line(painter, area, round(self._y(area, tick)), tick_text(tick), is_base=tick == self._ticks[0])
        self._paint_days(painter, area)
        points = [
            QPointF(self._x(area, day.day), self._y(area, value))
            for day, value in zip(self.days, self._values, strict=True)
        ]
        painter.setPen(QPen(self.theme.colour("text"), 1.2))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.colour("neutral"))
        for point in points if len(points) <= MOST_DOTS else ():
            painter.drawEllipse(point, DOT_PX, DOT_PX)
        painter.setBrush(self.theme.colour("accent"))
        painter.drawEllipse(points[self.place], READ_PX, READ_PX)

    def _paint_days(self, painter: QPainter, area: QRectF) -> None:
        """The first and the last day, and between them months or years where there is room."""
        metrics, y = self.theme.metrics("small"), self.below(area)
        first, last = self.days[0].day, self.days[-1].day
        begin, end = day_text(first, self._today), day_text(last, self._today)
        free_until = area.right()
        if last != first:
            self.write(painter, end, QPointF(area.right(), y), right=True, ink="text")
            free_until -= metrics.horizontalAdvance(end) + GAP_PX
        self.write(painter, begin, QPointF(area.left(), y))
        free_from = area.left() + metrics.horizontalAdvance(begin) + GAP_PX
        for day, name in time_labels(first, last):
            left = self._x(area, day)
            right = left + metrics.horizontalAdvance(name)
            if left >= free_from and right <= free_until:
                self.write(painter, name, QPointF(left, y))
                free_from = right + GAP_PX
