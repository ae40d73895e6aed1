"""The list below a field: opened by typing, gone to by key, never in the way of the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from gui.forms.completers import NameCompleter
from gui.forms.field_edits import FieldEdit
from gui.forms.suggestions import SuggestionList
from gui.theme.theme import Theme

NAMES = ["Øyvind Åsen", "Ana", "Anna", *(f"Athlete {number:02}" for number in range(30))]


class Desk:
    """A window with a field in a box, another one after it, and bare ground below."""

    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(320, 400)
        self.box = QWidget(self.window)
        self.box.setGeometry(10, 20, 300, 80)
        self.edit = FieldEdit(theme)
        self.edit.setParent(self.box)
        self.edit.setGeometry(5, 0, 200, 32)
        self.next = QLineEdit(self.box)
        self.next.setGeometry(5, 40, 200, 32)
        self.edit.set_suggestions(NameCompleter(QStringListModel(NAMES, self.edit), self.edit))
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.edit.setFocus()

    @property
    def list(self) -> SuggestionList:
        assert self.edit.suggestions is not None
        return self.edit.suggestions

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.edit, key)


@pytest.fixture
def desk(theme: Theme, qtbot: QtBot) -> Desk:
    return Desk(theme, qtbot)


def test_that_a_row_gone_to_by_key_is_taken_as_it_is_written(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "oyv")
    assert desk.list.isVisible()
    desk.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert (desk.edit.text(), desk.list.isVisible()) == ("Øyvind Åsen", False)


def test_that_tab_takes_what_was_gone_to_and_nothing_else(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "an")
    desk.press(Qt.Key.Key_Tab)
    assert (desk.edit.text(), desk.next.hasFocus(), desk.list.isVisible()) == ("an", True, False)
    desk.edit.setFocus()
    QTest.keyClicks(desk.edit, "n")
    desk.press(Qt.Key.Key_Down, Qt.Key.Key_Tab)
    assert (desk.edit.text(), desk.next.hasFocus()) == ("Anna", True)


def test_that_the_rows_go_round_by_way_of_none(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "an")
    seen = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        desk.press(key)
        seen.append(desk.list.chosen)
    assert seen == ["Ana", "Anna", "", "Ana", "", "Anna"]


def test_that_a_page_of_a_long_list_is_gone_by_at_once(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "athlete")
    desk.press(Qt.Key.Key_Down, Qt.Key.Key_PageDown)
    assert desk.list.chosen == "Athlete 09"
    desk.press(Qt.Key.Key_PageUp, Qt.Key.Key_PageUp)
    assert desk.list.chosen == "Athlete 00"


def test_that_typing_on_forgets_the_row_and_an_empty_field_has_no_list(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "a")
    desk.press(Qt.Key.Key_Down)
    QTest.keyClicks(desk.edit, "n")
    assert (desk.list.isVisible(), desk.list.chosen) == (True, "")
    QTest.keyClicks(desk.edit, "x")
    assert not desk.list.isVisible()
    desk.press(Qt.Key.Key_Backspace)
    assert desk.list.isVisible()
    desk.press(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    assert not desk.list.isVisible()


def test_that_escape_closes_the_list_and_keeps_the_text(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "an")
    desk.press(Qt.Key.Key_Down, Qt.Key.Key_Escape)
    assert (desk.edit.text(), desk.list.isVisible(), desk.edit.hasFocus()) == ("an", False, True)


def test_that_a_click_takes_a_row_and_the_pointer_alone_does_not(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "an")
    second = desk.list.visualRect(desk.list.model().index(1, 0)).center()
    QTest.mouseMove(desk.list.viewport(), second)
    desk.press(Qt.Key.Key_Tab)
    assert desk.edit.text() == "an"
    desk.edit.setFocus()
    QTest.keyClicks(desk.edit, "n")
    first = desk.list.visualRect(desk.list.model().index(0, 0)).center()
    QTest.mouseClick(desk.list.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert (desk.edit.text(), desk.list.isVisible(), desk.edit.hasFocus()) == ("Anna", False, True)


def test_that_a_press_beside_closes_the_list(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "an")
    QTest.mousePress(desk.window, Qt.MouseButton.LeftButton, pos=QPoint(310, 390))
    assert not desk.list.isVisible()
    QTest.mouseRelease(desk.window, Qt.MouseButton.LeftButton, pos=QPoint(310, 390))  # else the next move is a drag


def test_that_the_list_follows_its_field_and_goes_above_it_for_want_of_room(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "an")
    assert desk.list.geometry().topLeft() == QPoint(15, 54)
    desk.box.move(10, 320)
    assert desk.list.geometry().bottom() == 317
    desk.box.hide()
    assert not desk.list.isVisible()


def test_that_an_open_list_is_no_window_and_has_no_keyboard(desk: Desk) -> None:
    windows = {each for each in QApplication.topLevelWidgets() if each.isVisible()}
    QTest.keyClicks(desk.edit, "an")
    assert desk.list.isVisible()
    assert QApplication.activePopupWidget() is None
    assert QWidget.keyboardGrabber() is None
    assert {each for each in QApplication.topLevelWidgets() if each.isVisible()} == windows
    assert desk.edit.hasFocus()


def test_that_a_window_can_be_deleted_while_its_list_is_open(theme: Theme, qtbot: QtBot) -> None:
    """Deleting takes the focus from the field when the window is no object any more."""
    window = QWidget()
    edit = FieldEdit(theme)
    edit.setParent(window)
    edit.set_suggestions(NameCompleter(QStringListModel(NAMES, edit), edit))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    edit.setFocus()
    QTest.keyClicks(edit, "an")
    assert edit.suggestions is not None
    assert edit.suggestions.isVisible()
    delete(window)
    assert not isValid(edit)
