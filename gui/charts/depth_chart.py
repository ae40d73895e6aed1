"""The queue depth panel: plot, current figures, and the time window and freeze of both time charts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from typing_extensions import override

from core.events import WorkerState
from core.live.console_state import ConsoleState
from gui.charts.chart_panel import ChartPanel
from gui.charts.depth_plot import DepthPlot
from gui.charts.export import ChartExporter
from gui.charts.formatting import NOTHING, empty_in_parts, rate_parts
from gui.charts.side_column import DepthNumbers, DepthSide
from gui.charts.time_window import WINDOWS_MIN, TimeView
from gui.formatting import clock_text
from gui.theme.theme import Theme
from gui.widgets import Button, IconButton, SegmentedControl

_LAST = str(WINDOWS_MIN[-1])

_NOTHING_WAITS = "Nothing is waiting", "Workouts line up here until a worker takes them."
_CONNECTING = "Not known yet", "The queue has not answered since this program started."
_NOT_KNOWN = "Not known while offline", "The queue has not been reached since this program started."


class DepthChart(ChartPanel):
    """Shows waiting and running workouts of the whole queue. Main thread."""

    plot: DepthPlot

    def __init__(self, theme: Theme, view: TimeView, exporter: ChartExporter, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._numbers = DepthSide(theme)
        super().__init__(theme, "Queue depth", view, exporter, side=self._numbers)
        self.plot = DepthPlot(theme, view, now_ms())
        self._add_pages("depth", *_CONNECTING, self.plot)
        self._build_tools(theme)
        view.changed.connect(self._on_view_changed)
        self._on_view_changed()

    def _build_tools(self, theme: Theme) -> None:
        words = [(str(each), f"{each} min" if str(each) == _LAST else str(each)) for each in WINDOWS_MIN]
        self.segment = SegmentedControl(theme, "Window in minutes", words)
        self.segment.select(str(self._view.window_min))
        self.segment.selected.connect(self._on_window_selected)
        self.live_button = Button(theme, "Back to live", "play-circle-outline", role="small")
        self.live_button.clicked.connect(self._on_live_requested)
        self.freeze_button = IconButton(theme, "pause-circle-outline", "Freeze the charts")
        self.freeze_button.clicked.connect(self._on_freeze_toggled)
        self.header.addStretch(1)
        self.header.addWidget(self.live_button)
        self.header.addWidget(self.segment)
        self._add_menu([self.freeze_button])

    @override
    def _what_shows(self, state: ConsoleState, now_ms: int) -> object:
        shown = (state.waiting, state.running, len(state.depths), state.depth, state.lost, state.unread, state.started)
        return shown, self._numbers_of(state), self.plot.pixels(now_ms), self.size()

    @override
    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        self._numbers.show_numbers(self._numbers_of(state))
        unread = _NOT_KNOWN if state.lost else _CONNECTING
        self.empty.show_words(*(unread if state.unread else _NOTHING_WAITS))
        self._show_page(int(state.started), (self.segment, self.freeze_button, self.menu_button))
        if state.started:
            self.plot.show_state(state, now_ms)

    def _numbers_of(self, state: ConsoleState) -> DepthNumbers:
        waiting, running = f"{state.waiting:,}", f"{state.running:,}"
        if state.lost and state.connection is not None:
            at = "" if state.depth is None else clock_text(state.depth.at_ms, self._view.zone)
            since = f"Last known at {at}. " if at else ""
            note = f"{since}Live again as soon as {state.connection.kind} answers."
            if state.unread:
                waiting = running = NOTHING
            return DepthNumbers(waiting, running, (NOTHING, ""), note=note, stale=True)
        if state.unread:
            return DepthNumbers(NOTHING, NOTHING, (NOTHING, ""), note="Known as soon as the queue answers.", stale=True)
        flow = state.flow()
        measuring = flow.pace_per_s is None and not state.unattended
        empty_in = empty_in_parts(flow.empty_in_s, measuring=measuring)
        if not state.started:
            ready = state.workers.number_in(WorkerState.RUNNING, self._now_ms())
            rows = (("Workers ready", f"{ready:,}", ""), ("Kept on this computer", f"{state.pending:,}", ""))
            return DepthNumbers(waiting, running, ("0", "s"), rows)
        coming, going = rate_parts(flow.in_per_s), rate_parts(flow.out_per_s)
        return DepthNumbers(waiting, running, empty_in, (("Coming in", *coming), ("Going out", *going)))

    @override
    @Slot()
    def _fit(self) -> None:
        self.segment.set_words(_LAST, _LAST if self.short_words else f"{_LAST} min")
        super()._fit()

    @Slot(str)
    def _on_window_selected(self, minutes: str) -> None:
        self._view.set_window(int(minutes))

    @Slot()
    def _on_freeze_toggled(self) -> None:
        if self._view.live:
            self._view.freeze(self._now_ms())
        else:
            self._view.go_live()

    @Slot()
    def _on_live_requested(self) -> None:
        self._view.go_live()
        self.freeze_button.setFocus()

    @Slot()
    def _on_view_changed(self) -> None:
        live = self._view.live
        if self.segment.value != str(self._view.window_min):
            self.segment.select(str(self._view.window_min))
        icon, name = ("pause", "Freeze the charts") if live else ("play", "Back to live")
        self.freeze_button.set_icon(f"{icon}-circle-outline", name)
        self._want(self.live_button, not live)
        self._want(self.pill, True)
