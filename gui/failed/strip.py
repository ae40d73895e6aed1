"""A strip over the list: something to know or to do, with one button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from gui.palette import Role
from gui.theme import Theme
from gui.widgets import Button, ElidedLabel, IconButton

STRIP_PX = 36
_LOOKS: dict[str, tuple[str, Role]] = {
    "offer": ("tray-arrow-down", "accent"),
    "done": ("check-circle-outline", "stored"),
    "problem": ("alert-circle-outline", "failed"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """`key` comes back with the button; without `button` there is none."""

    key: str
    kind: Literal["offer", "done", "problem"]
    text: str
    button: str = ""


class Strip(QWidget):
    """Main thread. Hidden while there is nothing to say."""

    accepted = Signal(str)  # key
    dismissed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice: Notice | None = None
        self._label = ElidedLabel(theme, "", "body")
        self.button = Button(theme, "", role="small")
        self.close_button = IconButton(theme, "close", "Put this away")
        self.setFixedHeight(STRIP_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(34, 0, 6, 0)
        row.setSpacing(6)
        row.addWidget(self._label, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self.button.clicked.connect(self._on_button_clicked)
        self.close_button.clicked.connect(self._on_close_clicked)
        theme.changed.connect(self._on_theme_changed)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        return self._notice

    def show_notice(self, notice: Notice | None) -> None:
        if notice == self._notice:
            return
        self._notice = notice
        if notice is not None:
            self._label.setText(notice.text)
            self.button.set_text(notice.button)
            self.button.setVisible(bool(notice.button))
            self.setAccessibleName(notice.text)
        self.setVisible(notice is not None)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._notice is None:
            return
        icon, role = _LOOKS[self._notice.kind]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(role, 12 if self._theme.dark else 8)))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        self._theme.paint_icon(painter, QRectF(10, 10, 16, 16), icon, self._theme.colour(role))

    @Slot()
    def _on_button_clicked(self) -> None:
        if self._notice is not None:
            self.accepted.emit(self._notice.key)

    @Slot()
    def _on_close_clicked(self) -> None:
        if self._notice is not None:
            self.dismissed.emit(self._notice.key)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
