"""The presenter's notes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.tour.notes import NO_TOUR, PresenterNotes, other_screen
from worker.demo.tour.step import Caption
from worker.demo.tour.steps import STEPS


def test_that_a_step_is_shown_with_what_to_say_and_what_the_key_does(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    notes = PresenterNotes(Theme("dark"), parent)
    notes.show_on(parent.screen())
    assert notes.isVisible()
    assert notes.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert notes.words.text() == NO_TOUR
    notes.show_step(2, 7, Caption("Watch it wait", ("a", "b"), "Send 4"), STEPS[1].notes)
    assert notes.number.text() == "Step 2 of 7"
    assert notes.title.text() == "Watch it wait"
    assert notes.words.text() == STEPS[1].notes
    assert notes.next.text() == "PgDn: Send 4"
    notes.show_step(0, 7, None, "")
    assert notes.words.text() == NO_TOUR
    assert notes.next.text() == ""


def test_that_every_step_has_notes() -> None:
    assert all(len(step.notes) > 80 for step in STEPS)
    assert len({step.notes for step in STEPS}) == len(STEPS)


def test_that_one_screen_has_no_place_for_notes(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    assert other_screen(window) is None
