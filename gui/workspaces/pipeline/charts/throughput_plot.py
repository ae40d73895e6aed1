"""Plot of the rates in and out over time, with a cross on the baseline where workouts failed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.utc_text import utc_text
from gui.charts.axes import avoid_overlap, count_axis
from gui.charts.downsampling import Column, Strokes, downsample_min_max, runs
from gui.charts.export import Table
from gui.charts.formatting import rate_parts
from gui.charts.plot_decorations import HoverReadout, draw_text, paint_hint, paint_marks
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
    """Draws rows of a ConsoleState; call `show_flow` whenever they or the time window changed."""

    left_gutter_px = 34
    right_gutter_px = 40

    def __init__(self, theme: Theme, view: TimeView, base_ms: float, parent: QWidget | None = None) -> None:
        super().__init__(theme, view, "Workouts coming in and going out over time", base_ms, parent)
        self._below = self.add_area("stored", 11)
        self._in = self.add_line("neutral")
        self._out = self.add_line("stored")
        self._rows: tuple[Column, Column, Column] = (np.empty(0), np.empty(0), np.empty(0))
        self._failures: list[tuple[int, int]] = []
        self._step_ms = 1_000
        self._marks: Sequence[tuple[float, str]] = ()
        self._in_word = "in"

    @property
    def failed(self) -> int:
        """The failures in the time window."""
        return sum(count for _, count in self._failures)

    def show_flow(
        self,
        state: ConsoleState,
        from_ms: float,
        to_ms: float,
        now_ms: float,
        marks: Sequence[tuple[float, str]] = (),
        *,
        own: bool = False,
    ) -> None:
        """`marks`: times with a word each. `own`: of this console's workers only."""
        self._in_word = "taken" if own else "in"
        rates = (state.own if own else state.work).rates(from_ms, to_ms, now_ms)
        rows, self._step_ms, self._failures, self._marks = rates.rows, rates.step_ms, rates.failures, marks
        at, coming, going = (np.frombuffer(each) for each in (rows.at_ms, rows.in_per_s, rows.out_per_s))
        count = int(np.searchsorted(at, to_ms, side="right"))
        self._rows = at[:count], coming[:count], going[:count]
        offline = state.offline_spans(from_ms)
        self._draw([float(span.from_ms) for span in offline], to_ms - from_ms)
        shown = at[:count] >= from_ms - self._step_ms
        highest = max(float(np.nanmax(each[shown], initial=0.0)) for each in self._rows[1:])
        self.show_span(from_ms, to_ms, now_ms, count_axis(max(highest, _LEAST_TOP * 0.8)), offline)

    def _draw(self, breaks: list[float], span_ms: float) -> None:
        at, coming, going = self._rows
        line_in, line_out, area = Strokes.empty(), Strokes.empty(), Strokes.empty()
        base, bin_s = self.seconds(0.0), _BIN_PX * span_ms / self.plot_area.width() / 1000
        for run in runs(at, _LONGEST_GAP * self._step_ms, breaks):
            x = at[run] / 1000 + base
            known = np.isfinite(coming[run])
            line_in.line(*downsample_min_max(x[known], coming[run][known], bin_s))
            out_x, out_y = downsample_min_max(x, going[run], bin_s)
            line_out.line(out_x, out_y)
            area.between(out_x, np.zeros_like(out_y), out_y)
        self._in.path, self._out.path, self._below.path = line_in.path, line_out.path, area.path

    @override
    def readout_at(self, at_ms: float) -> tuple[float, HoverReadout] | None:
        at, coming, going = self._rows
        if not len(at):
            return None
        index = int(np.argmin(np.abs(at - at_ms)))
        if abs(at[index] - at_ms) > max(_LONGEST_GAP * self._step_ms, 4 * self.ms_per_px):
            return None
        rows: list[tuple[str, str, Role]] = [("out", " ".join(rate_parts(float(going[index]))), "stored")]
        if np.isfinite(coming[index]):
            rows.insert(0, (self._in_word, " ".join(rate_parts(float(coming[index]))), "neutral"))
        near_ms = max(float(self._step_ms), 4 * self.ms_per_px)
        failed = sum(count for when, count in self._failures if abs(when - at[index]) <= near_ms)
        if failed:
            rows.append(("failed", f"{failed:,}", "failed"))
        return float(at[index]), HoverReadout(clock_text(at[index], self._view.zone), rows)

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
        paint_marks(painter, self._theme, self.plot_area, [(self.x_of(at_ms), word) for at_ms, word in self._marks])
        self._paint_failures(painter)
        self._paint_ends(painter)

    def _paint_failures(self, painter: QPainter) -> None:
        area, last_x = self.plot_area, -1e9
        y = area.bottom() - _CROSS_PX / 2 - 2
        for at_ms, _ in self._failures:
            x = self.x_of(at_ms)
            if x - last_x >= _LEAST_CROSS_GAP_PX and area.left() <= x <= area.right():
                box = QRectF(round(x) - _CROSS_PX / 2, y - _CROSS_PX / 2, _CROSS_PX, _CROSS_PX)
                paint_glyph(painter, box, "cross", self._theme.colour("failed"))
                last_x = x

    def _paint_ends(self, painter: QPainter) -> None:
        _, coming, going = self._rows
        area, left = self.plot_area, self.plot_area.right() + 6
        ends: list[tuple[float, str, Role]] = [(self.y_of(float(going[-1])), "out", "stored")]
        if np.isfinite(coming[-1]):
            ends.append((self.y_of(float(coming[-1])), self._in_word, "second"))
        ends.sort(key=lambda end: end[0])
        placed = avoid_overlap([end[0] for end in ends], _LABEL_GAP_PX, area.top() + 4, area.bottom() - 4)
        for (_, name, role), y in zip(ends, placed, strict=True):
            draw_text(painter, self._theme, QPointF(left, y), name, self._theme.ink(role))
