"""The latency panel: wait and run percentiles over time, and a sentence that summarizes them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.latency import Percentiles
from gui.charts.chart_panel import ChartPanel
from gui.charts.export import ChartExporter, Table
from gui.charts.formatting import NOTHING, duration
from gui.charts.latency_plot import LatencyPlot
from gui.charts.side_column import LatencyNumbers, LatencySide
from gui.charts.time_window import TimeView
from gui.theme.theme import Theme
from gui.widgets import EmptyState, Label

_LEAST_MS = 250  # at most this often: outcomes come many times a second, buckets are 5 s long


class LatencyChart(ChartPanel):
    """Shows wait and run times of all workers that reported. Main thread."""

    def __init__(
        self,
        theme: Theme,
        view: TimeView,
        exporter: ChartExporter,
        now_ms: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        self._view = view
        self._numbers = LatencySide(theme)
        self._seen_ms, self._seen_version = 0, 0
        super().__init__(theme, "Latency", ("memory", "this worker"), self._numbers, exporter, parent)
        self.plot = LatencyPlot(theme, view, now_ms())
        self.add_empty(
            EmptyState(
                theme,
                "latency",
                "No times yet",
                "How long each workout waits, and how long the work takes.",
                (
                    ("waiting", "waiting"),
                    ("running", "being worked on"),
                ),
            )
        )
        self.stack.addWidget(self.plot)
        self._remark = Label(theme, "log scale, 5 s buckets", "small", "second")
        self.header.addWidget(self._remark)
        self.header.addStretch(1)
        self._add_menu()
        view.changed.connect(self._on_view_changed)

    @override
    def _what_shows(self, state: ConsoleState, now_ms: int) -> object:
        from_ms, to_ms = self._view.span(now_ms)
        pixel = max(1.0, (to_ms - from_ms) / self.plot.plot_area.width())
        if abs(now_ms - self._seen_ms) >= _LEAST_MS:
            self._seen_ms, self._seen_version = now_ms, state.latency_version
        shown = (self._seen_version, state.lost, len(state.latency), len(state.workers), state.reading())
        return shown, state.oldest_age_s, round(to_ms / pixel), round(from_ms / pixel), self.size()

    @override
    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        wait, run = state.latency.headline()
        started = run is not None
        oldest_ms = None if state.oldest_age_s is None else state.oldest_age_s * 1000
        # None: the broker does not report an age. In an empty queue the oldest age is 0.
        oldest = duration(oldest_ms) if oldest_ms else NOTHING
        hint = not started and not state.lost
        self._numbers.show_numbers(
            LatencyNumbers(_written(wait), _written(run), oldest, state.reading(), state.lost, hint)
        )
        self.pill.set_text("all workers" if len(state.workers) > 1 else "this worker")
        self._show_page(int(started), (self.menu_button,))
        self._want(self._remark, started)
        if started:
            from_ms, to_ms = self._view.span(now_ms)
            self.plot.show_latency(state, from_ms, to_ms, now_ms)

    @override
    def table(self) -> Table:
        return self.plot.table()

    @Slot()
    def _on_view_changed(self) -> None:
        self._redraw()


def _written(found: Percentiles | None) -> tuple[str, str, str]:
    if found is None:
        return (NOTHING, NOTHING, NOTHING)
    return (duration(found.p50_ms), duration(found.p95_ms), duration(found.p99_ms))
