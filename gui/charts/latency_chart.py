"""The latency panel: wait and run percentiles over time, and a sentence that summarizes them."""

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.latency import Percentiles
from gui.charts.chart_panel import ChartPanel
from gui.charts.export import ChartExporter
from gui.charts.formatting import NOTHING, duration
from gui.charts.latency_plot import LatencyPlot
from gui.charts.side_column import LatencyNumbers, LatencySide
from gui.charts.time_window import TimeView
from gui.theme.theme import Theme
from gui.widgets import Label

_LEAST_MS = 250  # at most this often: outcomes come many times a second, buckets are 5 s long


class LatencyChart(ChartPanel):
    """Shows wait and run times of all workers that reported. Main thread."""

    plot: LatencyPlot

    def __init__(self, theme: Theme, view: TimeView, exporter: ChartExporter, now_ms: Callable[[], int]) -> None:
        self._numbers = LatencySide(theme)
        self._seen_ms, self._seen_version = 0, 0
        super().__init__(theme, "Latency", view, exporter, scope=("memory", "this worker"), side=self._numbers)
        self.plot = LatencyPlot(theme, view, now_ms())
        line = "How long each workout waits, and how long the work takes."
        self._add_pages("latency", "No times yet", line, self.plot)
        self._remark = Label(theme, "log scale, 5 s buckets", "small", "second")
        self.header.addWidget(self._remark)
        self.header.addStretch(1)
        self._add_menu()

    @override
    def _what_shows(self, state: ConsoleState, now_ms: int) -> object:
        if abs(now_ms - self._seen_ms) >= _LEAST_MS:
            self._seen_ms, self._seen_version = now_ms, state.latency_version
        shown = (self._seen_version, state.lost, len(state.latency), len(state.workers), state.reading())
        return shown, state.oldest_age_s, self.plot.pixels(now_ms), self.size()

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
            self.plot.show_state(state, now_ms)


def _written(found: Percentiles | None) -> tuple[str, str, str]:
    if found is None:
        return (NOTHING, NOTHING, NOTHING)
    return (duration(found.p50_ms), duration(found.p95_ms), duration(found.p99_ms))
