"""A window with a start field and another field after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.forms.start_edit import StartEdit
from gui.theme.theme import Theme
from gui.widgets.announcements import Announcements


class StartDesk:
    """`left`: an entry each time the field was left alone. `spoken`: what was announced."""

    def __init__(
        self,
        theme: Theme,
        qtbot: QtBot,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        size_px: tuple[int, int],
        next_px: int,
    ) -> None:
        """`next_px`: the top of the other field."""
        self.window = QWidget()
        self.window.resize(*size_px)
        self.edit = StartEdit(theme, now=now, zone=zone)
        self.edit.setParent(self.window)
        self.edit.setGeometry(10, 20, 280, 32)
        self.next = QLineEdit(self.window)
        self.next.setGeometry(10, next_px, 280, 32)
        self.left: list[bool] = []
        self.edit.left_alone.connect(lambda: self.left.append(True))
        self.spoken: list[str] = []
        Announcements(self.window).announced.connect(self.spoken.append)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.edit.setFocus()
