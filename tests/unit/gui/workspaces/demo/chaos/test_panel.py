"""The buttons of the experiments."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.chaos.panel import ChaosPanel
from worker.demo.experiments.experiment import Observation, Result


@pytest.fixture
def panel(qtbot: QtBot) -> ChaosPanel:
    made = ChaosPanel(Theme("dark"))
    qtbot.addWidget(made)
    made.resize(808, 240)
    made.show()
    return made


def test_that_each_button_asks_for_its_experiment(panel: ChaosPanel, qtbot: QtBot) -> None:
    asked: list[str] = []
    panel.experiment_requested.connect(asked.append)
    for row in panel.rows.values():
        qtbot.keyClick(row.button, Qt.Key.Key_Space)
    assert asked == list(panel.rows)


def test_that_what_was_seen_is_shown_and_counted(panel: ChaosPanel) -> None:
    seen = {"kill": Observation(Result.KEPT, "W1 took over in 2.1 s, 0 lost")}
    panel.show_observations(seen, "", (1, 1, 7))
    assert panel.rows["kill"].words == "W1 took over in 2.1 s, 0 lost"
    assert panel.rows["pause"].words == "not tried yet"
    assert panel.tally.text == "1 of 1 as promised"
    assert panel.tally.isVisible()
    assert panel.report.isEnabled()


def test_that_one_runs_at_a_time_and_can_be_stopped(panel: ChaosPanel, qtbot: QtBot) -> None:
    panel.show_observations({"cut": Observation(Result.RUNNING, "away, 3 kept here")}, "cut", (0, 0, 8))
    assert [key for key, row in panel.rows.items() if row.button.isEnabled()] == ["cut"]
    assert "One experiment" in panel.rows["kill"].button.toolTip()
    with qtbot.waitSignal(panel.stop_requested):
        qtbot.mouseClick(panel.all, Qt.MouseButton.LeftButton)
    panel.show_observations({}, "", (0, 0, 8))
    with qtbot.waitSignal(panel.all_requested):
        qtbot.mouseClick(panel.all, Qt.MouseButton.LeftButton)
