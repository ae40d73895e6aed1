"""The presenter's notes: what to say at the step, on a second screen while the first one shows the demonstration."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets import Label
from worker.demo.tour.step import Caption

WIDTH_PX, HEIGHT_PX = 640, 400
NO_TOUR = "PgDn takes the tour; each step has a few words for it here."


def other_screen(window: QWidget) -> QScreen | None:
    """A screen that the window is not on; None where there is only one."""
    own = window.screen()
    return next((screen for screen in QGuiApplication.screens() if screen is not own), None)


class PresenterNotes(QWidget):
    """A window of its own. Main thread."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Notes")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)  # keys stay with the demonstration
        self.number = Label(theme, "", "medium", "second")
        self.title = Label(theme, "", "headline")
        self.words = Label(theme, NO_TOUR, "title")
        self.next = Label(theme, "", "body", "second")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for label in (self.number, self.title, self.words, self.next):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(1)

    def show_on(self, screen: QScreen) -> None:
        room = screen.availableGeometry()
        self.resize(min(WIDTH_PX, room.width()), min(HEIGHT_PX, room.height()))
        self.move(room.center() - self.rect().center())
        self.show()

    def show_step(self, number: int, count: int, caption: Caption | None, notes: str) -> None:
        """`caption` None: no tour is on."""
        self.number.setText(f"Step {number} of {count}" if caption is not None else "")
        self.title.setText("" if caption is None else caption.title)
        self.words.setText(notes if caption is not None else NO_TOUR)
        act = "" if caption is None else caption.act
        self.next.setText(f"PgDn: {act}" if act else "")
        self.setAccessibleDescription(self.words.text())
