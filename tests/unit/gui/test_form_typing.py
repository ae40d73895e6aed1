"""The form in a hurry: keys typed ahead of the program."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.console.form_fields import FieldEdit
from gui.console.record_check import RecordCheck
from gui.theme import Theme
from tests.helpers.incoming import make_workout
from tests.unit.gui.test_form import Desk


@pytest.fixture
def desk(theme: Theme, qtbot: QtBot) -> Desk:
    return Desk(theme, qtbot)


def test_that_keys_typed_ahead_of_a_closing_list_go_where_the_caret_is(desk: Desk) -> None:
    desk.form.set_athletes(["Maya Lindqvist"])
    QTest.keyClicks(desk.focused, "Maya Lindqvis")
    athlete = desk.form.body_fields.fields["userId"].edit
    assert isinstance(athlete, FieldEdit)
    popup = athlete.completer().popup()
    assert popup is not None
    assert popup.isVisible()
    window = popup.windowHandle()
    assert window is not None
    for key in ("t", "\t", "\t", "3", "0", "\t", "5"):  # the window system gave all of them to the list
        code = Qt.Key.Key_Tab if key == "\t" else Qt.Key(ord(key.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(window, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, key))
    assert [desk.text(name) for name in ("userId", "type", "duration", "distance")] == [
        "Maya Lindqvist",
        "Running",
        "30:00",
        "5",
    ]


def test_that_enter_comes_before_what_replaces_the_form_while_it_is_checked(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.form.set_recent([make_workout(athlete="Ana", sport="Yoga", minutes=60.0)])
    desk.send(userId="Maya Lindqvist", duration="45", distance="5.2")  # waits for what is stored of her
    assert desk.sent == []
    QTest.keyClick(desk.focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.text("type") == "Yoga")
    assert [workout.sport for workout in desk.sent] == ["Running"]
    assert desk.text("userId") == "Ana"
    # That Enter has been answered: nothing is pending that could send the other one.
    assert [check.is_running for check in desk.form.findChildren(RecordCheck)] == [False]
    assert len(desk.sent) == 1


def test_that_no_submission_waits_while_answers_do_not_come(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Maya Lindqvist", duration="45")
    desk.qtbot.waitUntil(lambda: len(desk.sent) == 1)
    desk.send(userId="Ben Okafor", duration="30")  # at once
    assert len(desk.sent) == 2
    desk.fill(userId="Ana Sousa")
    desk.form.body_fields.focus("duration")
    desk.record()  # they come again
    desk.send(userId="Zoe Quist", duration="30")
    assert len(desk.sent) == 2
    desk.record()
    assert len(desk.sent) == 3


def test_that_none_of_many_keys_typed_ahead_is_lost(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Maya Lindqvist", duration="45")
    QTest.keyClicks(desk.focused, "x" * 250)  # presses and releases
    desk.record()
    assert desk.text("userId") == "x" * 250


@pytest.mark.parametrize("field", ["userId", "duration", "timestamp", "notes"])
def test_that_a_shortcut_that_leads_nowhere_types_no_letter(desk: Desk, field: str) -> None:
    desk.fill(**{field: "45"})
    for letter in "uUz9":
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key(ord(letter.upper())), Qt.KeyboardModifier.AltModifier, letter)
        QApplication.sendEvent(desk.focused, event)
    assert desk.text(field) == "45"
    QTest.keyClicks(desk.focused, "@")
    assert desk.text(field) == "45@"


def test_that_what_is_sent_is_not_brought_back_by_undo(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Maya Lindqvist", duration="45")
    desk.form.clear()  # by the palette of commands
    desk.form.undo_clear()
    assert (len(desk.sent), desk.text("userId"), desk.text("duration")) == (1, "", "")


def test_that_keys_typed_ahead_open_no_list(desk: Desk) -> None:
    """It would open and close before the window system hears of it, which then gives it the focus."""
    desk.form.set_athletes(["Maya Lindqvist"])
    desk.form.expect_answers()
    desk.send(userId="Maya Lindqvist", duration="45")
    QTest.keyClicks(desk.focused, "Maya")
    desk.record()
    athlete = desk.form.body_fields.fields["userId"].edit
    assert isinstance(athlete, FieldEdit)
    popup = athlete.completer().popup()
    assert popup is not None
    assert (desk.text("userId"), popup.isVisible()) == ("Maya", False)
    QTest.keyClicks(desk.focused, " L")
    assert popup.isVisible()  # again with the next key
