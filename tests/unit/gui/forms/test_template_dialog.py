"""The name of a template."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.forms.template_dialog import TemplateDialog
from gui.theme.theme import Theme


def test_that_enter_takes_a_name_that_is_not_empty(theme: Theme, qtbot: QtBot) -> None:
    dialog = TemplateDialog(theme, "", lambda name: name == "Track", "What it keeps.")
    qtbot.addWidget(dialog)
    named: list[str] = []
    dialog.named.connect(named.append)
    dialog.show()
    assert not dialog.save_button.isEnabled()
    qtbot.keyClicks(dialog.edit, "  Track ")
    assert dialog.note == "Replaces the template of this name."
    qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert named == ["Track"]
    assert not dialog.isVisible()
