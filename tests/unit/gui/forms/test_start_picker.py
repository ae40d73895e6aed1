"""A day and time picked for a start, without a mouse: at the field's value, and none that the form refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from core.parsing.start import parse_start
from gui.forms.start_picker import StartPicker
from gui.theme.theme import Mode, Theme
from gui.widgets import Label
from tests.support.start_desk import StartDesk

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 30, 9, 23, 40, tzinfo=UTC)  # a Monday; 10:23 in Berlin
Key, Shift = Qt.Key, Qt.KeyboardModifier.ShiftModifier


class Desk(StartDesk):
    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.now = NOW
        super().__init__(theme, qtbot, now=lambda: self.now, zone=BERLIN, size_px=(400, 600), next_px=560)

    @property
    def picker(self) -> StartPicker:
        assert self.edit.picker is not None
        return self.edit.picker

    @property
    def focused(self) -> QWidget:
        focused = QApplication.focusWidget()
        assert focused is not None
        return focused

    @property
    def shown(self) -> str:
        return f"{self.picker.calendar.selectedDate().toPython()} {self.picker.time.text()}"

    @property
    def is_closed(self) -> bool:
        """With the focus back in the field, which counts as never left."""
        return not self.picker.isVisible() and self.edit.hasFocus() and not self.left

    def open(self, text: str = "") -> None:
        self.edit.setText(text)
        QTest.keyClick(self.edit, Key.Key_Down)
        QTest.keyClick(self.edit, Key.Key_P)
        assert self.picker.isVisible()

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(self.focused, key, modifier)

    def pick_time(self, text: str) -> None:
        self.picker.time.setFocus()
        self.picker.time.selectAll()
        QTest.keyClicks(self.picker.time, text)


@pytest.fixture
def desk(theme: Theme, qtbot: QtBot) -> Desk:
    desk = Desk(theme, qtbot)
    qtbot.addWidget(desk.window)
    return desk


@pytest.mark.parametrize(
    ("text", "shown", "line"),
    [
        ("", "2026-11-30 10:23", "Mon 30 Nov 2026 10:23"),
        ("yesterday 7:30", "2026-11-29 07:30", "Sun 29 Nov 2026 07:30"),
        ("2025-12-10 10:00", "2025-12-10 10:00", "Wed 10 Dec 2025 10:00"),
        ("2025-12-10 10:00 -08:00", "2025-12-10 10:00", "Wed 10 Dec 2025 10:00 -08:00"),
        ("in spring", "2026-11-30 10:23", "Mon 30 Nov 2026 10:23"),
        ("2031-01-01 10:00", "2026-11-30 10:23", "Mon 30 Nov 2026 10:23"),
        ("1999-01-01 10:00", "2026-11-30 10:23", "Mon 30 Nov 2026 10:23"),
    ],
)
def test_that_it_opens_at_what_stands_in_the_field(desk: Desk, text: str, shown: str, line: str) -> None:
    desk.open(text)
    assert (desk.shown, desk.picker.line.text()) == (shown, line)
    assert desk.picker.calendar.view.hasFocus()
    assert desk.left == []


@pytest.mark.parametrize("text", ["yesterday 7:30", "2025-12-10 10:00:45", "2026-10-25 02:30 +01:00", "now", "10:23"])
def test_that_enter_alone_leaves_a_start_as_it_was_typed(desk: Desk, text: str) -> None:
    desk.open(text)
    desk.press(Key.Key_Return)
    assert (desk.edit.text(), desk.is_closed) == (text, True)


def test_that_a_day_and_a_time_are_picked_by_keys_alone(desk: Desk) -> None:
    desk.open("2026-11-18 07:30")
    desk.press(Key.Key_Left, Key.Key_Up)
    desk.press(Key.Key_PageUp)
    desk.press(Key.Key_PageUp, modifier=Shift)
    desk.press(Key.Key_Tab)
    assert desk.picker.time.hasFocus()
    QTest.keyClicks(desk.picker.time, "18:45")
    desk.press(Key.Key_Return)
    assert (desk.edit.text(), desk.is_closed) == ("2025-10-10 18:45", True)
    assert desk.spoken[-1] == "Friday 10 October 2025."


def test_that_escape_leaves_the_field_as_it_was(desk: Desk) -> None:
    desk.open("2026-11-18 07:30")
    desk.press(Key.Key_Left, Key.Key_Tab, Key.Key_1, Key.Key_Escape)
    assert (desk.edit.text(), desk.is_closed) == ("2026-11-18 07:30", True)
    desk.open("abc")
    desk.press(Key.Key_Escape)
    assert (desk.edit.text(), desk.is_closed) == ("abc", True)


def test_that_what_was_picked_can_be_undone(desk: Desk) -> None:
    desk.open("2026-11-18 07:30")
    desk.press(Key.Key_Left, Key.Key_Return)
    assert desk.edit.text() == "2026-11-17 07:30"
    desk.press(Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    assert desk.edit.text() == "2026-11-18 07:30"


def test_that_tab_goes_round_and_reaches_every_control(desk: Desk) -> None:
    desk.open("2026-10-18 07:30")
    picker = desk.picker
    stops: list[QWidget] = []
    for _ in range(5):
        stops.append(desk.focused)
        desk.press(Key.Key_Tab)
    assert stops[:5] == [picker.calendar.view, picker.time, picker.button, picker.back, picker.on]
    stops.append(desk.focused)
    QTest.keyClick(desk.focused, Key.Key_Backtab, Shift)
    assert [*stops[-1:], desk.focused] == [picker.calendar.view, picker.on]


def test_that_a_start_in_the_future_is_not_taken_and_says_why(desk: Desk) -> None:
    desk.open()
    desk.press(Key.Key_Right)
    assert desk.shown.startswith("2026-11-30"), "tomorrow cannot be chosen"
    desk.pick_time("10:30")
    desk.press(Key.Key_Return)
    assert desk.picker.isVisible()
    assert desk.picker.line.text() == "Must not be more than 5 minutes ahead of now"
    assert desk.spoken[-1] == "Must not be more than 5 minutes ahead of now."
    assert not desk.picker.button.isEnabled()
    desk.pick_time("10:28")
    desk.press(Key.Key_Return)
    assert (desk.edit.text(), desk.is_closed) == ("2026-11-30 10:28", True)


def test_that_the_days_end_where_starts_do(desk: Desk) -> None:
    desk.open("2000-01-01 01:00")
    desk.press(Key.Key_Left, Key.Key_PageUp)
    assert desk.shown == "2000-01-01 01:00"
    assert not desk.picker.back.isEnabled()
    desk.pick_time("0:30")
    assert desk.picker.line.text() == "Must not be before the year 2000"
    desk.press(Key.Key_Escape)
    desk.now = datetime(2026, 11, 30, 22, 57, tzinfo=UTC)  # three minutes before midnight
    desk.open()
    desk.press(Key.Key_Right)
    desk.pick_time("0:01")
    desk.press(Key.Key_Return)
    assert desk.edit.text() == "2026-12-01 00:01"


@pytest.mark.parametrize(
    ("day", "time", "start"),
    [
        ("2026-03-29 04:00", "3:30", "2026-03-29T03:30:00+02:00"),
        ("2026-10-25 04:00", "2:30 am", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25 02:30 +01:00", "1:30", "2026-10-25T01:30:00+02:00"),
        ("2025-12-10 10:00 -08:00", "11:00", "2025-12-10T11:00:00-08:00"),
    ],
)
def test_that_what_is_picked_reads_back_to_the_same_start(desk: Desk, day: str, time: str, start: str) -> None:
    desk.open(day)
    desk.pick_time(time)
    desk.press(Key.Key_Return)
    assert parse_start(desk.edit.text(), now=NOW, zone=BERLIN).isoformat() == start


def test_that_a_time_which_the_clocks_skipped_is_not_taken(desk: Desk) -> None:
    desk.open("2026-03-29 04:00")
    desk.pick_time("2:30 am")
    desk.press(Key.Key_Return)
    assert desk.picker.isVisible()
    assert desk.picker.line.text().startswith("02:30 did not exist on 29 March 2026")
    assert desk.picker.line.height() >= desk.picker.line.heightForWidth(desk.picker.line.width())


@pytest.mark.parametrize("time", ["", "soon", "25:00", "yesterday"])
def test_that_a_time_which_is_none_is_not_taken(desk: Desk, time: str) -> None:
    desk.open("2026-11-18 07:30")
    desk.pick_time("7")
    desk.press(Key.Key_Backspace)
    QTest.keyClicks(desk.picker.time, time)
    desk.press(Key.Key_Return)
    assert desk.picker.line.text() == "Type a time such as 18:24 or 6:24 pm"
    assert (desk.picker.isVisible(), desk.edit.text()) == (True, "2026-11-18 07:30")


def test_that_the_enter_which_opened_it_takes_nothing_while_it_is_held(desk: Desk) -> None:
    desk.edit.setText("2026-11-18 07:30")
    desk.press(Key.Key_Down, Key.Key_Up, Key.Key_Return)
    for widget in (desk.focused, desk.picker.time):
        held = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
        QApplication.sendEvent(widget, held)
    assert desk.picker.isVisible()


def test_that_going_elsewhere_closes_it_and_leaves_the_field(desk: Desk) -> None:
    desk.open("2026-11-18 07:30")
    desk.press(Key.Key_Left)
    desk.next.setFocus()
    assert (desk.picker.isVisible(), desk.next.hasFocus(), desk.left) == (False, True, [True])
    assert desk.edit.text() == "2026-11-18 07:30"


def test_that_a_press_beside_closes_it(desk: Desk) -> None:
    desk.open("2026-11-18 07:30")
    handle = desk.window.windowHandle()
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(390, 590))
    assert (desk.edit.text(), desk.is_closed) == ("2026-11-18 07:30", True)


def test_that_it_can_be_used_by_mouse(desk: Desk) -> None:
    desk.open("2026-11-18 07:30")
    desk.picker.back.click()
    assert (desk.picker.month.text(), desk.shown) == ("October 2026", "2026-11-18 07:30")
    desk.picker.on.click()
    assert (desk.picker.month.text(), desk.picker.on.isEnabled()) == ("November 2026", False)
    desk.picker.button.click()
    assert (desk.edit.text(), desk.is_closed) == ("2026-11-18 07:30", True)


def test_that_it_is_whole_within_the_window_wherever_the_field_is(desk: Desk) -> None:
    for top in (20, 300, 560):
        desk.edit.move(200, top)
        desk.open()
        assert desk.window.rect().contains(desk.picker.geometry())
        assert desk.picker.height() >= desk.picker.sizeHint().height()
        desk.press(Key.Key_Escape)


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_that_no_text_is_cut_in_the_smallest_window_with_larger_text(
    desk: Desk, theme: Theme, qapp: QApplication, mode: Mode
) -> None:
    theme.apply(qapp)
    theme.set_mode(mode)
    theme.set_text_factor(1.25)
    desk.window.resize(300, 480)
    desk.open("2025-12-10 10:00 -08:00")
    picker = desk.picker
    assert desk.window.rect().contains(picker.geometry())
    for label in picker.findChildren(Label):
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        assert label.height() >= needed, label.text()
        assert label.wordWrap() or label.width() >= label.sizeHint().width(), label.text()
    assert picker.button.width() >= picker.button.sizeHint().width()
    days = picker.calendar.view.horizontalHeader()
    assert sum(days.sectionSize(day) for day in range(days.count())) <= picker.calendar.view.viewport().width()


def test_that_it_is_no_window(desk: Desk) -> None:
    windows = {each for each in QApplication.topLevelWidgets() if each.isVisible()}
    desk.open()
    assert QApplication.activePopupWidget() is None
    assert {each for each in QApplication.topLevelWidgets() if each.isVisible()} == windows


def test_that_its_parts_have_names(desk: Desk) -> None:
    desk.open()
    picker = desk.picker
    parts = (picker, picker.calendar.view, picker.time, picker.button)
    assert [part.accessibleName() for part in parts] == ["Pick a day and time", "Day", "Time", "Use"]


def test_that_a_window_can_be_deleted_while_it_is_open(theme: Theme, qtbot: QtBot) -> None:
    desk = Desk(theme, qtbot)
    desk.open()
    picker = desk.picker
    delete(desk.window)
    assert not isValid(picker)
