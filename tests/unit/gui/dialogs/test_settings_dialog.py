"""Settings come back as they were, or changed, or not at all."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from gui.dialogs.settings_dialog import SettingsDialog
from gui.formatting import READ_ONLY
from gui.frame.view_models import SettingsView
from gui.theme.theme import Theme

CHOSEN = SettingsView("dark", "mi", "lb", 50, "0.5:2.5", http_endpoint=True, http_port=8080, celebrations=False)


def make_dialog(theme: Theme, qtbot: QtBot, view: SettingsView) -> SettingsDialog:
    dialog = SettingsDialog(theme, view)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.parametrize("view", [SettingsView(), CHOSEN], ids=["defaults", "all changed"])
def test_that_settings_come_back_as_they_were(theme: Theme, qtbot: QtBot, view: SettingsView) -> None:
    dialog = make_dialog(theme, qtbot, view)
    with qtbot.waitSignal(dialog.settings_chosen) as chosen:
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert chosen.args == [view]


def test_that_what_is_chosen_comes_back(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot, SettingsView())
    dialog.theme_choice.select("dark")
    dialog.distance.select("mi")
    dialog.weight.select("lb")
    dialog.prefetch.line.setText(" 50 ")
    dialog.work.line.setText("0.5:2.5")
    dialog.http.setChecked(True)
    dialog.celebrations.setChecked(False)
    dialog.port.line.setText("8080")
    assert dialog.http_status.text() == "POST http://127.0.0.1:8080/workout"
    with qtbot.waitSignal(dialog.settings_chosen) as chosen:
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert chosen.args == [CHOSEN]


@pytest.mark.parametrize("typed", ["", "many", "0", "10001", "1.5"])
def test_that_a_wrong_prefetch_is_marked_and_nothing_is_saved(theme: Theme, qtbot: QtBot, typed: str) -> None:
    dialog = make_dialog(theme, qtbot, SettingsView())
    dialog.prefetch.line.setText(typed)
    with qtbot.assertNotEmitted(dialog.settings_chosen):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert dialog.prefetch.error.startswith("Prefetch ")
    assert dialog.work.error == ""
    assert dialog.focusWidget() is dialog.prefetch.line


@pytest.mark.parametrize("typed", ["fast", "2:1", "-1:2", "1:2:3"])
def test_that_wrong_simulated_work_is_marked_and_nothing_is_saved(theme: Theme, qtbot: QtBot, typed: str) -> None:
    dialog = make_dialog(theme, qtbot, SettingsView())
    dialog.work.line.setText(typed)
    with qtbot.assertNotEmitted(dialog.settings_chosen):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert dialog.work.error.startswith("Simulated work must be")
    assert dialog.isVisible()


@pytest.mark.parametrize("typed", ["", "http", "0", "65536"])
def test_that_a_wrong_port_is_marked_and_nothing_is_saved(theme: Theme, qtbot: QtBot, typed: str) -> None:
    dialog = make_dialog(theme, qtbot, SettingsView(http_endpoint=True))
    dialog.port.line.setText(typed)
    with qtbot.assertNotEmitted(dialog.settings_chosen):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert dialog.port.error.startswith("A port ")
    assert dialog.focusWidget() is dialog.port.line


def test_that_who_only_looks_cannot_switch_the_endpoint_on(theme: Theme, qtbot: QtBot) -> None:
    dialog = SettingsDialog(theme, SettingsView(http_endpoint=True), may_listen=False)
    qtbot.addWidget(dialog)
    assert not dialog.http.isEnabled()
    assert not dialog.port.line.isEnabled()
    assert dialog.http_status.text() == f"Off: {READ_ONLY}"
    assert not dialog.prefetch.line.isEnabled()
    assert not dialog.work.line.isEnabled()
    assert READ_ONLY in {label.text() for label in dialog.findChildren(QLabel)}


def test_that_all_controls_are_named(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot, SettingsView())
    controls = [*dialog.findChildren(QAbstractButton), *dialog.findChildren(QLineEdit)]
    assert [control for control in controls if not control.accessibleName()] == []
