"""The frame of dialogs: whatever the screen, its title and buttons are on it."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.dialogs.connection_dialog import ConnectionDialog
from gui.dialogs.settings_dialog import SettingsDialog
from gui.frame.view_models import SettingsView
from gui.theme.theme import Theme
from gui.widgets import Dialog

TLS = "amqps://coach:secret@broker.gym.lan:5671/team?ca=/etc/ca.pem"


def connection(theme: Theme, parent: QWidget) -> ConnectionDialog:
    return ConnectionDialog(
        theme,
        TLS,
        "sqlite:////q.db",
        problem="RabbitMQ refused the user name or password. " * 4,
        database_url="sqlite:////r.db",
        start_test=lambda url: None,
        find_password=lambda url: None,
        parent=parent,
    )


@pytest.fixture(params=[(1280, 800), (1024, 700), (720, 480)], ids=lambda size: f"{size[0]}x{size[1]}")
def screen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> QRect:
    """The screen that dialogs take for theirs."""
    screen = QRect(0, 0, *request.param)
    monkeypatch.setattr(Dialog, "_screen", lambda self: QRect(screen))
    return screen


def on_screen(dialog: Dialog, screen: QRect) -> bool:
    return screen.contains(dialog.frameGeometry())


def in_view(dialog: Dialog, widget: QWidget) -> bool:
    view = dialog.area.viewport()
    return view.rect().contains(QRect(widget.mapTo(view, widget.rect().topLeft()), widget.size()))


@pytest.mark.parametrize("corner", [(0, 0), (-400, -300), (2_000, 2_000)])
def test_that_a_dialog_stays_on_the_screen_and_its_fields_scroll(
    theme: Theme, qtbot: QtBot, screen: QRect, corner: tuple[int, int]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(*corner, 700, 400)
    window.show()
    dialog = connection(theme, window)
    dialog.show()
    assert on_screen(dialog, screen)
    dialog.connect_button.setFocus()
    for field in dialog.fields.values():
        if field.isVisible():
            field.line.setFocus(Qt.FocusReason.TabFocusReason)
            qtbot.waitUntil(partial(in_view, dialog, field.line))
    dialog.fields["host"].line.clear()
    dialog.connect_button.click()
    qtbot.waitUntil(lambda: in_view(dialog, dialog.fields["host"].line))
    dialog._start_test = lambda url: dialog.show_test_result(url, False, "It did not answer in time. " * 9)
    dialog.fields["host"].line.setText("gym")
    dialog.test_button.click()
    qtbot.waitUntil(lambda: dialog._result.height() >= dialog._result.heightForWidth(dialog._result.width()))
    assert on_screen(dialog, screen)
    lines = [field.line for field in dialog.fields.values() if field.isVisible()]
    assert {line.height() for line in lines} == {lines[0].sizeHint().height()}
    assert dialog.rect().contains(dialog.connect_button.geometry())


def test_that_a_dialog_is_as_high_as_its_content(theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dialog, "_screen", lambda self: QRect(0, 0, 1280, 800))
    dialog = SettingsDialog(theme, SettingsView())
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.area.verticalScrollBar().maximum() == 0
    before = dialog.height()
    dialog.prefetch.line.setText("none")
    dialog.save.click()
    qtbot.waitUntil(lambda: dialog.height() > before)
    assert dialog.area.verticalScrollBar().maximum() == 0


def test_that_the_host_is_selected_when_rabbitmq_is_chosen(theme: Theme, qtbot: QtBot) -> None:
    dialog = ConnectionDialog(
        theme, "sqlite:////q.db", "sqlite:////q.db", start_test=lambda url: None, find_password=lambda url: None
    )
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.mouseClick(dialog.kind.button("rabbitmq"), Qt.MouseButton.LeftButton)
    focused = dialog.focusWidget()
    assert isinstance(focused, QLineEdit)
    assert (focused, focused.selectedText()) == (dialog.fields["host"].line, "localhost")
