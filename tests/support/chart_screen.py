"""The charts over state that a test makes, and a clock that it turns."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.achievements.summary import BadgeCount
from core.events import (
    BatchProcessed,
    DepthSampled,
    OutcomeKind,
    WorkoutOutcome,
)
from core.live.console_state import ConsoleState
from gui.charts.achievements_chart import AchievementsChart
from gui.charts.depth_chart import DepthChart
from gui.charts.export import ChartExporter
from gui.charts.latency_chart import LatencyChart
from gui.charts.time_window import TimeView
from gui.theme.theme import Theme

T0 = 1_765_391_070_000

BERLIN = ZoneInfo("Europe/Berlin")

BADGES = (
    BadgeCount("5k", "5K Runner", 48, "Running, 5 km or more"),
    BadgeCount("hour", "Hour of Power", 37, "Longer than 60 minutes"),
    BadgeCount("cent", "Century Ride", 50, "Cycling, 100 km or more"),
)


class Clock:
    def __init__(self) -> None:
        self.ms = T0

    def __call__(self) -> int:
        return self.ms


class Screen:
    """The three charts as a console holds them."""

    def __init__(self, qtbot: QtBot, qapp: QApplication) -> None:
        self.clock = Clock()
        self.theme = Theme("dark")
        self.theme.apply(qapp)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(880, 460)
        self.view = TimeView(self.window, zone=BERLIN)
        self.exporter = ChartExporter(self.window)
        self.depth = DepthChart(self.theme, self.view, self.exporter, self.clock)
        self.latency = LatencyChart(self.theme, self.view, self.exporter, self.clock)
        self.achievements = AchievementsChart(self.theme, self.view, self.exporter)
        for chart, top, height in ((self.depth, 0, 138), (self.latency, 150, 172), (self.achievements, 330, 128)):
            chart.setParent(self.window)
            chart.setGeometry(0, top, 880, height)
        self.state = ConsoleState(self.clock)
        with qtbot.waitExposed(self.window):
            self.window.show()

    def refresh(self) -> None:
        for chart in (self.depth, self.latency, self.achievements):
            chart.refresh(self.state, self.clock())

    def work(self, seconds: int, ready: int = 38) -> None:
        """So many seconds of a queue that stands still."""
        for _ in range(seconds):
            self.clock.ms += 1000
            outcome = WorkoutOutcome("id", "Ana", "Running", OutcomeKind.STORED, 700.0, 80.0)
            self.state.apply(BatchProcessed(self.clock.ms, "worker-1", (outcome,) * 10))
            self.state.apply(DepthSampled(self.clock.ms, ready, 4, 1, 0, 0, 2.0))
        self.refresh()
