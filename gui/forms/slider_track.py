"""A slider in the colours of the theme, without words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QStyle
from typing_extensions import override

from gui.theme.theme import Theme

GROOVE_PX, KNOB_PX, FOCUS_PX = 4.0, 16.0, 2.0
HEIGHT_PX = 20


class SliderTrack(QSlider):
    """A horizontal slider: the part before the knob is filled. A click moves the knob there."""

    def __init__(self, theme: Theme, name: str, steps: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = theme
        self.setRange(0, steps)
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)

    def x_at(self, position: float) -> float:
        """Of the middle of the knob, at a position."""
        return KNOB_PX / 2 + (self.width() - KNOB_PX) * position / max(1, self.maximum())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(True)
        self._move_to(event.position().x())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._move_to(event.position().x())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _move_to(self, x_px: float) -> None:
        room_px = max(1, round(self.width() - KNOB_PX))
        place_px = round(x_px - KNOB_PX / 2)
        self.setValue(QStyle.sliderValueFromPosition(0, self.maximum(), place_px, room_px))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme, middle = self._theme, self.height() / 2
        x, half = self.x_at(self.value()), GROOVE_PX / 2
        hue = theme.colour("accent") if self.isEnabled() else theme.colour("faint")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(QRectF(0, middle - half, self.width(), GROOVE_PX), half, half)
        painter.setBrush(hue)
        painter.drawRoundedRect(QRectF(0, middle - half, x, GROOVE_PX), half, half)
        painter.setBrush(theme.colour("surface"))
        painter.setPen(QPen(hue, 2.0))
        painter.drawEllipse(QPointF(x, middle), KNOB_PX / 2 - 1, KNOB_PX / 2 - 1)
        if self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(hue)
            painter.drawEllipse(QPointF(x, middle), KNOB_PX / 2 - 2 - FOCUS_PX, KNOB_PX / 2 - 2 - FOCUS_PX)
