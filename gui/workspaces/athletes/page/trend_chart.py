"""The bars of the last weeks. One week is read at a time: under the pointer, or by the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget
from typing_extensions import override

from core.athletes.trend import AVERAGE_WEEKS, Trend, TrendWeek
from gui.forms.formatting import Units
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import paint_glyph
from gui.workspaces.athletes.formatting import AMOUNT_TITLES
from gui.workspaces.athletes.page.trend_axis import month_starts, rest_runs, shown_value, value_ticks

TOP_PX, GAP_PX = 12, 8  # above the plot, and between its labels and it
INSET_PX, FOCUS_PX = 6, 2  # free at the edges, and the frame of the focus within them
STAR_PX = 10
BAR_SHARE, MOST_BAR_PX = 0.64, 30
LEAST_PX, WISHED_PX = 116, 140
_RADIUS_PX = 2


class TrendChart(QAbstractSlider):
    """Main thread. A slider for keys and screen readers: its value is the place of the week that is read."""

    week_read = Signal(object)  # TrendWeek

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._trend: Trend | None = None
        self._units = Units()
        self._ticks: tuple[int, ...] = (0, 1)
        self._hovered = -1  # place of the week under the pointer
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setPageStep(AVERAGE_WEEKS)
        theme.changed.connect(self.update)
        self.valueChanged.connect(self._on_value_changed)

    @property
    def week(self) -> TrendWeek | None:
        """The week that is read."""
        return None if self._trend is None else self._trend.weeks[self._read]

    def show_trend(self, trend: Trend, units: Units, *, anew: bool) -> None:
        """`anew`: of another athlete, so the current week is read."""
        anew = anew or self._trend is None
        self._trend, self._units = trend, units
        most = max(max(week.value, week.average or 0) for week in trend.weeks)
        self._ticks = value_ticks(shown_value(trend.amount, most, units))
        self.blockSignals(True)
        self.setRange(0, len(trend.weeks) - 1)
        if anew:
            self._hovered = -1
            self.setValue(self.maximum())
        self.blockSignals(False)
        self._emit()

    @property
    def _read(self) -> int:
        return self._hovered if self._hovered >= 0 else self.value()

    # --- input ---------------------------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._hovered >= 0:  # from there, not from where the keys were before
            self.setValue(self._hovered)
            self._hovered = -1
        super().keyPressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._place_at(event.position()))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """What is clicked stays read when the pointer leaves."""
        if (place := self._place_at(event.position())) >= 0:
            self.setValue(place)

    @override
    def leaveEvent(self, event: object) -> None:
        self._hover(-1)

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self._emit()

    def _place_at(self, at: QPointF) -> int:
        """The week at a position; -1: none."""
        area = self._area()
        if self._trend is None or not area.left() <= at.x() < area.right():
            return -1
        return int((at.x() - area.left()) / area.width() * len(self._trend.weeks))

    @Slot()
    def _on_value_changed(self) -> None:
        self._emit()

    def _emit(self) -> None:
        self.update()
        if self.week is not None:
            self.week_read.emit(self.week)

    # --- picture -------------------------------------------------------------------------------------------------

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, round(WISHED_PX * self._theme.text_factor))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(240, round(LEAST_PX * self._theme.text_factor))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        trend = self._trend
        if trend is not None:
            self._paint_trend(painter, self._area(), trend)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("accent"), FOCUS_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _paint_trend(self, painter: QPainter, area: QRectF, trend: Trend) -> None:
        self._paint_grid(painter, area)
        self._paint_months(painter, area, trend)
        for place, week in enumerate(trend.weeks):
            self._paint_bar(painter, area, place, week)
        if not any(week.value for week in trend.weeks):
            return self._paint_nothing(painter, area, trend)
        self._paint_rests(painter, area, trend)
        self._paint_average(painter, area, trend)

    def _paint_nothing(self, painter: QPainter, area: QRectF, trend: Trend) -> None:
        words = f"No {AMOUNT_TITLES[trend.amount].lower()} in these {len(trend.weeks)} weeks"
        left = area.center().x() - self._theme.metrics("body").horizontalAdvance(words) / 2
        self._write(painter, words, QPointF(left, area.center().y()), font="body")

    def _area(self) -> QRectF:
        metrics = self._theme.metrics("small")
        left = max(metrics.horizontalAdvance(f"{tick:,}") for tick in self._ticks) + GAP_PX + INSET_PX
        below = metrics.height() + 5 + FOCUS_PX + 2
        width = self.width() - round(left) - INSET_PX
        return QRectF(round(left), TOP_PX, max(1.0, width), max(1.0, self.height() - TOP_PX - below))

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
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), self._theme.colour("line", 60 if tick else 100))
            self._write(painter, f"{tick:,}", QPointF(area.left() - GAP_PX, y), right=True)

    def _paint_months(self, painter: QPainter, area: QRectF, trend: Trend) -> None:
        metrics, y = self._theme.metrics("small"), area.bottom() + 5 + self._theme.metrics("small").height() / 2
        words = "this week"
        free_until = area.right() - metrics.horizontalAdvance(words)
        self._write(painter, words, QPointF(area.right(), y), right=True, ink="text")
        free_from = area.left()
        for place, month in month_starts(trend.weeks):
            left = max(area.left(), self._middle(area, place) - self._bar_px(area) / 2)
            right = left + metrics.horizontalAdvance(month)
            if left >= free_from and right + GAP_PX <= free_until:
                self._write(painter, month, QPointF(left, y))
                free_from = right + GAP_PX

    def _bar_px(self, area: QRectF) -> float:
        return min(
            float(MOST_BAR_PX), round(BAR_SHARE * area.width() / (1 if self._trend is None else len(self._trend.weeks)))
        )

    def _paint_bar(self, painter: QPainter, area: QRectF, place: int, week: TrendWeek) -> None:
        is_read, width = place == self._read, self._bar_px(area)
        middle, top = self._middle(area, place), self._y(area, week.value)
        if week.value:
            top = min(top, area.bottom() - 2)
        box = QRectF(round(middle - width / 2), top, width, area.bottom() - top)
        theme = self._theme
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
        metrics, step = self._theme.metrics("small"), area.width() / len(trend.weeks)
        width = metrics.horizontalAdvance("rest")
        for first, last in rest_runs(trend.weeks):
            if width <= (last - first + 1) * step:
                middle = (self._middle(area, first) + self._middle(area, last)) / 2
                self._write(painter, "rest", QPointF(middle - width / 2, area.bottom() - metrics.height() / 2 - 2))

    def _paint_average(self, painter: QPainter, area: QRectF, trend: Trend) -> None:
        points = [
            QPointF(self._middle(area, place), self._y(area, week.average))
            for place, week in enumerate(trend.weeks)
            if week.average is not None
        ]
        painter.setPen(QPen(self._theme.colour("text"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))

    def _write(
        self,
        painter: QPainter,
        text: str,
        at: QPointF,
        *,
        right: bool = False,
        ink: Role = "second",
        font: FontRole = "small",
    ) -> None:
        """Centred in height; `at` is the left end, or the right one."""
        metrics = self._theme.metrics(font)
        left = at.x() - metrics.horizontalAdvance(text) if right else at.x()
        painter.setFont(self._theme.font(font))
        painter.setPen(self._theme.ink(ink))
        painter.drawText(QPointF(left, round(at.y() + metrics.capHeight() / 2)), text)
