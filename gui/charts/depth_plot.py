"""Plot of the queue depth over time: waiting as an area, running as steps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.depth_and_flow import DepthRows, Peak
from core.utc_text import utc_text
from gui.charts.axes import ValueAxis, avoid_overlap, count_axis
from gui.charts.downsampling import Column, Strokes, downsample_min_max, runs, steps
from gui.charts.export import Table
from gui.charts.plot_decorations import HoverReadout, draw_text, free_place, paint_dot, paint_ring, text_width
from gui.charts.time_plot import TimePlot
from gui.charts.time_window import TimeView
from gui.formatting import clock_text
from gui.theme.palette import Role
from gui.theme.theme import Theme

_NEWEST_MS = 5_000
_LONGEST_GAP_MS = 5_000
_STILL_VALID_MS = 3_000
_LABEL_GAP_PX = 15.0
_BIN_PX = 2.0
_LABEL_LEFT_PX = 7.0
_PEAK_PX = 10.0  # the height of the word at the peak


class DepthPlot(TimePlot):
    """Draws rows of a ConsoleState."""

    def __init__(self, theme: Theme, view: TimeView, base_ms: float) -> None:
        super().__init__(theme, view, "Queue depth over time", base_ms)
        self._below = self.add_area("waiting", 18)
        self._waiting = self.add_line("waiting")
        self._newest = self.add_line("waiting", dashed=True)
        self._running = self.add_line("running")
        self._rows: tuple[Column, Column, Column] = (np.empty(0), np.empty(0), np.empty(0))
        self._peak: Peak | None = None
        self._ends: tuple[int, int] | None = None
        self._lost = False

    @override
    def _draw_state(self, state: ConsoleState) -> ValueAxis:
        rows, to_ms = state.depths.since(self._from_ms), self._to_ms
        self._lost = state.lost
        self._ends = _last_values(rows, to_ms) if to_ms < self._now_ms else (state.waiting, state.running)
        self._rows = _columns(rows, to_ms, extend=self._is_live(state))
        self._peak = state.depths.peak(self._from_ms, to_ms + 1)
        self._draw(dashed=self._is_live(state))
        _, waiting, running = self._rows
        return count_axis(float(max(waiting.max(initial=0.0), running.max(initial=0.0))))

    def _draw(self, *, dashed: bool) -> None:
        at, waiting, running = self._rows
        area, line, newest, below = (Strokes.empty() for _ in range(4))
        bin_s = _BIN_PX * self.ms_per_px / 1000
        solid_until = self.seconds_of(np.array([self._to_ms - _NEWEST_MS]))[0] if dashed else np.inf
        for run in runs(at, _LONGEST_GAP_MS, self._breaks):
            x = self.seconds_of(at[run])
            below.line(*steps(*downsample_min_max(x, running[run], bin_s)))
            x, y = downsample_min_max(x, waiting[run], bin_s)
            area.between(x, np.zeros_like(y), y)
            count = int((x <= solid_until).sum())
            line.line(x[:count], y[:count])
            newest.line(x[max(0, count - 1) :], y[max(0, count - 1) :])
        self._below.path, self._waiting.path = area.path, line.path
        self._newest.path, self._running.path = newest.path, below.path

    @override
    def readout_at(self, at_ms: float) -> tuple[float, HoverReadout] | None:
        at, waiting, running = self._rows
        index = self._nearest(at, at_ms, _LONGEST_GAP_MS)
        if index is None:
            return None
        rows: list[tuple[str, str, Role]] = [
            ("waiting", f"{waiting[index]:,.0f}", "waiting"),
            ("running", f"{running[index]:,.0f}", "running"),
        ]
        return float(at[index]), HoverReadout(clock_text(at[index], self._view.zone), rows)

    @override
    def table(self) -> Table:
        at, waiting, running = self._rows
        rows = tuple(
            (utc_text(int(moment)), int(deep), int(busy))
            for moment, deep, busy in zip(at.tolist(), waiting.tolist(), running.tolist(), strict=True)
        )
        return Table(("time_utc", "waiting", "running"), rows)

    @override
    def paint_over(self, painter: QPainter) -> None:
        self._paint_peak(painter)
        if self._ends is not None:
            self._paint_ends(painter, *self._ends)

    def _paint_peak(self, painter: QPainter) -> None:
        area = self.plot_area
        if self._peak is None or not area.left() <= self.x_of(self._peak.at_ms) <= area.right():
            return
        at = QPointF(self.x_of(self._peak.at_ms), self.y_of(self._peak.waiting))
        paint_ring(painter, self._theme, at, "waiting")
        words = f"peak {self._peak.waiting:,}"
        width = text_width(self._theme, words)
        left = min(max(at.x() - width / 2, area.left() + 2), area.right() - width - 2)
        high = self._theme.px(_PEAK_PX)
        over = QRectF(left, max(at.y() - high - 5, area.top() - high + 2), width, high)
        beside = [QRectF(x, at.y() - high / 2, width, high) for x in (at.x() + 6, at.x() - width - 6)]
        places = [
            over,
            *beside,
            *(over.translated(0, step) for step in range(-4, -100, -4)),
            over.translated(0, 2 * high),
        ]
        box = free_place(places, area.adjusted(0, 1 - high, 0, 0), self._lines())
        if box is not None:
            draw_text(painter, self._theme, QPointF(box.left(), box.center().y()), words, self._theme.ink("waiting"))

    def _lines(self) -> list[tuple[Column, Column]]:
        """Both lines in pixels."""
        at, *values = self._rows
        area, axis = self.plot_area, self._axis
        x = area.left() + (at - self._from_ms) / self.ms_per_px
        return [(x, area.bottom() - (each - axis.low) / (axis.high - axis.low) * area.height()) for each in values]

    def _paint_ends(self, painter: QPainter, waiting: int, running: int) -> None:
        area = self.plot_area
        heights = [min(max(self.y_of(value), area.top()), area.bottom()) for value in (waiting, running)]
        swap = heights[0] > heights[1]
        top, bottom = avoid_overlap(
            sorted(heights), self._theme.px(_LABEL_GAP_PX), area.top() + 4, area.bottom() - self._theme.px(4)
        )
        labels = (bottom, top) if swap else (top, bottom)
        named: tuple[tuple[int, Role, float], ...] = ((waiting, "waiting", labels[0]), (running, "running", labels[1]))
        for (value, role, y), height in zip(named, heights, strict=True):
            ink = self._theme.ink("second" if self._lost else role)
            if not self._lost:
                paint_dot(painter, self._theme, QPointF(area.right(), height), role)
            self._paint_end(painter, QPointF(area.right() + _LABEL_LEFT_PX, y), value, role, ink)

    def _paint_end(self, painter: QPainter, at: QPointF, value: int, word: str, ink: QColor) -> None:
        number = f"{value:,}" if value < 10_000 else f"{value / 1000:.0f} k"
        draw_text(painter, self._theme, at, number, ink, "small_bold")
        width = text_width(self._theme, number, "small_bold")
        draw_text(painter, self._theme, QPointF(at.x() + width + 3, at.y()), word, ink)


def _columns(rows: DepthRows, to_ms: float, *, extend: bool) -> tuple[Column, Column, Column]:
    """Time in ms, waiting, running up to `to_ms`; the last values hold until then while they are fresh."""
    at, waiting, running = (np.frombuffer(each) for each in (rows.at_ms, rows.waiting, rows.running))
    count = int(np.searchsorted(at, to_ms, side="right"))
    at, waiting, running = at[:count], waiting[:count], running[:count]
    if extend and count and 0 < to_ms - at[-1] <= _STILL_VALID_MS:
        at, waiting, running = (np.append(at, to_ms), np.append(waiting, waiting[-1]), np.append(running, running[-1]))
    return at, waiting, running


def _last_values(rows: DepthRows, to_ms: float) -> tuple[int, int] | None:
    at = np.frombuffer(rows.at_ms)
    index = int(np.searchsorted(at, to_ms, side="right")) - 1
    return (int(rows.waiting[index]), int(rows.running[index])) if index >= 0 else None
