"""The three charts of the pipeline: throughput, wait, run; large numbers over a plot each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from core.console_state import ConsoleState
from core.latency import Percentiles
from gui.charts.chart_panel import ChartPanel
from gui.charts.export import ChartExporter, Table
from gui.charts.time_plot import TimePlot
from gui.charts.time_view import TimeView
from gui.charts.words import NOTHING, duration_parts, rate_parts
from gui.palette import Role
from gui.pipeline.figures import Figure, FigureRow
from gui.pipeline.names import WorkerNames
from gui.pipeline.percentile_plot import NAMES, ROLES, Family, PercentilePlot
from gui.pipeline.throughput_plot import ThroughputPlot
from gui.theme import Theme
from gui.widgets import Label

_LEAST_MS = 250  # outcomes come many times a second; these charts need not follow each


class _FigureChart(ChartPanel):
    """Figures, then the plot."""

    plot: TimePlot

    def __init__(
        self,
        theme: Theme,
        title: str,
        view: TimeView,
        exporter: ChartExporter,
        plot: TimePlot,
        remark: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._view = view
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

    @override
    def _what_shows(self, state: ConsoleState, now_ms: int) -> object:
        if abs(now_ms - self._seen_ms) >= _LEAST_MS:
            self._seen_ms = now_ms
        return self._seen_ms, self._view.live, state.lost, self.size()

    @Slot()
    def _on_view_changed(self) -> None:
        self._redraw()


class ThroughputChart(_FigureChart):
    """What comes into the queue and what leaves it, by the broker's count and the workers' outcomes."""

    def __init__(
        self,
        theme: Theme,
        view: TimeView,
        exporter: ChartExporter,
        now_ms: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        self.flow_plot = ThroughputPlot(theme, view, now_ms())
        super().__init__(theme, "Throughput", view, exporter, self.flow_plot, parent=parent)

    @override
    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        flow = state.flow()
        from_ms, to_ms = self._view.span(now_ms)
        failed = sum(count for _, count in state.flows.failures(from_ms, to_ms))
        self.figures.show_figures(
            (
                Figure("In", *rate_parts(flow.in_per_s), "text", "line", "neutral"),
                Figure("Out", *rate_parts(flow.out_per_s), "stored", "line", "stored"),
                Figure("Failed", f"{failed:,}", "", "failed" if failed else "text", "cross", "failed"),
            )
        )
        self._want(self.pill, True)
        self._fit_header()
        self.flow_plot.show_flow(state, from_ms, to_ms, now_ms)

    @override
    def table(self) -> Table:
        return self.flow_plot.table()


class PercentileChart(_FigureChart):
    """How long workouts wait, or how long the work takes, of all workers heard of."""

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
        self._names = names
        self.times_plot = PercentilePlot(theme, view, now_ms(), family)
        title, remark = ("Wait", "log scale, 5 s buckets") if family == "wait" else ("Run", "log scale")
        super().__init__(theme, title, view, exporter, self.times_plot, remark, parent)

    @override
    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        wait, run = state.latency.headline()
        figures = _figures(wait if self._family == "wait" else run, ROLES[self._family])
        if self._family == "wait":
            oldest_ms = None if state.oldest_age_s is None else state.oldest_age_s * 1000
            # A broker that cannot tell an age tells nothing; an empty queue has an oldest of nothing at all.
            value, unit = duration_parts(oldest_ms) if oldest_ms else (NOTHING, "")
            figures.append(Figure("Oldest", value, unit, "text", "dashes", "neutral"))
        self.figures.show_figures(figures)
        many = len(state.fleet) > 1
        self.pill.set_text("all workers" if many else "this worker")
        self._want(self.remark, True)
        self._want(self.pill, True)
        self._fit_header()
        from_ms, to_ms = self._view.span(now_ms)
        marks: Sequence[tuple[float, str]] = ()
        if self._family == "wait":
            marks = [(mark.at_ms, f"{self._names.short(mark.worker)} silent") for mark in state.fleet.marks(from_ms)]
        self.times_plot.show_times(state, from_ms, to_ms, now_ms, marks)

    @override
    def table(self) -> Table:
        return self.times_plot.table()


def _figures(found: Percentiles | None, role: Role) -> list[Figure]:
    values = (None, None, None) if found is None else (found.p50_ms, found.p95_ms, found.p99_ms)
    return [
        Figure(name, *duration_parts(value), role if value is not None else "text")
        for name, value in zip(NAMES, values, strict=True)
    ]
