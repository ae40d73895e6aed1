"""The live charts of the console."""

from gui.charts.achievements_chart import AchievementsChart
from gui.charts.depth_chart import DepthChart
from gui.charts.export import ChartExporter
from gui.charts.latency_chart import LatencyChart
from gui.charts.time_view import TimeView

__all__ = ["AchievementsChart", "ChartExporter", "DepthChart", "LatencyChart", "TimeView"]
