"""What a screen reader is told: soon, and never a flood."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets import announcements
from gui.widgets.announcements import Announcements, announce, show_note


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QWidget:
    monkeypatch.setattr(announcements, "COLLECT_MS", 20)
    monkeypatch.setattr(announcements, "QUIET_MS", 200)
    window = QWidget()
    qtbot.addWidget(window)
    return window


def test_that_a_burst_is_one_announcement_and_the_next_waits(qtbot: QtBot, window: QWidget) -> None:
    told: list[str] = []
    spoken = Announcements(window)
    spoken.announced.connect(told.append)
    for _ in range(2_000):
        spoken.count("stored", 1)
    spoken.count("failed", 0)
    qtbot.waitUntil(lambda: len(told) == 1)
    spoken.count("failed", 2)
    spoken.count("failed", 1)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["2,000 stored.", "3 failed."]


def test_that_sentences_are_said_once_and_the_first_of_many(qtbot: QtBot, window: QWidget) -> None:
    spoken = Announcements(window)
    with qtbot.waitSignal(spoken.announced) as said:
        for word in ("A.", "A.", "B.", "C.", "D.", "E."):
            spoken.say(word)
    assert said.args == ["A. B. C. And 2 more."]


def test_that_what_a_key_goes_to_is_said_at_once_each_time(window: QWidget) -> None:
    told: list[str] = []
    Announcements(window).announced.connect(told.append)
    for row in ("Now.", "An hour ago.", "Now."):
        announce(window, row, at_once=True)
    assert told == ["Now.", "An hour ago.", "Now."]


def test_that_a_widget_speaks_by_its_window_and_a_dialog_by_its_owner(qtbot: QtBot, window: QWidget) -> None:
    announce(QLabel(window), "Nothing is there to say it.")
    spoken = Announcements(window)
    dialog = QDialog(window)
    with qtbot.waitSignal(spoken.announced) as said:
        announce(QLabel(dialog), "Port: Type a number.")
        announce(QLabel(window), "Offline.")
    assert said.args == ["Port: Type a number. Offline."]


def test_that_a_note_is_in_the_status_bar_and_announced(qtbot: QtBot) -> None:
    class Window(QWidget):
        shown = ""

        def event(self, event: QEvent) -> bool:
            if isinstance(event, QStatusTipEvent):
                self.shown = event.tip()
            return super().event(event)

    window = Window()
    qtbot.addWidget(window)
    spoken = Announcements(window)
    with qtbot.waitSignal(spoken.announced) as said:
        show_note(QLabel(window), "It has no id")
    assert (window.shown, said.args) == ("It has no id", ["It has no id."])
