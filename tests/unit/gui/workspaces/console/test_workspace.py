"""The Console workspace: its charts come into the places kept for them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.live.console_state import ConsoleState
from core.live.workout_log import WorkoutLog
from gui.charts.export import ChartExporter
from gui.frame.worker_names import WorkerNames
from gui.theme.theme import Theme
from gui.widgets import ScrollArea
from gui.workspaces.console.form.form import WorkoutForm
from gui.workspaces.console.receipts.panel import ReceiptsPanel
from gui.workspaces.console.workspace import ConsoleWorkspace

ZONE = ZoneInfo("Europe/Berlin")


def now_ms() -> int:
    return 1_767_225_600_000


@pytest.mark.parametrize("size", [(936, 600), (1192, 700)])
def test_that_the_receipts_keep_their_place_when_the_charts_come(
    theme: Theme, qtbot: QtBot, size: tuple[int, int]
) -> None:
    receipts = ReceiptsPanel(theme, WorkoutLog(), WorkerNames(), now_ms=now_ms, zone=ZONE)
    workspace = ConsoleWorkspace(theme, WorkoutForm(theme, now_ms=now_ms, zone=ZONE), receipts)
    qtbot.addWidget(workspace)
    workspace.resize(*size)
    with qtbot.waitExposed(workspace):
        workspace.show()
    before = receipts.geometry()
    charts = workspace.add_charts(ChartExporter(workspace), now_ms, ZONE)
    layout = workspace.layout()
    assert layout is not None
    layout.activate()  # as before the next picture
    assert charts.depth.isVisible()
    assert abs(receipts.y() - before.y()) <= 40


@pytest.mark.parametrize("height_px", [420, 500, 600])
def test_that_the_form_fits_a_low_window_and_only_the_rest_scrolls(theme: Theme, qtbot: QtBot, height_px: int) -> None:
    form = WorkoutForm(theme, now_ms=now_ms, zone=ZONE)
    workspace = ConsoleWorkspace(
        theme, form, ReceiptsPanel(theme, WorkoutLog(), WorkerNames(), now_ms=now_ms, zone=ZONE)
    )
    area = ScrollArea(upright=False)
    qtbot.addWidget(area)
    area.put_in(workspace)
    workspace.add_charts(ChartExporter(workspace), now_ms, ZONE)
    area.resize(936, height_px)
    with qtbot.waitExposed(area):
        area.show()
    form.body_fields.fields["duration"].show_problem("Type a duration such as 45 or 1:05:30")
    QApplication.processEvents()  # all layouts that were asked for
    assert workspace.height() == area.viewport().height() == height_px
    foot_px = form.submit_button.mapTo(area, form.submit_button.rect().bottomLeft()).y()
    assert foot_px < height_px


def test_that_nothing_scrolls_in_a_window_of_1024_by_700(theme: Theme, qtbot: QtBot) -> None:
    receipts = ReceiptsPanel(theme, WorkoutLog(), WorkerNames(), now_ms=now_ms, zone=ZONE)
    workspace = ConsoleWorkspace(theme, WorkoutForm(theme, now_ms=now_ms, zone=ZONE), receipts)
    qtbot.addWidget(workspace)
    charts = workspace.add_charts(ChartExporter(workspace), now_ms, ZONE)
    workspace.refresh(ConsoleState(now_ms), now_ms())
    workspace.resize(936, 600)
    with qtbot.waitExposed(workspace):
        workspace.show()
    QApplication.processEvents()
    area = next(each for each in workspace.findChildren(ScrollArea) if each.isAncestorOf(receipts))
    assert charts.latency.empty.isVisible()
    assert area.verticalScrollBar().maximum() == 0
    assert receipts.mapTo(workspace, receipts.rect().bottomLeft()).y() < workspace.height()
