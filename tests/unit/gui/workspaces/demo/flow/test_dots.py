"""Dots start apart from each other, travel as far as their path leads, and are bounded."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsScene
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.flow.dots import APART_MS, LATEST_MS, MOST_DOTS, RADIUS_PX, DotLayer, DotPath

T0 = 1_700_000_000_000


def way(length: float = 76.0) -> DotPath:
    path = QPainterPath(QPointF(0, 0))
    path.lineTo(length, 0)
    return DotPath(path)


@pytest.fixture
def layer(qtbot: QtBot, theme: Theme) -> DotLayer:
    scene = QGraphicsScene(theme)
    made = DotLayer(theme)
    scene.addItem(made)
    return made


def test_that_dots_of_one_moment_start_one_after_the_other(layer: DotLayer) -> None:
    layer.launch(way(), "waiting", 3, T0)
    layer.step(T0 + 3 * APART_MS)
    xs = [place.x() for _, place in layer.places]
    assert xs == sorted(xs, reverse=True)
    assert xs[0] - xs[1] > 2 * RADIUS_PX  # they can be told apart


def test_that_a_dot_stays_within_what_is_painted_again(layer: DotLayer) -> None:
    path = way()
    layer.launch(path, "waiting", 1, T0)
    for ms in range(0, round(path.took_ms), 16):
        assert layer.step(T0 + ms)
        ((_, place),) = layer.places
        assert path.around.contains(place)
        assert 0 < place.x() < 76
    assert not layer.step(T0 + path.took_ms)


def test_that_no_more_than_the_most_are_alive(layer: DotLayer) -> None:
    for _ in range(20):
        layer.launch(way(), "waiting", 100, T0)
    assert layer.alive == MOST_DOTS


def test_that_what_would_start_too_late_is_left_out(layer: DotLayer) -> None:
    layer.launch(way(), "waiting", 1_000, T0)
    assert layer.alive <= LATEST_MS / APART_MS + 1


def test_that_a_clock_set_back_leaves_no_dots_standing(layer: DotLayer) -> None:
    path = way()
    layer.launch(path, "waiting", 2, T0)
    assert not layer.step(T0 - 3_600_000)
    layer.launch(path, "waiting", 1, T0 - 3_600_000)
    layer.step(T0 - 3_600_000 + 10)
    assert len(layer.places) == 1


def test_that_a_longer_way_takes_longer_but_not_for_ever() -> None:
    assert way(40).took_ms < way(200).took_ms <= way(5_000).took_ms < 1_000
