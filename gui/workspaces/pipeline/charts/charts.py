"""The charts of the Pipeline workspace: throughput, wait and run, each with large figures over a plot."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.depth_and_flow import FlowRates
from core.metrics.latency import Percentiles
from core.metrics.throughput import is_coarse
from gui.charts.chart_panel import ChartPanel
from gui.charts.export import ChartExporter, Table
from gui.charts.formatting import NOTHING, duration_parts, rate_parts
from gui.charts.time_plot import TimePlot
from gui.charts.time_window import TimeView
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Label
from gui.workspaces.pipeline.charts.figures import ChartFigure, FigureRow
from gui.workspaces.pipeline.charts.percentile_plot import NAMES, ROLES, Family, PercentilePlot
from gui.workspaces.pipeline.charts.throughput_plot import ThroughputPlot
from gui.workspaces.pipeline.toolbar import OWN
from gui.workspaces.pipeline.worker_names import WorkerNames

_LEAST_MS = 250  # at most this often: outcomes come many times a second


class _FigureChart(ChartPanel):
    """Figures over a plot."""

    plot: TimePlot

    def __init__(
        self,
        theme: Theme,
        title: str,
        view: TimeView,
        exporter: ChartExporter,
        plot: TimePlot,
        names: WorkerNames,
        remark: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._view, self._names = view, names
        self._own = False
        self._seen_ms = 0
        super().__init__(theme, title, ("layers-outline", "whole queue"), None, exporter, parent)
        self.figures = FigureRow(theme, title)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.figures)
        column.addWidget(plot, 1)
        self.stack.addWidget(page)
        self.header.addStretch(1)
        if remark:
            self.remark = Label(theme, remark, "small", "second")
            self.header.addWidget(self.remark)
        self._add_menu()
        view.changed.connect(self._on_view_changed)

    def set_scope(self, scope: str) -> None:
        """Set the scope: `WHOLE` or `OWN`."""
        self._own = scope == OWN
        self._redraw()

    def _show_scope(self) -> None:
        self.pill.set_text(self._names.own_words if self._own else "whole queue")
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

    @Slot()
    def _on_view_changed(self) -> None:
        self._redraw()


class ThroughputChart(_FigureChart):
    """Rates into and out of the queue, from the broker's counts and the workers' outcomes."""

    def __init__(
        self,
        theme: Theme,
        view: TimeView,
        exporter: ChartExporter,
        now_ms: Callable[[], int],
        names: WorkerNames,
        parent: QWidget | None = None,
    ) -> None:
        self.flow_plot = ThroughputPlot(theme, view, now_ms())
        super().__init__(theme, "Throughput", view, exporter, self.flow_plot, names, parent=parent)

    @override
    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        flow = state.flow()
        if self._own:
            flow = FlowRates() if state.lost else state.own.meter.flow(now_ms)
        from_ms, to_ms = self._view.span(now_ms)
        marks = self._since_start(state, now_ms)
        self.flow_plot.show_flow(state, from_ms, to_ms, now_ms, marks, own=self._own)
        failed = self.flow_plot.failed
        self.figures.show_figures(
            (
                ChartFigure("Taken" if self._own else "In", *rate_parts(flow.in_per_s), "text", "line", "neutral"),
                ChartFigure("Out", *rate_parts(flow.out_per_s), "stored", "line", "stored"),
                ChartFigure("Failed", f"{failed:,}", "", "failed" if failed else "text", "cross", "failed"),
            )
        )
        self._show_scope()

    @override
    def table(self) -> Table:
        return self.flow_plot.table()


class PercentileChart(_FigureChart):
    """Percentiles of the time that workouts wait, or that they take to process."""

    def __init__(
        self,
        theme: Theme,
        view: TimeView,
        exporter: ChartExporter,
        now_ms: Callable[[], int],
        family: Family,
        names: WorkerNames,
        parent: QWidget | None = None,
    ) -> None:
        self._family: Family = family
        self.times_plot = PercentilePlot(theme, view, now_ms(), family)
        title = "Wait" if family == "wait" else "Run"
        super().__init__(theme, title, view, exporter, self.times_plot, names, "log scale", parent)

    @override
    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        wait, run = (state.own if self._own else state.work).latency.headline()
        figures = _figures(wait if self._family == "wait" else run, ROLES[self._family])
        if self._family == "wait" and not self._own:  # it is not known which worker will take the oldest
            oldest_ms = None if state.oldest_age_s is None else state.oldest_age_s * 1000
            # None: the broker does not report an age. In an empty queue the oldest age is 0.
            value, unit = duration_parts(oldest_ms) if oldest_ms else (NOTHING, "")
            figures.append(ChartFigure("Oldest", value, unit, "text", "dashes", "neutral"))
        self.figures.show_figures(figures)
        from_ms, to_ms = self._view.span(now_ms)
        self.times_plot.show_times(state, from_ms, to_ms, now_ms, self._marks(state, now_ms), own=self._own)
        self.remark.setText(self._remark(state, now_ms))
        self._want(self.remark, True)
        self._show_scope()

    def _marks(self, state: ConsoleState, now_ms: int) -> list[tuple[float, str]]:
        marks = self._since_start(state, now_ms)
        if self._family == "wait":
            marks += [
                (mark.at_ms, f"{self._names.short(mark.worker)} silent")
                for mark in state.workers.marks(self._view.span(now_ms)[0])
                if not self._own or self._names.is_own(mark.worker)
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

    @override
    def table(self) -> Table:
        return self.times_plot.table()


def _figures(found: Percentiles | None, role: Role) -> list[ChartFigure]:
    values = (None, None, None) if found is None else (found.p50_ms, found.p95_ms, found.p99_ms)
    return [
        ChartFigure(name, *duration_parts(value), role if value is not None else "text")
        for name, value in zip(NAMES, values, strict=True)
    ]
