"""The bar of the tour, and the mark of its step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.tour.bar import INVITATION, WATCHING, TourBar
from gui.workspaces.demo.tour.mark import StepMark
from worker.demo.tour.step import Caption

CAPTION = Caption("Watch it wait", ("The worker is paused.", "Producers notice nothing."), "Send 4")


@pytest.fixture
def bar(qtbot: QtBot) -> TourBar:
    made = TourBar(Theme("dark"), 7)
    qtbot.addWidget(made)
    made.resize(1192, 68)
    made.show()
    return made


def test_that_it_invites_until_the_tour_is_on(bar: TourBar) -> None:
    assert bar.title.text() == INVITATION.title
    assert bar.go_on.text() == "Take the tour"
    assert not bar.leave.isVisible()
    assert not bar.press("leave")
    bar.show_step(2, CAPTION, done=False)
    assert bar.leave.isVisible()
    assert bar.number.text() == "Step 2 of 7"
    assert bar.title.text() == "Watch it wait"


@pytest.mark.parametrize(
    ("number", "act", "done", "words"),
    [(2, "Send 4", False, "Send 4"), (2, "", False, WATCHING), (2, "Send 4", True, "Next"), (7, "", True, "Finish")],
)
def test_that_its_button_says_what_comes_next(bar: TourBar, number: int, act: str, done: bool, words: str) -> None:
    bar.show_step(number, Caption("T", ("a", "b"), act), done=done)
    assert bar.go_on.text() == words
    assert bar.go_on.isEnabled()
    assert "Step" in bar.accessibleDescription()


def test_that_keys_press_its_buttons(bar: TourBar, qtbot: QtBot) -> None:
    bar.show_step(3, CAPTION, done=True)
    for name, signal in (
        ("next", bar.next_requested),
        ("back", bar.back_requested),
        ("leave", bar.leave_requested),
        ("presenter", bar.presenter_requested),
    ):
        with qtbot.waitSignal(signal):
            assert bar.press(name)
    assert not bar.press("")


def test_that_the_mark_follows_what_it_points_at(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    around.resize(300, 200)
    target = QPushButton("Kill", around)
    target.setGeometry(40, 60, 100, 30)
    mark = StepMark(Theme("dark"), around)
    around.show()
    qtbot.waitExposed(around)
    mark.point_at(target, 5)
    assert mark.isVisible()
    assert mark.number == 5
    at = mark.geometry().center()
    target.move(100, 120)
    assert (mark.geometry().center() - at).x() == 60
    target.hide()
    assert not mark.isVisible()
    target.show()
    assert mark.isVisible()
    mark.point_at(None, 0)
    assert not mark.isVisible()
    assert mark.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
