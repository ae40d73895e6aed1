"""The box below a field: its problem, and a button if there is a suggested fix."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Button, Label

_ICONS: dict[str, str] = {"failed": "alert-circle-outline", "accent": "information-outline", "waiting": "alert-outline"}


class ProblemBox(QWidget):
    """Main thread. Hidden without a problem."""

    fix_chosen = Signal()
    painted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role: Role = "failed"
        self._title = Label(theme, "", "medium")
        self._line = Label(theme, "", "small")
        for label in (self._title, self._line):
            label.setWordWrap(True)
            label.setMinimumWidth(80)
        self.button = Button(theme, "", role="small")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(34, 8, 8, 8)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.clicked.connect(self.fix_chosen)
        theme.changed.connect(self._on_theme_changed)
        self.hide()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._title.text()

    def show_text(self, title: str, line: str = "", button: str = "", role: Role = "failed") -> None:
        """Show a problem; an empty title hides the box."""
        self._role = role
        self._title.setText(title)
        self._line.setText(line)
        self._line.setVisible(bool(line))
        self.button.set_text(button)
        self.button.setVisible(bool(button))
        self.setAccessibleName(f"{title}. {line}".strip())
        self.setVisible(bool(title))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted.emit()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(self._role, 14 if self._role == "failed" else 10)))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        box = QRectF(10, round(self.height() / 2 - 8), 16, 16)
        self._theme.paint_icon(
            painter, box, _ICONS.get(self._role, "information-outline"), self._theme.colour(self._role)
        )

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
