"""Plot of wait and run times: two families of percentiles on a logarithmic axis."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.latency import BUCKET_MS, LatencyRow, Percentiles
from gui.charts.axes import ValueAxis, avoid_overlap
from gui.charts.plot_decorations import draw_text
from gui.charts.time_window import TimeView
from gui.charts.times_plot import NAMES, FamilyCurves, TimesPlot
from gui.theme.palette import Role
from gui.theme.theme import Theme

_LABEL_PX = 12.0
_BETWEEN_PX = 6.0
_LEAST_SQUARE_GAP_PX = 5.0


class LatencyPlot(TimesPlot):
    """Draws buckets of a ConsoleState."""

    after_clock = ", 5 s: p50 · p95 · p99"
    decimals = 3

    def __init__(self, theme: Theme, view: TimeView, base_ms: float) -> None:
        super().__init__(theme, view, "Waiting and working times", base_ms)
        shades = (100.0, 85.0, 70.0)
        self._families = (
            FamilyCurves(self, "wait", tint=13, shades=shades, band_to=2),
            FamilyCurves(self, "run", tint=13, shades=shades, band_to=2),
        )
        self._rows: list[LatencyRow] = []

    @override
    def _draw_state(self, state: ConsoleState) -> ValueAxis:
        rows = [row for row in state.latency.rows(self._from_ms - BUCKET_MS) if row.start_ms < self._to_ms]
        return self._draw_rows(state, rows, BUCKET_MS)

    @override
    def _readout_rows(self, family: FamilyCurves, values: Percentiles) -> list[tuple[str, str, Role]]:
        rows = super()._readout_rows(family, values)
        return [(family.name, " · ".join(value for _, value, _ in rows), family.role)]

    @override
    def paint_under(self, painter: QPainter) -> None:
        area = self.plot_area.adjusted(-1, -1, 1, 1)
        hue, last_x = self._theme.colour("neutral"), -1e9
        for at_ms, log in zip(self._oldest[0].tolist(), self._oldest[1].tolist(), strict=True):
            at = QPointF(self.x_of(at_ms), self.y_of(log))
            if at.x() - last_x >= _LEAST_SQUARE_GAP_PX and area.contains(at):
                painter.fillRect(QRectF(round(at.x()) - 1, round(at.y()) - 1, 3, 3), hue)
                last_x = at.x()

    @override
    def paint_over(self, painter: QPainter) -> None:
        shown = [family for family in self._families if len(family.at_ms)]
        shown.sort(key=lambda family: -_end_log(family))
        area, label_px = self.plot_area, self._theme.px(_LABEL_PX)
        block = 3 * label_px + _BETWEEN_PX
        whole = area.height() >= 2 * block
        margin_px = self._theme.px(4)
        reach = label_px + margin_px if whole else margin_px
        wanted = [self.y_of(_end_log(family)) for family in shown]
        placed = avoid_overlap(wanted, block if whole else label_px, area.top() + reach, area.bottom() - reach)
        for family, y in zip(shown, placed, strict=True):
            self._paint_labels(painter, family, y, whole=whole)

    def _paint_labels(self, painter: QPainter, family: FamilyCurves, middle: float, *, whole: bool) -> None:
        ink, left, label_px = self._theme.ink(family.role), self.plot_area.right() + 7, self._theme.px(_LABEL_PX)
        if not whole:
            draw_text(painter, self._theme, QPointF(left, middle), family.name, ink, "small_bold")
            return
        for name, step in zip(NAMES, (1, 0, -1), strict=True):
            draw_text(painter, self._theme, QPointF(left, middle + step * label_px), name, ink)
        painter.setPen(QPen(ink, 1))
        bracket = round(left + self._theme.px(25)) + 0.5
        reach = label_px * 1.4
        painter.drawLine(QLineF(bracket, middle - reach, bracket, middle + reach))
        draw_text(painter, self._theme, QPointF(bracket + 5, middle), family.name, ink, "small_bold")


def _end_log(family: FamilyCurves) -> float:
    """The mean y of where its lines end."""
    return float(sum(each[-1] for each in family.logs) / len(family.logs))
