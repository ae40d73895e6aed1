"""The opening workspace: the form at the left, three charts and the receipts at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.console_state import ConsoleState
from gui.charts.achievements_chart import AchievementsChart
from gui.charts.depth_chart import DepthChart
from gui.charts.export import ChartExporter
from gui.charts.latency_chart import LatencyChart
from gui.charts.time_view import TimeView
from gui.console.form import WorkoutForm
from gui.console.receipts import ReceiptsPanel
from gui.demo.load_bar import LoadBar
from gui.theme import Theme
from gui.widgets import GAP_PX

FORM_PX = 300
DEPTH_PX = (118, 142)  # least and most; the pictures have 138
LATENCY_PX = (130, 176)
ACHIEVEMENTS_PX = (110, 132)


class ConsoleWorkspace(QWidget):
    """Main thread. Arranges; what its parts say and are told is the controller's business."""

    def __init__(
        self,
        theme: Theme,
        form: WorkoutForm,
        receipts: ReceiptsPanel,
        exporter: ChartExporter,
        now_ms: Callable[[], int],
        load_bar: LoadBar | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.form, self.receipts, self.load_bar = form, receipts, load_bar
        view = TimeView(self)
        self.depth_chart = DepthChart(theme, view, exporter, now_ms)
        self.latency_chart = LatencyChart(theme, view, exporter, now_ms)
        self.achievements_chart = AchievementsChart(theme, view, exporter)
        form.setFixedWidth(FORM_PX)
        right = QVBoxLayout()
        right.setSpacing(GAP_PX)
        for chart, (least_px, most_px) in (
            (self.depth_chart, DEPTH_PX),
            (self.latency_chart, LATENCY_PX),
            (self.achievements_chart, ACHIEVEMENTS_PX),
        ):
            chart.setMinimumHeight(least_px)
            chart.setMaximumHeight(most_px)
            right.addWidget(chart, most_px)
        right.addWidget(receipts, 226)
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(form)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        if load_bar is not None:
            column.addWidget(load_bar)
        column.addLayout(row, 1)

    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        """Redraw what changed; hidden charts draw nothing."""
        self.depth_chart.refresh(state, now_ms)
        self.latency_chart.refresh(state, now_ms)
        self.achievements_chart.refresh(state, now_ms)
