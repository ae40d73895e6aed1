"""A slider with a scale."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.load.slider import ScaledSlider

VALUES = [0.0, 0.5, 1.0, 2.0, 8.0]


@pytest.fixture
def slider(qtbot: QtBot) -> ScaledSlider:
    made = ScaledSlider(
        Theme("light"), "Speed", VALUES, [(0, "0"), (8, "8")], lambda value: (f"{value:g}", "km/h"), 1.0
    )
    qtbot.addWidget(made)
    made.resize(300, 60)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_that_a_click_moves_the_knob_there(slider: ScaledSlider) -> None:
    chosen: list[float] = []
    slider.chosen.connect(chosen.append)
    track = slider.track
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 3, track.height() // 2))
    assert slider.value == 8.0
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(round(track.x_at(1)), track.height() // 2))
    assert slider.value == 0.5
    assert chosen == [8.0, 0.5]
    assert slider.text == "0.5 km/h"


def test_that_dragging_follows_the_pointer_and_moving_alone_does_nothing(slider: ScaledSlider) -> None:
    track = slider.track
    QTest.mouseMove(track, QPoint(5, 8))
    assert slider.value == 1.0
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(round(track.x_at(1)), 8))
    QTest.mouseMove(track, QPoint(round(track.x_at(3)), 8))
    assert slider.value == 2.0
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=QPoint(round(track.x_at(3)), 8))
    QTest.mouseMove(track, QPoint(2, 8))
    assert slider.value == 2.0


def test_that_keys_reach_both_ends(slider: ScaledSlider) -> None:
    QTest.keyClick(slider.track, Qt.Key.Key_Home)
    assert slider.value == VALUES[0]
    QTest.keyClick(slider.track, Qt.Key.Key_End)
    assert slider.value == VALUES[-1]
