"""`Sent. Undo`, as it is shown and announced."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.changes.undo_offers import UndoOffers
from gui.changes.undo_strip import UndoStrip
from gui.theme.theme import Theme
from gui.widgets.announcements import Announcements


def test_that_it_says_what_was_done_without_taking_the_focus(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    announcements, offers = Announcements(window), UndoOffers()
    strip, edit = UndoStrip(theme, offers), QLineEdit()
    row = QHBoxLayout(window)
    row.addWidget(strip)
    row.addWidget(edit)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    edit.setFocus()
    undone: list[str] = []
    assert strip.text == ""
    with qtbot.waitSignal(announcements.announced) as said:
        offers.offer("Sent", lambda: undone.append("sent"), what="Ana Ruiz, Running")
    assert said.args == ["Sent. Ana Ruiz, Running. Ctrl+Z undoes it."]
    assert strip.isVisible()
    assert edit.hasFocus()
    strip.button.setFocus()
    strip.button.click()
    assert undone == ["sent"]
    assert not strip.isVisible()
    assert not strip.button.hasFocus()
    offers.offer("Cleared", list, lasts=True)
    assert strip.text == "Cleared."
