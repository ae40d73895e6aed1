"""The report of the experiments."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.workspaces.demo.chaos.report_dialog import ReportDialog

REPORT = "2 of 2 as promised\nKill a worker: Another takes its job. W1 took over\nPause all: It grows. 4 grew to 9"


def test_that_it_is_read_and_copied_whole(qtbot: QtBot) -> None:
    dialog = ReportDialog(Theme("light"), REPORT)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.windowTitle() == "2 of 2 as promised"
    copy = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Copy")
    QTest.keyClick(copy, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == REPORT
