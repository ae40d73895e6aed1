"""Plot of one family of percentiles: p50 to p95 as a band, p99 as a line, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.latency import BUCKET_MS, LatencyRow, Percentiles
from core.utc_text import utc_text
from gui.charts.axes import avoid_overlap, duration_axis
from gui.charts.downsampling import Column, Strokes, runs
from gui.charts.export import Table
from gui.charts.formatting import duration
from gui.charts.latency_plot import FamilyCurves, family_points, oldest_points
from gui.charts.plot_decorations import HoverReadout, draw_text, paint_hint, paint_marks
from gui.charts.time_plot import TimePlot
from gui.charts.time_window import TimeView
from gui.formatting import clock_text
from gui.theme.palette import Role
from gui.theme.theme import Theme

Family = Literal["wait", "run"]
ROLES: dict[Family, Role] = {"wait": "waiting", "run": "running"}
NAMES = ("p50", "p95", "p99")
_LONGEST_GAP = 6  # buckets
_LABEL_PX = 13.0
_BIN_PX = 3.0


class PercentilePlot(TimePlot):
    """Call `show_times` whenever the buckets or the time window changed. Only wait has an oldest age."""

    right_gutter_px = 50

    def __init__(
        self, theme: Theme, view: TimeView, base_ms: float, family: Family, parent: QWidget | None = None
    ) -> None:
        name = "Times in the queue" if family == "wait" else "Times of the work"
        super().__init__(theme, view, name, base_ms, parent)
        self._family: Family = family
        self._role = ROLES[family]
        self._curves = FamilyCurves(self, self._role, family, tint=18, shades=(100.0, 100.0, 100.0), band_to=1)
        self._oldest_line = self.add_line("neutral", dashed=True)
        self._oldest: tuple[Column, Column] = (np.empty(0), np.empty(0))
        self._rows: list[LatencyRow] = []
        self._bucket_ms = BUCKET_MS
        self._marks: Sequence[tuple[float, str]] = ()

    def show_times(
        self,
        state: ConsoleState,
        from_ms: float,
        to_ms: float,
        now_ms: float,
        marks: Sequence[tuple[float, str]],
        *,
        own: bool = False,
    ) -> None:
        """`marks`: times with a word each. `own`: of this console's workers only."""
        self._marks = marks
        times = (state.own if own else state.work).times(from_ms, to_ms, now_ms)
        self._rows, self._bucket_ms = times.rows, times.bucket_ms
        offline = state.offline_spans(from_ms)
        breaks = [float(span.from_ms) for span in offline]
        bin_ms = max(1.0, _BIN_PX * (to_ms - from_ms) / self.plot_area.width())
        points = family_points(self._rows, self._select, to_ms, bin_ms, self._bucket_ms)
        live = to_ms >= now_ms and not state.lost
        filling = live and len(points.at_ms) > 0 and points.at_ms[-1] + self._bucket_ms / 2 > now_ms
        if filling:
            points.at_ms[-1] = to_ms  # the current bucket reaches to now
        self._curves.draw(self, points, breaks, filling=filling, bucket_ms=self._bucket_ms, gap_ms=self._longest_gap_ms)
        if self._family == "wait":
            self._oldest = oldest_points(self._rows, to_ms, self._bucket_ms)
        self._draw_oldest(breaks)
        axis = duration_axis(*self._extremes_ms(), self.plot_area.height())
        self.show_span(from_ms, to_ms, now_ms, axis, offline)

    @property
    def _longest_gap_ms(self) -> float:
        return float(_LONGEST_GAP * self._bucket_ms)

    def _select(self, row: LatencyRow) -> Percentiles | None:
        return row.wait if self._family == "wait" else row.run

    def _draw_oldest(self, breaks: list[float]) -> None:
        at_ms, logs = self._oldest
        line, base = Strokes.empty(), self.seconds(0.0)
        for run in runs(at_ms, self._longest_gap_ms, breaks):
            line.line(at_ms[run] / 1000 + base, logs[run])
        self._oldest_line.path = line.path

    def _extremes_ms(self) -> tuple[float, float]:
        logs = [*self._curves.points.extremes(), *self._oldest[1].tolist()]
        return (float(10 ** min(logs)), float(10 ** max(logs))) if logs else (10.0, 1_000.0)

    @override
    def readout_at(self, at_ms: float) -> tuple[float, HoverReadout] | None:
        nearest = min(self._rows, key=lambda row: abs(self._middle(row) - at_ms), default=None)
        if nearest is None or abs(self._middle(nearest) - at_ms) > max(self._bucket_ms, 4 * self.ms_per_px):
            return None
        rows: list[tuple[str, str, Role]] = []
        if (found := self._select(nearest)) is not None:
            values = (found.p50_ms, found.p95_ms, found.p99_ms)
            rows += [(name, duration(value), self._role) for name, value in zip(NAMES, values, strict=True)]
        if self._family == "wait" and nearest.oldest_age_s is not None:
            rows.append(("oldest", duration(nearest.oldest_age_s * 1000), "neutral"))
        clock = clock_text(nearest.start_ms, self._view.zone)
        return min(self._middle(nearest), self._to_ms), HoverReadout(clock, rows)

    def table(self) -> Table:
        """The visible buckets, oldest first; an empty cell where a bucket has no value."""
        rows = []
        for row in self._rows:
            found = self._select(row)
            cells = (None,) * 3 if found is None else (found.p50_ms, found.p95_ms, found.p99_ms)
            rows.append((utc_text(int(row.start_ms)), *cells, *((row.oldest_age_s,) if self._family == "wait" else ())))
        columns = ("bucket_start_utc", *(f"{self._family}_{name}_ms" for name in NAMES))
        return Table((*columns, "oldest_age_s") if self._family == "wait" else columns, tuple(rows))

    @override
    def paint_over(self, painter: QPainter) -> None:
        if not len(self._curves.points.at_ms):
            paint_hint(painter, self._theme, self.plot_area, "no times yet")
        marks = [(self.x_of(at_ms), word) for at_ms, word in self._marks]
        paint_marks(painter, self._theme, self.plot_area, marks)
        self._paint_labels(painter)

    def _paint_labels(self, painter: QPainter) -> None:
        area, left = self.plot_area, self.plot_area.right() + 6
        ends: list[tuple[float, str, Role]] = []
        if len(self._curves.points.at_ms):
            ends += [
                (self.y_of(float(log[-1])), name, self._role)
                for name, log in zip(reversed(NAMES), reversed(self._curves.points.logs), strict=True)
            ]
        if len(self._oldest[0]) and self._to_ms - float(self._oldest[0][-1]) <= self._longest_gap_ms:
            ends.append((self.y_of(float(self._oldest[1][-1])), "oldest", "second"))
        ends.sort(key=lambda end: end[0])
        placed = avoid_overlap([end[0] for end in ends], _LABEL_PX, area.top() + 3, area.bottom() - 3)
        for (_, name, role), y in zip(ends, placed, strict=True):
            draw_text(painter, self._theme, QPointF(left, y), name, self._theme.ink(role))

    def _middle(self, row: LatencyRow) -> float:
        return row.start_ms + self._bucket_ms / 2
