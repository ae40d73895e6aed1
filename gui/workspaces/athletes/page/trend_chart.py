"""The bars of the last weeks. One week is read at a time."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.athletes.trend import AVERAGE_WEEKS, Trend, TrendWeek
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import paint_glyph
from gui.workspaces.athletes.formatting import AMOUNT_TITLES
from gui.workspaces.athletes.page.reading_chart import GAP_PX, ReadingChart
from gui.workspaces.athletes.page.trend_axis import month_starts, rest_runs, shown_value, value_ticks

STAR_PX = 10
BAR_SHARE, MOST_BAR_PX = 0.64, 30
_RADIUS_PX = 2


class TrendChart(ReadingChart):
    """Main thread."""

    week_read = Signal(object)  # TrendWeek

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._trend: Trend | None = None
        self._units = Units()
        self._ticks: tuple[int, ...] = (0, 1)
        self.setPageStep(AVERAGE_WEEKS)

    @property
    def week(self) -> TrendWeek | None:
        """The week that is read."""
        return None if self._trend is None else self._trend.weeks[self.place]

    def show_trend(self, trend: Trend, units: Units, *, anew: bool) -> None:
        """`anew`: of another athlete, so the current week is read."""
        anew = anew or self._trend is None
        self._trend, self._units = trend, units
        most = max(max(week.value, week.average or 0) for week in trend.weeks)
        self._ticks = value_ticks(shown_value(trend.amount, most, units))
        self.show_places(len(trend.weeks), anew=anew)

    @override
    def emit_read(self) -> None:
        if self.week is not None:
            self.week_read.emit(self.week)

    @override
    def place_at(self, at: QPointF) -> int:
        area = self._area()
        if self._trend is None or not area.left() <= at.x() < area.right():
            return -1
        return int((at.x() - area.left()) / area.width() * len(self._trend.weeks))

    @override
    def paint_content(self, painter: QPainter) -> None:
        trend, area = self._trend, self._area()
        if trend is None:
            return
        self._paint_grid(painter, area)
        self._paint_months(painter, area, trend)
        for place, week in enumerate(trend.weeks):
            self._paint_bar(painter, area, place, week)
        if not any(week.value for week in trend.weeks):
            words = f"No {AMOUNT_TITLES[trend.amount].lower()} in these {len(trend.weeks)} weeks"
            return self.paint_nothing(painter, area, words)
        self._paint_rests(painter, area, trend)
        self._paint_average(painter, area, trend)

    def _area(self) -> QRectF:
        metrics = self.theme.metrics("small")
        return self.area_beside(max(metrics.horizontalAdvance(f"{tick:,}") for tick in self._ticks))

    def _y(self, area: QRectF, value: float) -> float:
        trend = self._trend
        shown = 0.0 if trend is None else shown_value(trend.amount, value, self._units)
        return area.bottom() - shown / self._ticks[-1] * area.height()

    def _middle(self, area: QRectF, place: int) -> float:
        count = 1 if self._trend is None else len(self._trend.weeks)
        return area.left() + (place + 0.5) * area.width() / count

    def _paint_grid(self, painter: QPainter, area: QRectF) -> None:
        ticks = self._ticks
        for tick in ticks:
            y = round(area.bottom() - tick / ticks[-1] * area.height())
            self.paint_line(painter, area, y, f"{tick:,}", is_base=not tick)

    def _paint_months(self, painter: QPainter, area: QRectF, trend: Trend) -> None:
        metrics, y = self.theme.metrics("small"), self.below(area)
        words = "this week"
        free_until = area.right() - metrics.horizontalAdvance(words)
        self.write(painter, words, QPointF(area.right(), y), right=True, ink="text")
        free_from = area.left()
        for place, month in month_starts(trend.weeks):
            left = max(area.left(), self._middle(area, place) - self._bar_px(area) / 2)
            right = left + metrics.horizontalAdvance(month)
            if left >= free_from and right + GAP_PX <= free_until:
                self.write(painter, month, QPointF(left, y))
                free_from = right + GAP_PX

    def _bar_px(self, area: QRectF) -> float:
        return min(
            float(MOST_BAR_PX), round(BAR_SHARE * area.width() / (1 if self._trend is None else len(self._trend.weeks)))
        )

    def _paint_bar(self, painter: QPainter, area: QRectF, place: int, week: TrendWeek) -> None:
        is_read, width = place == self.place, self._bar_px(area)
        middle, top = self._middle(area, place), self._y(area, week.value)
        if week.value:
            top = min(top, area.bottom() - 2)
        box = QRectF(round(middle - width / 2), top, width, area.bottom() - top)
        theme = self.theme
        if is_read and not week.value:  # a week without a bar is read, too
            painter.fillRect(QRectF(box.left(), area.bottom() - 2, width, 2), theme.colour("accent"))
        if week.is_current:
            pen = QPen(theme.colour("accent" if is_read or week.value else "faint"), 1)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.setBrush(QColor(theme.tint("accent", 22)) if is_read else QColor(theme.palette.selected))
            if week.value:
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, 0), _RADIUS_PX, _RADIUS_PX)
        elif week.value:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent") if is_read else QColor(theme.tint("neutral", 55)))
            painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
        if week.is_best:
            star = QRectF(middle - STAR_PX / 2, top - STAR_PX - 2, STAR_PX, STAR_PX)
            paint_glyph(painter, star, "star", theme.colour("achievement"))

    def _paint_rests(self, painter: QPainter, area: QRectF, trend: Trend) -> None:
        metrics, step = self.theme.metrics("small"), area.width() / len(trend.weeks)
        width = metrics.horizontalAdvance("rest")
        for first, last in rest_runs(trend.weeks):
            if width <= (last - first + 1) * step:
                middle = (self._middle(area, first) + self._middle(area, last)) / 2
                self.write(painter, "rest", QPointF(middle - width / 2, area.bottom() - metrics.height() / 2 - 2))

    def _paint_average(self, painter: QPainter, area: QRectF, trend: Trend) -> None:
        points = [
            QPointF(self._middle(area, place), self._y(area, week.average))
            for place, week in enumerate(trend.weeks)
            if week.average is not None
        ]
        painter.setPen(QPen(self.theme.colour("text"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
