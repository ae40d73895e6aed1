"""The charts of the Pipeline workspace: throughput, wait and run, each with large figures over a plot."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.depth_and_flow import FlowRates
from core.metrics.latency import Percentiles
from core.metrics.throughput import is_coarse
from gui.charts.chart_panel import ChartPanel
from gui.charts.export import ChartExporter
from gui.charts.formatting import NOTHING, duration_parts, rate_parts
from gui.charts.time_window import TimeView
from gui.charts.times_plot import NAMES, ROLES, Family
from gui.frame.worker_names import WorkerNames
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import ElidedLabel
from gui.workspaces.pipeline.charts.figures import ChartFigure, FigureRow
from gui.workspaces.pipeline.charts.percentile_plot import PercentilePlot
from gui.workspaces.pipeline.charts.throughput_plot import ThroughputPlot
from gui.workspaces.pipeline.toolbar import OWN

_LEAST_MS = 250  # at most this often: outcomes come many times a second


class _FigureChart(ChartPanel):
    """Figures over a plot."""

    plot: ThroughputPlot | PercentilePlot

    def __init__(
        self, theme: Theme, title: str, view: TimeView, exporter: ChartExporter, names: WorkerNames, remark: str = ""
    ) -> None:
        super().__init__(theme, title, view, exporter)
        self._names = names
        self._seen_ms = 0
        self.figures = FigureRow(theme, title)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.figures)
        column.addWidget(self.plot, 1)
        self.stack.addWidget(page)
        self.header.addStretch(1)
        if remark:
            self.remark = ElidedLabel(theme, remark, "small", "second")
            self.header.addWidget(self.remark)
        self._add_menu()

    def set_scope(self, scope: str) -> None:
        """Set the scope: `WHOLE` or `OWN`."""
        self.plot.own = scope == OWN
        self._redraw()

    def _show_scope(self) -> None:
        self.pill.set_text(self._names.own_words if self.plot.own else "whole queue")
        self._want(self.pill, True)
        self._fit_header()

    def _since_start(self, state: ConsoleState, now_ms: int) -> list[tuple[float, str]]:
        """A mark at the start of this console if the time window begins before it."""
        from_ms, to_ms = self._view.span(now_ms)
        wanted = is_coarse(from_ms, to_ms, now_ms) and from_ms < state.began_ms
        return [(float(state.began_ms), "start")] if wanted else []

    @override
    def _what_shows(self, state: ConsoleState, now_ms: int) -> object:
        if abs(now_ms - self._seen_ms) >= _LEAST_MS:
            self._seen_ms = now_ms
        return self._seen_ms, self._view.live, state.lost, self.size()


class ThroughputChart(_FigureChart):
    """Rates into and out of the queue, from the broker's counts and the workers' outcomes."""

    plot: ThroughputPlot

    def __init__(
        self, theme: Theme, view: TimeView, exporter: ChartExporter, now_ms: Callable[[], int], names: WorkerNames
    ) -> None:
        self.plot = ThroughputPlot(theme, view, now_ms())
        super().__init__(theme, "Throughput", view, exporter, names)

    @override
    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        flow = state.flow()
        if self.plot.own:
            flow = FlowRates() if state.lost else state.own.meter.flow(now_ms)
        self.plot.marks = self._since_start(state, now_ms)
        self.plot.show_state(state, now_ms)
        failed = self.plot.failed
        self.figures.show_figures(
            (
                ChartFigure("Taken" if self.plot.own else "In", *rate_parts(flow.in_per_s), "text", "line", "neutral"),
                ChartFigure("Out", *rate_parts(flow.out_per_s), "stored", "line", "stored"),
                ChartFigure("Failed", f"{failed:,}", "", "failed" if failed else "text", "cross", "failed"),
            )
        )
        self._show_scope()


class PercentileChart(_FigureChart):
    """Percentiles of the time that workouts wait, or that they take to process."""

    plot: PercentilePlot

    def __init__(
        self,
        theme: Theme,
        view: TimeView,
        exporter: ChartExporter,
        now_ms: Callable[[], int],
        family: Family,
        names: WorkerNames,
    ) -> None:
        self._family: Family = family
        self.plot = PercentilePlot(theme, view, now_ms(), family)
        super().__init__(theme, "Wait" if family == "wait" else "Run", view, exporter, names, "log scale")

    @override
    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        wait, run = (state.own if self.plot.own else state.work).latency.headline()
        figures = _figures(wait if self._family == "wait" else run, ROLES[self._family])
        if self._family == "wait" and not self.plot.own:  # it is not known which worker will take the oldest
            oldest_ms = None if state.oldest_age_s is None else state.oldest_age_s * 1000
            # None: the broker does not report an age. In an empty queue the oldest age is 0.
            value, unit = duration_parts(oldest_ms) if oldest_ms else (NOTHING, "")
            figures.append(ChartFigure("Oldest", value, unit, "text", "dashes", "neutral"))
        self.figures.show_figures(figures)
        self.plot.marks = self._marks(state, now_ms)
        self.plot.show_state(state, now_ms)
        self.remark.setText(self._remark(state, now_ms))
        self._want(self.remark, True)
        self._show_scope()

    def _marks(self, state: ConsoleState, now_ms: int) -> list[tuple[float, str]]:
        marks = self._since_start(state, now_ms)
        if self._family == "wait":
            marks += [
                (mark.at_ms, f"{self._names.short(mark.worker)} silent")
                for mark in state.workers.marks(self._view.span(now_ms)[0])
                if not self.plot.own or self._names.is_own(mark.worker)
            ]
        return sorted(marks)

    def _remark(self, state: ConsoleState, now_ms: int) -> str:
        from_ms, to_ms = self._view.span(now_ms)
        coarse = is_coarse(from_ms, to_ms, now_ms)
        if coarse and self._family == "run" and from_ms < state.began_ms:
            return "since start"  # the results database has no run times
        if self._family == "run":
            return "log scale"
        return "5 min buckets" if coarse else "log scale, 5 s buckets"


def _figures(found: Percentiles | None, role: Role) -> list[ChartFigure]:
    values = (None, None, None) if found is None else (found.p50_ms, found.p95_ms, found.p99_ms)
    return [
        ChartFigure(name, *duration_parts(value), role if value is not None else "text")
        for name, value in zip(NAMES, values, strict=True)
    ]
