"""The bar of a recording that is played."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.recording.recording import open_recording
from core.recording.records import Record, RecordedNote
from gui.playback.bar import HEIGHT_PX, PlaybackBar
from gui.playback.clock import PlaybackClock
from gui.playback.player import Player
from gui.theme.theme import TEXT_FACTORS, Theme
from tests.support.recorded import T0, record_to

RECORDS: tuple[Record, ...] = (RecordedNote(T0 + 1_000, "Kill a worker"), RecordedNote(T0 + 125_000, "Pause all"))
END_MS = T0 + 125_000


@pytest.fixture
def player(qtbot: QtBot, tmp_path: Path) -> Iterator[Player]:
    parent = QObject()
    path = record_to(tmp_path / "a.paceline", RECORDS)
    yield Player(open_recording(path), PlaybackClock(T0, 1.0, lambda: 0.0), END_MS, parent)
    parent.deleteLater()


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme, player: Player) -> PlaybackBar:
    made = PlaybackBar(theme, player)
    qtbot.addWidget(made)
    made.resize(900, HEIGHT_PX)
    made.show()
    return made


def test_that_it_says_where_it_is_and_how_fast(bar: PlaybackBar, player: Player) -> None:
    assert (bar.time.text(), bar.speed.text()) == ("0:00 of 2:05", "1x")
    player.go_to(T0 + 65_000)
    player._on_tick()
    bar.show_time()
    assert bar.time.text() == "1:05 of 2:05"
    assert bar.slider.value() == 65
    assert bar.note.text() == "Kill a worker"


def test_that_its_buttons_play_and_change_the_speed(bar: PlaybackBar, player: Player) -> None:
    assert bar.play.accessibleName() == "Play (Ctrl+Space)"
    QTest.keyClick(bar.play, Qt.Key.Key_Space)
    assert player.clock.playing
    assert bar.play.accessibleName() == "Pause (Ctrl+Space)"
    QTest.mouseClick(bar.faster, Qt.MouseButton.LeftButton)
    assert bar.speed.text() == "2x"
    QTest.mouseClick(bar.slower, Qt.MouseButton.LeftButton)
    QTest.mouseClick(bar.slower, Qt.MouseButton.LeftButton)
    assert bar.speed.text() == "0.5x"
    assert bar.speed.accessibleName() == "0.5 times as fast as it was"


def test_that_the_slider_goes_where_a_drag_ends_and_by_keys(qtbot: QtBot, bar: PlaybackBar) -> None:
    chosen: list[int] = []
    bar.time_chosen.connect(chosen.append)
    bar.slider.setSliderDown(True)
    bar.slider.setValue(60)
    bar.slider.setValue(80)
    assert chosen == []
    bar.show_time()
    assert bar.slider.value() == 80  # a clock that goes on does not take it away
    bar.slider.setSliderDown(False)
    assert chosen == [T0 + 80_000]
    QTest.keyClick(bar.slider, Qt.Key.Key_Right)
    assert chosen[-1] == T0 + 85_000
    QTest.keyClick(bar.slider, Qt.Key.Key_PageUp)
    assert chosen[-1] > T0 + 85_000


def test_that_the_end_is_said(bar: PlaybackBar, player: Player) -> None:
    player.go_to(END_MS)
    player._on_tick()
    player._on_tick()
    assert bar.note.text() == "This is the end of the recording."
    assert bar.play.accessibleName() == "Play again (Ctrl+Space)"
    player.recording.is_whole = False
    bar.show_player()
    assert bar.note.text() == "This is the end of the recording; what followed was not written."


def _fits(label: QLabel) -> bool:
    return label.width() >= label.sizeHint().width()


@pytest.mark.parametrize("factor", TEXT_FACTORS)
def test_that_its_words_fit(qtbot: QtBot, bar: PlaybackBar, theme: Theme, factor: float) -> None:
    theme.set_text_factor(factor)
    for label in (bar.time, bar.speed):
        qtbot.waitUntil(partial(_fits, label))
