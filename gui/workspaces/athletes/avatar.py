"""The round sign of an athlete: initials on a neutral ground, or on the accent for the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gui.theme.theme import FontRole, Theme
from gui.workspaces.athletes.formatting import initials

GROUND_PERCENT = 10


def paint_avatar(
    painter: QPainter, theme: Theme, box: QRectF, name: str, *, chosen: bool, font: FontRole = "small_bold"
) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent") if chosen else QColor(theme.tint("text", GROUND_PERCENT)))
    painter.drawEllipse(box)
    words, metrics = initials(name), theme.metrics(font)
    painter.setFont(theme.font(font))
    painter.setPen(theme.ink("on_accent" if chosen else "text"))
    left = box.center().x() - metrics.horizontalAdvance(words) / 2
    painter.drawText(QPointF(left, round(box.center().y() + metrics.capHeight() / 2)), words)
    painter.restore()


class Avatar(QWidget):
    """The large one, beside a name: a screen reader reads that."""

    SIZE_PX = 44

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = ""
        theme.fix_size(self, width_px=self.SIZE_PX, height_px=self.SIZE_PX)
        theme.changed.connect(self.update)

    def show_name(self, name: str) -> None:
        self._name = name
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_avatar(QPainter(self), self._theme, QRectF(self.rect()), self._name, chosen=True, font="title")
