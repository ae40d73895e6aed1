"""Plot of one family of percentiles: p50 to p95 as a band, p99 as a line, on a logarithmic axis."""

from __future__ import annotations

from PySide6.QtGui import QPainter
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.latency import LatencyRow
from gui.charts.axes import ValueAxis
from gui.charts.downsampling import Strokes, runs
from gui.charts.plot_decorations import paint_hint
from gui.charts.time_window import TimeView
from gui.charts.times_plot import LONGEST_GAP, NAMES, Family, FamilyCurves, TimesPlot
from gui.theme.palette import Role
from gui.theme.theme import Theme

_LABEL_PX = 13.0


class PercentilePlot(TimesPlot):
    """`own`: times of this console's workers only."""

    longest_end = "oldest"

    def __init__(self, theme: Theme, view: TimeView, base_ms: float, family: Family) -> None:
        name = "Times in the queue" if family == "wait" else "Times of the work"
        super().__init__(theme, view, name, base_ms)
        self.own = False
        self._curves = FamilyCurves(self, family, tint=18, shades=(100.0, 100.0, 100.0), band_to=1)
        self._families = (self._curves,)
        self._rows: list[LatencyRow] = []
        self._oldest_line = self.add_line("neutral", dashed=True)

    @override
    def _draw_state(self, state: ConsoleState) -> ValueAxis:
        times = (state.own if self.own else state.work).times(self._from_ms, self._to_ms, self._now_ms)
        axis = self._draw_rows(state, times.rows, times.bucket_ms)
        at_ms, logs = self._oldest
        line = Strokes.empty()
        for run in runs(at_ms, LONGEST_GAP * self._bucket_ms, self._breaks):
            line.line(self.seconds_of(at_ms[run]), logs[run])
        self._oldest_line.path = line.path
        return axis

    @property
    def hint(self) -> str:
        """Where there is no time to draw. Messages of other programs may not say when they were sent."""
        return "no sent time" if any(row.run is not None for row in self._rows) else "no times yet"

    @override
    def paint_over(self, painter: QPainter) -> None:
        has_points = len(self._curves.at_ms) > 0
        self._paint_marks(painter)
        if not has_points:
            paint_hint(painter, self._theme, self.plot_area, self.hint)
        ends: list[tuple[float, str, Role]] = []
        if has_points:
            ends += [
                (self.y_of(float(log[-1])), name, self._curves.role)
                for name, log in zip(reversed(NAMES), reversed(self._curves.logs), strict=True)
            ]
        at_ms, logs = self._oldest
        if len(at_ms) and self._to_ms - float(at_ms[-1]) <= LONGEST_GAP * self._bucket_ms:
            ends.append((self.y_of(float(logs[-1])), "oldest", "second"))
        self._paint_names(painter, ends, _LABEL_PX, 3)
