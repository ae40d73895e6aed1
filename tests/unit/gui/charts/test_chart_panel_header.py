"""The header of a chart: what it counts grows, and its title is never cut for it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.achievements.summary import AchievementSummary
from gui.charts.chart_panel import ChartPanel
from gui.widgets import ElidedLabel
from tests.support.chart_screen import BADGES, T0, Screen


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication) -> Screen:
    return Screen(qtbot, qapp)


def title_of(chart: ChartPanel, text: str) -> QLabel:
    return next(label for label in chart.findChildren(QLabel) if label.text() == text)


def is_whole(label: QLabel) -> bool:
    return label.width() >= label.fontMetrics().horizontalAdvance(label.text())


@pytest.mark.parametrize("width", range(300, 720, 20))
def test_that_growing_figures_push_the_pill_out_and_not_the_title(screen: Screen, width: int) -> None:
    chart = screen.achievements
    chart.resize(width, chart.height())
    title = title_of(chart, "Achievements unlocked")
    for seconds, (unlocked, athletes) in enumerate([(0, 0), (3, 1), (1_234_567, 123_456), (3, 1)]):
        screen.state.achievements.set_summary(AchievementSummary(T0 + seconds, BADGES, unlocked, athletes))
        screen.clock.ms = T0 + seconds
        screen.refresh()
        QApplication.sendPostedEvents()
        assert is_whole(title) or not chart.pill.isVisible()
    assert width != 700 or chart.pill.isVisible()  # back, where there is room again


def test_that_a_title_without_room_ends_in_an_ellipsis_and_not_within_a_letter(screen: Screen) -> None:
    screen.achievements.resize(140, 128)
    screen.refresh()
    QApplication.sendPostedEvents()
    title = title_of(screen.achievements, "Achievements unlocked")
    assert not is_whole(title)
    assert isinstance(title, ElidedLabel)
    assert title.shown_text().endswith("…")
    assert title.toolTip() == "Achievements unlocked"
