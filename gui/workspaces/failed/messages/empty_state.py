"""Shown while there is nothing to list: why, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Button, Label

DISC_PX = 48


class _Disc(QWidget):
    """An icon on a tint of its colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon = "inbox-outline"
        self._role: Role = "second"
        self.setFixedSize(QSize(DISC_PX, DISC_PX))
        theme.changed.connect(self.update)

    def show_icon(self, icon: str, role: Role) -> None:
        self._icon, self._role = icon, role
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        role = self._role
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(role, 14)))
        painter.drawEllipse(QRectF(self.rect()))
        self._theme.paint_icon(
            painter, QRectF(self.rect()).adjusted(12, 12, -12, -12), self._icon, self._theme.ink(role)
        )


class FailedEmptyState(QWidget):
    """Main thread."""

    button_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._disc = _Disc(theme)
        self._title = Label(theme, "", "title")
        self._line = Label(theme, "", "body", "second")
        self._line.setWordWrap(True)
        self.button = Button(theme, "")
        centre = Qt.AlignmentFlag.AlignHCenter
        for label in (self._title, self._line):
            label.setAlignment(centre)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 12)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(self._disc, 0, centre)
        column.addSpacing(12)
        column.addWidget(self._title)
        column.addSpacing(4)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._line, 20)
        line.addStretch(1)
        column.addLayout(line)
        column.addSpacing(12)
        column.addWidget(self.button, 0, centre)
        column.addStretch(3)
        self._line.setMaximumWidth(360)
        self._line.setMinimumWidth(120)
        self.button.clicked.connect(self.button_clicked)

    @property
    def title(self) -> str:
        return self._title.text()

    def show_state(self, icon: str, role: Role, title: str, line: str, button: str = "") -> None:
        self._disc.show_icon(icon, role)
        self._title.setText(title)
        self._line.setText(line)
        self._line.setVisible(bool(line))
        self.button.set_text(button)
        self.button.setVisible(bool(button))
        self.setAccessibleName(f"{title}. {line}".strip())
