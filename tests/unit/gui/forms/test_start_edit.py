"""The start field: a menu by keys or by a click, never by typing, and what is chosen there written as if typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from core.parsing.start import parse_start
from gui.forms.start_menu import StartMenu
from gui.theme.theme import Theme
from tests.support.start_desk import StartDesk

NOW = datetime(2026, 3, 1, 18, 24, 50, tzinfo=UTC)
Key, Alt = Qt.Key, Qt.KeyboardModifier.AltModifier


class Desk(StartDesk):
    def __init__(self, theme: Theme, qtbot: QtBot, height_px: int = 500) -> None:
        super().__init__(theme, qtbot, now=lambda: NOW, zone=UTC, size_px=(320, height_px), next_px=60)

    @property
    def menu(self) -> StartMenu:
        return self.edit.menu

    @property
    def state(self) -> tuple[str, bool, bool]:
        """The text, whether the menu is open, and whether the field has the focus."""
        return self.edit.text(), self.menu.isVisible(), self.edit.hasFocus()

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, key)

    def click(self, x_px: int) -> None:
        at = self.edit.mapTo(self.window, QPoint(x_px, 16))
        QTest.mouseClick(self.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


@pytest.fixture
def desk(theme: Theme, qtbot: QtBot) -> Desk:
    desk = Desk(theme, qtbot)
    qtbot.addWidget(desk.window)
    return desk


@pytest.mark.parametrize(
    "ask",
    [
        lambda desk: desk.press(Key.Key_Down),
        lambda desk: QTest.keyClick(desk.edit, Key.Key_Down, Alt),
        lambda desk: desk.press(Key.Key_F4),
        lambda desk: desk.click(15),
        lambda desk: desk.click(268),
    ],
)
def test_that_keys_and_marks_open_the_menu_and_close_it_again(desk: Desk, ask: Callable[[Desk], None]) -> None:
    ask(desk)
    assert desk.state == ("", True, True)
    desk.press(Key.Key_Escape)
    assert desk.state == ("", False, True)
    ask(desk)
    assert desk.menu.isVisible()


def test_that_the_marks_the_function_key_and_alt_up_also_close_it(desk: Desk) -> None:
    closings: tuple[Callable[[], None], ...] = (
        lambda: desk.click(15),
        lambda: desk.click(268),
        lambda: desk.press(Key.Key_F4),
        lambda: QTest.keyClick(desk.edit, Key.Key_Up, Alt),
    )
    for close in closings:
        desk.press(Key.Key_Down)
        assert desk.menu.isVisible()
        close()
        assert desk.state == ("", False, True)


@pytest.mark.parametrize("text", ["now", "y", "yesterday 7:30", "18:24", "p", "h"])
def test_that_typing_never_opens_it(desk: Desk, text: str) -> None:
    QTest.keyClicks(desk.edit, text)
    assert desk.state == (text, False, True)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ((Key.Key_Return,), "now"),
        ((Key.Key_Down, Key.Key_Enter), "2026-03-01 17:24"),
        ((Key.Key_Down, Key.Key_Down, Key.Key_Return), "2026-02-28 18:24"),
        ((Key.Key_Up, Key.Key_Up, Key.Key_Return), "2026-02-28 18:24"),
        ((Key.Key_End, Key.Key_Up, Key.Key_Home, Key.Key_Return), "now"),
        ((Key.Key_N,), "now"),
        ((Key.Key_H,), "2026-03-01 17:24"),
        ((Key.Key_Y,), "2026-02-28 18:24"),
    ],
)
def test_that_a_choice_is_written_into_the_field_and_can_be_undone(
    desk: Desk, keys: tuple[Qt.Key, ...], text: str
) -> None:
    QTest.keyClicks(desk.edit, "7:30")
    desk.press(Key.Key_Down, *keys)
    assert desk.state == (text, False, True)
    assert desk.left == []
    QTest.keyClick(desk.edit, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.edit.text() == "7:30"


def test_that_a_row_is_taken_by_a_click(desk: Desk) -> None:
    desk.press(Key.Key_Down)
    row = desk.menu.visualRect(desk.menu.model().index(1, 0)).center()
    QTest.mouseClick(desk.menu.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert desk.state == ("2026-03-01 17:24", False, True)


def test_that_other_text_is_typed_and_closes_it(desk: Desk) -> None:
    desk.press(Key.Key_Down)
    QTest.keyClick(desk.edit, Key.Key_Shift)
    assert desk.menu.isVisible()
    QTest.keyClicks(desk.edit, "7:30")
    assert desk.state == ("7:30", False, True)


def test_that_a_click_on_a_mark_moves_no_caret(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "yesterday 7:3")
    desk.click(15)
    QTest.keyClicks(desk.edit, "0")
    assert desk.state == ("yesterday 7:30", False, True)
    at = desk.edit.mapTo(desk.window, QPoint(15, 16))
    handle = desk.window.windowHandle()
    QTest.mouseDClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert (desk.edit.selectedText(), desk.edit.cursorPosition()) == ("", 14)


def test_that_tab_goes_on_and_takes_nothing(desk: Desk) -> None:
    desk.press(Key.Key_Down, Key.Key_Down, Key.Key_Tab)
    assert (desk.state, desk.next.hasFocus(), desk.left) == (("", False, False), True, [True])


def test_that_a_press_beside_closes_it(desk: Desk) -> None:
    desk.press(Key.Key_Down)
    desk.click(100)
    assert desk.state == ("", False, True)
    desk.press(Key.Key_Down)
    handle = desk.window.windowHandle()
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 490))
    assert desk.state == ("", False, True)


def test_that_the_menu_says_what_each_row_would_be(desk: Desk) -> None:
    desk.press(Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Down)
    assert desk.spoken == ["Now, 18:24.", "An hour ago, 17:24.", "Yesterday, Sat 28 Feb 18:24.", "Pick a day and time."]
    index = desk.menu.model().index(2, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Yesterday, Sat 28 Feb 18:24"


def test_that_every_choice_means_what_the_menu_said(desk: Desk) -> None:
    meant = {Key.Key_N: timedelta(), Key.Key_H: timedelta(hours=1), Key.Key_Y: timedelta(days=1)}
    for key, ago in meant.items():
        desk.press(Key.Key_Down, key)
        read = parse_start(desk.edit.text(), now=NOW, zone=UTC)
        assert timedelta() <= NOW - ago - read < timedelta(minutes=1)


def test_that_the_menu_is_no_window_and_takes_no_keyboard(desk: Desk) -> None:
    windows = {each for each in QApplication.topLevelWidgets() if each.isVisible()}
    desk.press(Key.Key_Down)
    assert QApplication.activePopupWidget() is None
    assert QWidget.keyboardGrabber() is None
    assert {each for each in QApplication.topLevelWidgets() if each.isVisible()} == windows


def test_that_it_stays_in_the_window_above_a_low_field_and_beside_a_narrow_one(desk: Desk) -> None:
    desk.edit.setGeometry(200, 450, 110, 32)
    desk.press(Key.Key_Down)
    assert desk.window.rect().contains(desk.menu.geometry())
    assert desk.menu.geometry().bottom() < 450
    assert desk.menu.width() > desk.edit.width()


def test_that_without_its_mark_the_keys_and_the_icon_remain(desk: Desk) -> None:
    desk.edit.show_menu_mark(False)
    desk.click(268)
    assert not desk.menu.isVisible()
    desk.click(15)
    assert desk.menu.isVisible()


def test_that_a_window_can_be_deleted_while_its_menu_is_open(theme: Theme, qtbot: QtBot) -> None:
    desk = Desk(theme, qtbot)
    desk.press(Key.Key_Down)
    delete(desk.window)
    assert not isValid(desk.menu)
