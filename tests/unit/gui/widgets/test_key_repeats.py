"""A key held down acts once: its repeats answer no dialog and act on no row that came in the place of another."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.failures.causes import cause_of
from gui.dialogs.connection_dialog import ConnectionDialog
from gui.dialogs.settings_dialog import SettingsDialog
from gui.frame.actions import FrameActions
from gui.frame.view_models import SettingsView
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, ReadingTime
from gui.widgets.key_repeats import KeyRepeats
from gui.workspaces.failed.messages.discard_dialog import DiscardDialog
from tests.support.failed_screen import FAR, FailedScreen, key_of
from tests.support.repair_pane import Pane, of_fields


def repeat(widget: QWidget, key: Qt.Key, times: int = 20) -> None:
    """What the keyboard sends while a key stays down."""
    for _ in range(times):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", True))


@pytest.fixture(params=["connection", "settings", "discard"])
def dialog(request: pytest.FixtureRequest, theme: Theme, qtbot: QtBot) -> Dialog:
    made: Dialog
    if request.param == "connection":
        made = ConnectionDialog(
            theme, "sqlite:////q.db", "sqlite:////q.db", [], start_test=lambda url: None, find_password=lambda url: None
        )
    elif request.param == "settings":
        made = SettingsDialog(theme, SettingsView())
    else:
        made = DiscardDialog(theme, ("a", "b"))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_that_a_held_key_answers_no_dialog(dialog: Dialog, key: Qt.Key) -> None:
    buttons = dialog.findChildren(Button)
    for widget in [dialog, *buttons]:
        repeat(widget, key, 2)
    assert dialog.isVisible()


def test_that_the_default_of_a_dialog_still_takes_a_press(theme: Theme, qtbot: QtBot) -> None:
    dialog = DiscardDialog(theme, ("a",))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_R, Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_that_a_held_key_acts_on_no_row(theme: Theme, qtbot: QtBot, key: Qt.Key) -> None:
    screen = FailedScreen(theme, qtbot)
    screen.show_groups((cause_of(FAR).code, 3))
    screen.answer_pages()
    repeat(screen.table, key)
    assert screen.retried == []
    assert screen.find_discard_dialog() is None
    assert screen.model.checked_count == 0
    QTest.keyClick(screen.table, Qt.Key.Key_R)
    assert screen.retried == [(key_of(0),)]


def test_that_enter_for_one_repair_does_not_send_the_next(theme: Theme, qtbot: QtBot) -> None:
    pane = Pane(theme, qtbot)
    pane.show(of_fields(distance=5.2))
    pane.panel.begin()
    pane.key(Qt.Key.Key_Return)
    pane.show(of_fields(distance=5.3))
    focused = QApplication.focusWidget()
    assert focused is not None
    repeat(focused, Qt.Key.Key_Return)
    pane.key(Qt.Key.Key_Return)  # hit twice
    assert [body["distance"] for _, body in pane.sent] == [5.2]


def test_that_no_action_of_the_menu_repeats(qapp: QApplication) -> None:
    actions = FrameActions((), qapp)
    assert not any(action.autoRepeat() for action in actions.all)


def send_key(window: QWindow, kind: QEvent.Type, key: Qt.Key, at_ms: int) -> None:
    event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, 36, 0, 0, "\r")
    event.setTimestamp(at_ms)
    QApplication.sendEvent(window, event)


@pytest.mark.parametrize(
    ("released_at_ms", "other", "marked"),
    [
        (1_000, Qt.Key.Key_Return, True),
        (991, Qt.Key.Key_Return, True),
        (990, Qt.Key.Key_Return, False),  # a press anew
        (1_001, Qt.Key.Key_Return, False),
        (1_000, Qt.Key.Key_Tab, False),
    ],
)
def test_that_a_repeat_that_the_window_system_did_not_mark_is_marked(
    theme: Theme, qtbot: QtBot, qapp: QApplication, released_at_ms: int, other: Qt.Key, marked: bool
) -> None:
    repeats = KeyRepeats(qapp)
    dialog = DiscardDialog(theme, ("a",))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    window = dialog.windowHandle()
    assert window is not None
    send_key(window, QEvent.Type.KeyRelease, other, released_at_ms)
    send_key(window, QEvent.Type.KeyPress, Qt.Key.Key_Return, 1_000)
    assert dialog.isVisible() is marked
    repeats.deleteLater()


def test_that_reading_begins_when_it_is_painted() -> None:
    now = [1_000]
    reading = ReadingTime(lambda: now[0])
    assert not reading.is_over
    reading.painted()
    now[0] += 499
    reading.painted()  # again, as windows do
    assert not reading.is_over
    now[0] += 1
    assert reading.is_over
    reading.begin()
    assert not reading.is_over
