"""The Console workspace: its charts come into the places kept for them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from pytestqt.qtbot import QtBot

from core.live.workout_log import WorkoutLog
from gui.charts.export import ChartExporter
from gui.frame.worker_names import WorkerNames
from gui.theme.theme import Theme
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
