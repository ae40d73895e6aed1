"""The chart of the trend by week."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from core.athletes.trend import trend_of
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.athletes.page.reading_chart import FOCUS_PX
from gui.workspaces.athletes.page.trend_chart import TrendChart
from tests.support.entries import TODAY, entry
from tests.support.painted_text import painted_texts


def test_that_no_text_touches_the_frame_of_the_focus(theme: Theme, qtbot: QtBot) -> None:
    chart = TrendChart(theme)
    qtbot.addWidget(chart)
    chart.resize(600, 140)
    chart.show_trend(trend_of([entry(km=987)], "distance", TODAY), Units(), anew=True)
    edge = FOCUS_PX + 2
    inner = QRectF(chart.rect()).adjusted(edge, edge, -edge, -edge)
    texts = painted_texts(chart)
    assert {"1,000", "this week"} <= {each.text for each in texts}
    assert [each.text for each in texts if not inner.contains(each.ink)] == []
