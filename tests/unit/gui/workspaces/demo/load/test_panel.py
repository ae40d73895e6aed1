"""The controls of the sample load."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.load.panel import BURSTS, LEAST_PER_S, MOST_PER_S, RATES, SHARES, SLOWNESS_S, LoadPanel
from worker.demo.producers.load import Pattern


@pytest.fixture
def panel(qtbot: QtBot) -> LoadPanel:
    made = LoadPanel(Theme("dark"), rate_per_s=2.0, slowness_s=1.5, share=0.025)
    qtbot.addWidget(made)
    return made


def test_that_the_rates_cover_their_range_and_rise() -> None:
    assert RATES[0] == LEAST_PER_S
    assert RATES[-1] == MOST_PER_S
    assert sorted(set(RATES)) == RATES
    assert {0.1, 1.0, 2.0, 10.0, 100.0} <= set(RATES)


def test_that_each_value_is_shown_with_its_unit(panel: LoadPanel) -> None:
    assert (panel.rate.text, panel.slowness.text, panel.share.text) == ("2.0 /s", "1.5 s a job", "2.5 %")
    panel.rate.set_value(5_000)
    assert panel.rate.text == "5,000 /s"


def test_that_a_key_press_chooses_the_next_value(panel: LoadPanel, qtbot: QtBot) -> None:
    for slider, signal, value in (
        (panel.rate, panel.rate_chosen, 2.5),
        (panel.slowness, panel.slowness_chosen, 1.6),
        (panel.share, panel.share_chosen, 0.03),
    ):
        with qtbot.waitSignal(signal) as chosen:
            qtbot.keyClick(slider.track, Qt.Key.Key_Right)
        assert chosen.args == [pytest.approx(value)]
        assert slider.value == pytest.approx(value)


def test_that_a_value_between_two_steps_is_the_nearest(panel: LoadPanel) -> None:
    panel.slowness.set_value(3.33)
    assert panel.slowness.value == 3.3
    panel.share.set_value(9.0)
    assert panel.share.value == SHARES[-1]
    panel.slowness.set_value(-1)
    assert panel.slowness.value == SLOWNESS_S[0] == 0


def test_that_each_burst_button_asks_for_its_number(panel: LoadPanel, qtbot: QtBot) -> None:
    asked: list[int] = []
    panel.burst_requested.connect(asked.append)
    for button in panel.bursts:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert tuple(asked) == BURSTS


def test_that_the_load_pauses_and_resumes(panel: LoadPanel, qtbot: QtBot) -> None:
    said: list[bool] = []
    panel.load_paused.connect(said.append)
    for _ in range(2):
        qtbot.mouseClick(panel.pause, Qt.MouseButton.LeftButton)
    panel.set_paused(False)
    assert said == [True, False]
    assert panel.pause.accessibleName() == "Pause the load"


def test_that_a_pattern_is_chosen_by_its_name(panel: LoadPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.pattern_chosen) as chosen:
        panel.pattern.select(Pattern.EVENING.name)
    assert chosen.args == ["EVENING"]
