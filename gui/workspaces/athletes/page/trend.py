"""The trend by week in distance, time or energy, or the body weight; in the title line what is read of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget
from typing_extensions import override

from core.athletes.page import TREND_AMOUNTS, AthletePage
from core.athletes.sums import Amount
from core.athletes.trend import TrendWeek
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import PADDING_PX, ElidedLabel, Label, Panel, SegmentedControl, paint_glyph
from gui.workspaces.athletes.formatting import (
    AMOUNT_TITLES,
    amount_figure,
    counted,
    day_text,
    week_days,
    weight_change,
    weight_figure,
)
from gui.workspaces.athletes.page.reading_chart import ReadingChart
from gui.workspaces.athletes.page.trend_chart import TrendChart
from gui.workspaces.athletes.page.weight_chart import WeightChart

_AMOUNTS: dict[str, Amount] = {amount: amount for amount in TREND_AMOUNTS}
HEAD_GAP_PX = 8
_AVERAGE, _BEST = "4 week average", "best week"
WEIGHT, WEIGHT_TITLE = "weight", "Body weight"
_LONGEST = "week 49, 30 Nov to 26 Dec, 9,999 kcal"


class _Legend(QWidget):
    """The line and the star of the chart, with their words."""

    MARK_PX, STAR_PX, GAP_PX = 14, 10, 6

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(f"Line: {_AVERAGE}. Star: {_BEST}")
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        metrics = self._theme.metrics("small")
        words = metrics.horizontalAdvance(_AVERAGE) + metrics.horizontalAdvance(_BEST)
        width = words + self.MARK_PX + self.STAR_PX + 6 * self.GAP_PX
        return QSize(round(width), round(metrics.height()))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, metrics = QPainter(self), self._theme.metrics("small")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        base = round(middle + metrics.capHeight() / 2)
        painter.fillRect(QRectF(0, round(middle) - 0.6, self.MARK_PX, 1.2), self._theme.colour("text"))
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.ink("second"))
        left = self.MARK_PX + self.GAP_PX
        painter.drawText(left, base, _AVERAGE)
        star = left + metrics.horizontalAdvance(_AVERAGE) + 3 * self.GAP_PX
        box = QRectF(star, middle - self.STAR_PX / 2, self.STAR_PX, self.STAR_PX)
        paint_glyph(painter, box, "star", self._theme.colour("achievement"))
        painter.drawText(round(star + self.STAR_PX + self.GAP_PX), base, _BEST)


class TrendPanel(Panel):
    """Main thread."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Trend by week", parent)
        self._page: AthletePage | None = None
        self._units = Units()
        self._title = Label(theme, "", "title")
        self._week = ElidedLabel(theme, "", "body", "second")
        self._value = Label(theme, "", "title")
        self._workouts = ElidedLabel(theme, "", "body", "second")
        options = [*((amount, AMOUNT_TITLES[amount]) for amount in TREND_AMOUNTS), (WEIGHT, "Weight")]
        self.amount = SegmentedControl(theme, "Trend of", options)
        self.weeks, self.weight = TrendChart(theme), WeightChart(theme)
        self._legend = _Legend(theme)
        self._theme = theme
        head = QHBoxLayout()
        head.setSpacing(HEAD_GAP_PX)
        self._labels = (self._title, self._week, self._value, self._workouts)
        head.addWidget(self._title)
        for part in (self._week, self._value, self._workouts):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.amount)
        self.body.addLayout(head)
        self.body.addSpacing(6)
        legend = QHBoxLayout()
        legend.addWidget(self._legend)
        legend.addStretch(1)
        self.body.addLayout(legend)
        self._charts = QStackedLayout()
        self.body.addLayout(self._charts, 1)  # first: it shows its first widget, without a parent as a window
        self._charts.addWidget(self.weeks)
        self._charts.addWidget(self.weight)
        self.amount.selected.connect(self._on_amount_selected)
        self.weeks.week_read.connect(self._on_week_read)
        self.weight.day_read.connect(self._on_day_read)
        theme.changed.connect(self._fit)

    @property
    def chart(self) -> ReadingChart:
        """The one that is shown."""
        return self.weight if self.amount.value == WEIGHT else self.weeks

    @property
    def words(self) -> str:
        """The title line."""
        return "  ".join(label.text() for label in self._labels if label.text())

    def show_page(self, page: AthletePage, units: Units) -> None:
        anew = self._page is None or (page.name, page.today) != (self._page.name, self._page.today)
        self._page, self._units = page, units
        self._show(anew=anew)

    def _show(self, *, anew: bool) -> None:
        page = self._page
        if page is None:
            return
        self._charts.setCurrentWidget(self.chart)
        self._legend.setVisible(self.amount.value != WEIGHT)
        if self.amount.value == WEIGHT:
            self._title.setText(WEIGHT_TITLE)
            self.weight.show_days(page.weights, page.today, self._units, anew=anew)
        else:
            amount = _AMOUNTS[self.amount.value]
            self._title.setText(f"{AMOUNT_TITLES[amount]} by week")
            self.weeks.show_trend(page.trends[amount], self._units, anew=anew)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        """Leave out what a narrow title line has no room for: first how many workouts, then what the segment says."""
        needed = [part.sizeHint().width() + HEAD_GAP_PX for part in (self._week, self._value, self._workouts)]
        room = self.width() - 2 * PADDING_PX - self.amount.sizeHint().width() - 2 * HEAD_GAP_PX
        title = self._title.sizeHint().width() + HEAD_GAP_PX
        longest = self._theme.metrics("body").horizontalAdvance(
            _LONGEST
        )  # so that the title stays while weeks are read
        self._title.setVisible(title + longest <= room)
        self._workouts.setVisible(title + sum(needed) <= room)

    @Slot(str)
    def _on_amount_selected(self, _amount: str) -> None:
        self._show(anew=False)

    @Slot(object)
    def _on_week_read(self, week: TrendWeek) -> None:
        amount = _AMOUNTS[self.amount.value]
        days = "this week, so far" if week.is_current else f"week {week.week.iso_week}, {week_days(week.week)}"
        self._week.setText(days)
        self._value.setText(amount_figure(amount, week.value, self._units).text)
        self._workouts.setText(counted(week.sums.workouts, "workout"))
        best = ", the best week" if week.is_best else ""
        self.weeks.setAccessibleName(
            f"{self._title.text()}, {self._week.text()}: {self._value.text()}, {self._workouts.text()}{best}"
        )
        self._fit()

    @Slot(int)
    def _on_day_read(self, place: int) -> None:
        page = self._page
        if page is None or place < 0:
            for label in self._labels[1:]:
                label.setText("")
            self.weight.setAccessibleName(f"{WEIGHT_TITLE}: none")
            return
        first, read = page.weights[0], page.weights[place]
        self._week.setText(day_text(read.day, page.today))
        self._value.setText(weight_figure(read.kg, self._units).text)
        change = weight_change(first.kg, read.kg, self._units)
        self._workouts.setText(f"{change} since {day_text(first.day, page.today)}" if place else "")
        said = ", ".join(filter(None, (self._value.text(), self._workouts.text())))
        self.weight.setAccessibleName(f"{WEIGHT_TITLE}, {self._week.text()}: {said}")
        self._fit()
