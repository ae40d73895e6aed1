"""What a field suggests is found in any case, with accents or without, and written as it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QStringListModel
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCompleter, QLineEdit
from pytestqt.qtbot import QtBot

from gui.forms.completers import NameCompleter, SportCompleter
from gui.frame.command_palette import command_of, matching
from gui.theme.theme import Theme

NAMES = ["Øyvind Åsen", "Сергей", "ŁUKASZ", "Ana"]


def offered(completer: QCompleter, typed: str) -> list[str]:
    completer.setCompletionPrefix(completer.splitPath(typed)[0])
    model = completer.completionModel()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("oyvind", ["Øyvind Åsen"]),
        ("ASEN", ["Øyvind Åsen"]),
        ("ø", ["Øyvind Åsen"]),
        ("СЕРГЕЙ", ["Сергей"]),
        ("lukasz", ["ŁUKASZ"]),
        ("an", ["Ana"]),
        ("x", []),
    ],
)
def test_that_names_are_offered_however_they_are_typed(qtbot: QtBot, typed: str, found: list[str]) -> None:
    edit = QLineEdit()
    qtbot.addWidget(edit)
    assert offered(NameCompleter(QStringListModel(NAMES, edit), edit), typed) == found


def test_that_sports_are_offered_by_name_and_alias(qtbot: QtBot, theme: Theme) -> None:
    edit = QLineEdit()
    qtbot.addWidget(edit)
    completer = SportCompleter(theme, edit)
    assert "Running" in offered(completer, "RÚN")
    assert "Cycling" in offered(completer, "ride")


def test_that_commands_are_found_however_they_are_typed(qtbot: QtBot) -> None:
    command = command_of(QAction("Über Paceline"))
    assert matching([command], "uber") == [command]
    assert matching([command], "ÜBER") == [command]
