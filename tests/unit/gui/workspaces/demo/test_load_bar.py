"""The demonstration's load controls."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.load_bar import BURSTS, LEAST_PER_S, MOST_PER_S, LoadBar, position_of, rate_at


@pytest.fixture
def bar(qtbot: QtBot) -> LoadBar:
    made = LoadBar(Theme("dark"), 2.0)
    qtbot.addWidget(made)
    return made


def test_that_the_slider_covers_the_range_and_rises() -> None:
    rates = [rate_at(position) for position in range(position_of(MOST_PER_S) + 1)]
    assert rates[0] == LEAST_PER_S
    assert rates[-1] == MOST_PER_S
    assert rates == sorted(set(rates))


@pytest.mark.parametrize("rate", [0.1, 1.0, 2.0, 10.0, 100.0, 5_000.0])
def test_that_round_rates_can_be_chosen(rate: float) -> None:
    assert rate_at(position_of(rate)) == rate


def test_that_a_key_press_on_the_slider_chooses_the_next_rate(bar: LoadBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.rate_chosen) as chosen:
        qtbot.keyClick(bar.slider, Qt.Key.Key_Right)
    assert chosen.args == [2.5]
    assert bar.rate_per_s == 2.5


def test_that_each_burst_button_asks_for_its_number(bar: LoadBar, qtbot: QtBot) -> None:
    asked: list[int] = []
    bar.burst_requested.connect(asked.append)
    for button in bar.bursts:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert tuple(asked) == BURSTS


def test_that_the_load_pauses_and_resumes(bar: LoadBar, qtbot: QtBot) -> None:
    said: list[bool] = []
    bar.load_paused.connect(said.append)
    for _ in range(2):
        qtbot.mouseClick(bar.pause, Qt.MouseButton.LeftButton)
    assert said == [True, False]
    assert bar.pause.text() == "Pause load"
