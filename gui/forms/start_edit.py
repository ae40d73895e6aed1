"""The input of a start, with its clock, its menu, and the day and time to pick."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from typing_extensions import override

from gui.forms.field_edits import FieldEdit
from gui.forms.start_menu import PICK, StartMenu
from gui.forms.start_picker import StartPicker
from gui.forms.starts import StartChoice, start_choices
from gui.theme.theme import Theme


class StartEdit(FieldEdit):
    """When it began. Empty means now, unless set otherwise, which it shows with the clock beside it.

    Down, Alt+Down, F4, or a click on either of its marks opens the menu. What is chosen there is written as it would be
    typed; Ctrl+Z takes it back.
    """

    def __init__(self, theme: Theme, *, now: Callable[[], datetime], zone: tzinfo) -> None:
        super().__init__(theme)
        self._now, self._zone = now, zone
        self._clock, self._empty_words = "", "Now"
        self.set_icon("calendar-blank-outline")
        self.set_menu()
        self.menu = StartMenu(theme, self)
        self.menu.chosen.connect(self._on_chosen)
        self.picker: StartPicker | None = None  # until it is first asked for
        self.menu_requested.connect(self._on_menu_requested)

    def set_empty_words(self, words: str) -> None:
        """What an empty start means."""
        self._empty_words = words
        self.update()

    def show_clock(self) -> None:
        """Beside an empty start, which means now."""
        clock = f"{self._now().astimezone(self._zone):%H:%M}"
        if clock != self._clock:
            self._clock = clock
            self.setPlaceholderText("")
            self.update()

    @override
    def close_popup(self) -> None:
        self.menu.close_menu()
        if self.picker is not None:
            self.picker.close_picker()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.menu.take_key(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text():
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self._theme.ink("text"))
        box = QRectF(34, 0, self.width() - 64, self.height())
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(box, middle, self._empty_words)
        painter.setPen(self._theme.ink("second"))
        words_px = max(29.0, self._theme.metrics("body").horizontalAdvance(self._empty_words))
        painter.drawText(box.adjusted(words_px + 8, 0, 0, 0), middle, self._clock)

    @Slot()
    def _on_menu_requested(self) -> None:
        if self.menu.isVisible() or (self.picker is not None and self.picker.isVisible()):
            self.close_popup()
        else:
            self.menu.open_with(start_choices(self._now(), self._zone))

    @Slot(object)
    def _on_chosen(self, choice: StartChoice) -> None:
        if choice is not PICK:
            self._write(choice.text)
            return
        if self.picker is None:
            self.picker = StartPicker(self._theme, self, now=self._now, zone=self._zone)
            self.picker.taken.connect(self._write)
            self.picker.left.connect(self.left_alone)
        self.picker.open()

    @Slot(str)
    def _write(self, text: str) -> None:
        self.selectAll()
        self.insert(text)  # rather than setText, which cannot be undone
