"""Plot of the rates in and out over time, with a cross on the baseline where workouts failed."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.utc_text import utc_text
from gui.charts.axes import ValueAxis, count_axis
from gui.charts.downsampling import Column, Strokes, downsample_min_max, runs
from gui.charts.export import Table
from gui.charts.formatting import rate_parts
from gui.charts.plot_decorations import HoverReadout, paint_hint
from gui.charts.time_plot import TimePlot
from gui.charts.time_window import TimeView
from gui.formatting import clock_text
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import paint_glyph

_LONGEST_GAP = 5  # rows
_BIN_PX = 2.0
_CROSS_PX = 9.0
_LEAST_CROSS_GAP_PX = 11.0
_LABEL_GAP_PX = 14.0
_LEAST_TOP = 4.0


class ThroughputPlot(TimePlot):
    """Draws rows of a ConsoleState. `own`: of this console's workers only."""

    left_gutter_px = 34
    longest_end = "taken"

    def __init__(self, theme: Theme, view: TimeView, base_ms: float) -> None:
        super().__init__(theme, view, "Workouts coming in and going out over time", base_ms)
        self.own = False
        self._below = self.add_area("stored", 11)
        self._in = self.add_line("neutral")
        self._out = self.add_line("stored")
        self._rows: tuple[Column, Column, Column] = (np.empty(0), np.empty(0), np.empty(0))
        self._failures: list[tuple[int, int]] = []
        self._step_ms = 1_000

    @property
    def failed(self) -> int:
        """The failures in the time window."""
        return sum(count for _, count in self._failures)

    @property
    def _in_word(self) -> str:
        return "taken" if self.own else "in"

    @override
    def _draw_state(self, state: ConsoleState) -> ValueAxis:
        rates = (state.own if self.own else state.work).rates(self._from_ms, self._to_ms, self._now_ms)
        rows, self._step_ms, self._failures = rates.rows, rates.step_ms, rates.failures
        at, coming, going = (np.frombuffer(each) for each in (rows.at_ms, rows.in_per_s, rows.out_per_s))
        count = int(np.searchsorted(at, self._to_ms, side="right"))
        self._rows = at[:count], coming[:count], going[:count]
        self._draw()
        shown = at[:count] >= self._from_ms - self._step_ms
        highest = max(float(np.nanmax(each[shown], initial=0.0)) for each in self._rows[1:])
        return count_axis(max(highest, _LEAST_TOP * 0.8))

    def _draw(self) -> None:
        at, coming, going = self._rows
        line_in, line_out, area = Strokes.empty(), Strokes.empty(), Strokes.empty()
        bin_s = _BIN_PX * self.ms_per_px / 1000
        for run in runs(at, _LONGEST_GAP * self._step_ms, self._breaks):
            x = self.seconds_of(at[run])
            known = np.isfinite(coming[run])
            line_in.line(*downsample_min_max(x[known], coming[run][known], bin_s))
            out_x, out_y = downsample_min_max(x, going[run], bin_s)
            line_out.line(out_x, out_y)
            area.between(out_x, np.zeros_like(out_y), out_y)
        self._in.path, self._out.path, self._below.path = line_in.path, line_out.path, area.path

    @override
    def readout_at(self, at_ms: float) -> tuple[float, HoverReadout] | None:
        at, coming, going = self._rows
        index = self._nearest(at, at_ms, _LONGEST_GAP * self._step_ms)
        if index is None:
            return None
        rows: list[tuple[str, str, Role]] = [("out", " ".join(rate_parts(float(going[index]))), "stored")]
        if np.isfinite(coming[index]):
            rows.insert(0, (self._in_word, " ".join(rate_parts(float(coming[index]))), "neutral"))
        near_ms = max(float(self._step_ms), 4 * self.ms_per_px)
        failed = sum(count for when, count in self._failures if abs(when - at[index]) <= near_ms)
        if failed:
            rows.append(("failed", f"{failed:,}", "failed"))
        return float(at[index]), HoverReadout(clock_text(at[index], self._view.zone), rows)

    @override
    def table(self) -> Table:
        """The visible rows, oldest first, with the failures of each; an empty cell where the rate in is unknown."""
        at, coming, going = self._rows
        step_ms = self._step_ms
        failed = {when // step_ms: count for when, count in self._failures}
        rows = tuple(
            (
                utc_text(int(moment)),
                round(came, 3) if np.isfinite(came) else None,
                round(went, 3),
                failed.get(int(moment) // step_ms, 0),
            )
            for moment, came, went in zip(at.tolist(), coming.tolist(), going.tolist(), strict=True)
        )
        return Table(("time_utc", "in_per_s", "out_per_s", "failed"), rows)

    @override
    def paint_over(self, painter: QPainter) -> None:
        if not len(self._rows[0]):
            paint_hint(painter, self._theme, self.plot_area, "nothing has moved yet")
            return
        self._paint_marks(painter)
        self._paint_failures(painter)
        _, coming, going = self._rows
        ends: list[tuple[float, str, Role]] = [(self.y_of(float(going[-1])), "out", "stored")]
        if np.isfinite(coming[-1]):
            ends.append((self.y_of(float(coming[-1])), self._in_word, "second"))
        self._paint_names(painter, ends, _LABEL_GAP_PX, 4)

    def _paint_failures(self, painter: QPainter) -> None:
        area, last_x = self.plot_area, -1e9
        y = area.bottom() - _CROSS_PX / 2 - 2
        for at_ms, _ in self._failures:
            x = self.x_of(at_ms)
            if x - last_x >= _LEAST_CROSS_GAP_PX and area.left() <= x <= area.right():
                box = QRectF(round(x) - _CROSS_PX / 2, y - _CROSS_PX / 2, _CROSS_PX, _CROSS_PX)
                paint_glyph(painter, box, "cross", self._theme.colour("failed"))
                last_x = x
