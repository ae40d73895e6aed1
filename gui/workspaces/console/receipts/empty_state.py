"""Shown before the first receipt: the five stages of a workout."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.acts import ACTS
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import Button, ElidedLabel, Glyph, paint_glyph

_Step = tuple[str, str, Glyph | None, Role]
STEPS: tuple[_Step, ...] = (
    ("Accepted", "safe on this disk", "tray", "second"),
    ("Confirmed", "the queue has it", None, "second"),
    ("Waiting", "for a free worker", "clock", "waiting"),
    ("Running", "a worker has it", "triangle", "running"),
    ("Stored", "counted, badges given", "check", "stored"),
)
CONFIRMED_ICON = "check-circle-outline"
HEIGHT_PX, DISC_PX = 68, 28.0
WIDEST_STEP_PX, NAME_GAP_PX = 170.0, 6.0
_FONTS: tuple[FontRole, ...] = ("body", "small")  # of the names: the first that has room


class StepsDrawing(QWidget):
    """Five discs on a line, each with its name and meaning."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.fix_size(self, height_px=HEIGHT_PX)
        self.setAccessibleName("The way of a workout: " + ", ".join(f"{name}, {what}" for name, what, _, _ in STEPS))
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step_px = min(WIDEST_STEP_PX, self.width() / len(STEPS))
        left = self.width() / 2 - step_px * (len(STEPS) - 1) / 2
        centres = [QPointF(round(left + place * step_px), 14) for place in range(len(STEPS))]
        painter.setPen(QPen(self._theme.colour("faint"), 1))
        for centre, following in pairwise(centres):
            painter.drawLine(QPointF(centre.x() + 22, 14), QPointF(following.x() - 22, 14))
        metrics = self._theme.metrics("small")
        explained = all(metrics.horizontalAdvance(what) < step_px for _, what, _, _ in STEPS)
        font = next((font for font in _FONTS if self._widest_px(font) < step_px - NAME_GAP_PX), None)
        for centre, step in zip(centres, STEPS, strict=True):
            self._paint_disc(painter, centre, step)
            if font is not None:
                self._paint_words(painter, centre, step_px, step, font, explained=explained)

    def _widest_px(self, font: FontRole) -> float:
        return max(self._theme.metrics(font).horizontalAdvance(name) for name, _, _, _ in STEPS)

    def _paint_disc(self, painter: QPainter, centre: QPointF, step: _Step) -> None:
        _, _, glyph, role = step
        hue = self._theme.colour(role)
        painter.setPen(QPen(hue, 1.2))
        painter.setBrush(QColor(self._theme.tint(role, 12)))
        disc = QRectF(centre.x() - DISC_PX / 2, centre.y() - DISC_PX / 2, DISC_PX, DISC_PX)
        painter.drawEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5))
        box = disc.adjusted(8, 8, -8, -8)
        if glyph is None:
            self._theme.paint_icon(painter, box.adjusted(-1, -1, 1, 1), CONFIRMED_ICON, hue)
        else:
            paint_glyph(painter, box, glyph, hue)

    def _paint_words(
        self, painter: QPainter, centre: QPointF, step_px: float, step: _Step, font: FontRole, *, explained: bool
    ) -> None:
        name, what, _, _ = step
        line_px = self._theme.px(17)
        words = QRectF(centre.x() - step_px / 2, 34, step_px, line_px)
        painter.setFont(self._theme.font(font))
        painter.setPen(self._theme.ink("text"))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), name)
        if not explained:
            return
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.ink("second"))
        painter.drawText(words.translated(0, line_px), int(Qt.AlignmentFlag.AlignCenter), what)


class ReceiptsEmpty(QWidget):
    """Main thread. Shown while there are no receipts, with a button for the next step."""

    demo_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        title = ElidedLabel(theme, "Every workout you send gets a row here", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title)
        column.addSpacing(4)
        column.addStretch(1)
        column.addWidget(StepsDrawing(theme))
        column.addStretch(1)
        self.demo_button = Button(theme, "Start the demo load", ACTS["start"].icon)
        self.demo_button.clicked.connect(self._on_demo_clicked)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.demo_button)
        buttons.addStretch(1)
        column.addLayout(buttons)

    @Slot()
    def _on_demo_clicked(self) -> None:
        self.demo_requested.emit()
