"""The Console workspace: the form at the left, three charts and the receipts at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.live.console_state import ConsoleState
from core.logs import load_formatting
from gui.charts.export import ChartExporter
from gui.theme.theme import Theme
from gui.widgets import GAP_PX, Panel, ScrollArea
from gui.widgets.keys import tab_before
from gui.workspaces.console.form.form import WorkoutForm
from gui.workspaces.console.receipts.panel import ReceiptsPanel

if TYPE_CHECKING:
    from gui.charts.achievements_chart import AchievementsChart
    from gui.charts.depth_chart import DepthChart
    from gui.charts.latency_chart import LatencyChart

# Title, minimum and maximum height at the usual size of texts.
CHARTS_PX = (("Queue depth", 118, 142), ("Latency", 130, 176), ("Achievements unlocked", 110, 132))
RECEIPTS_PX = 226
RIGHT_PX = 284  # of charts and receipts at least, at the usual size of texts; in less they scroll


@dataclass(frozen=True)
class ConsoleCharts:
    depth: DepthChart
    latency: LatencyChart
    achievements: AchievementsChart


class ConsoleWorkspace(QWidget):
    """Main thread. Arranges its parts, which the controllers connect. In a small window all but the form scrolls."""

    def __init__(
        self,
        theme: Theme,
        form: WorkoutForm,
        receipts: ReceiptsPanel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.form, self.receipts = form, receipts
        self.charts: ConsoleCharts | None = None
        self._theme = theme
        right = ScrollArea(upright=False)
        right.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right.setAccessibleName("Charts and receipts")
        column = QWidget()
        right.put_in(column)
        theme.bound_width(column, RIGHT_PX)
        self._right = QVBoxLayout(column)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.setSpacing(GAP_PX)
        self._places = [Panel(name) for name, _, _ in CHARTS_PX]
        for place, (_, least_px, most_px) in zip(self._places, CHARTS_PX, strict=True):
            theme.bound_height(place, least_px, most_px)
            self._right.addWidget(place, most_px)
        self._right.addWidget(receipts, RECEIPTS_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(form)
        row.addWidget(right, 1)

    def add_charts(self, exporter: ChartExporter, now_ms: Callable[[], int], zone: tzinfo) -> ConsoleCharts:
        """Insert the charts; call it after the first paint, since importing pyqtgraph takes a quarter of a second."""
        # Both import colorama, in two threads: modules of a package that another thread is importing may be missing.
        load_formatting()
        from gui.charts.achievements_chart import AchievementsChart
        from gui.charts.depth_chart import DepthChart
        from gui.charts.latency_chart import LatencyChart
        from gui.charts.time_window import TimeView

        view = TimeView(self, zone=zone)
        charts = ConsoleCharts(
            DepthChart(self._theme, view, exporter, now_ms),
            LatencyChart(self._theme, view, exporter, now_ms),
            AchievementsChart(self._theme, view, exporter),
        )
        in_order = (charts.depth, charts.latency, charts.achievements)
        for place, chart, (_, least_px, most_px) in zip(self._places, in_order, CHARTS_PX, strict=True):
            self._theme.bound_height(chart, least_px, most_px)
            self._right.replaceWidget(place, chart)
            place.hide()
            chart.show()  # by itself later, and until then the receipts would fill the whole column
            place.deleteLater()
        self._places.clear()
        tab_before(self.receipts, in_order)
        self.charts = charts
        return charts

    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        """Redraw charts that changed; hidden ones draw nothing."""
        if self.charts is not None:
            self.charts.depth.refresh(state, now_ms)
            self.charts.latency.refresh(state, now_ms)
            self.charts.achievements.refresh(state, now_ms)
