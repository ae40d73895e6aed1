"""The sign in the status bar that this session is recorded; a click ends that."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QAction, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QWidget
from typing_extensions import override

from gui.formatting import elapsed_text
from gui.theme.theme import Theme
from gui.widgets import paint_glyph

_GLYPH_PX, _GAP_PX, _SIDE_PX, _HEIGHT_PX = 10, 6, 6, 24
_WIDEST = "Recording 0:00:00"


class RecordingSign(QPushButton):
    """Main thread. Hidden while nothing is recorded. Wide enough for any time, so that nothing beside it moves."""

    def __init__(self, theme: Theme, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "key")
        self.setFont(theme.font("small"))
        self.setToolTip("Stop recording")
        self.clicked.connect(action.trigger)
        theme.changed.connect(self.update)
        self.show_time(None)

    def show_time(self, seconds: float | None) -> None:
        """Since it began; None: nothing is recorded."""
        self.setVisible(seconds is not None)
        self.setText(f"Recording {elapsed_text(seconds or 0)}")
        self.setAccessibleName(f"{self.text()}: press to stop")

    @override
    def sizeHint(self) -> QSize:
        words = QFontMetricsF(self.font()).horizontalAdvance(_WIDEST)
        return QSize(round(2 * _SIDE_PX + _GLYPH_PX + _GAP_PX + words), _HEIGHT_PX)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        top = (self.height() - _GLYPH_PX) / 2
        paint_glyph(painter, QRectF(_SIDE_PX, top, _GLYPH_PX, _GLYPH_PX), "dot", self._theme.colour("failed"))
        painter.setFont(self.font())
        painter.setPen(self._theme.colour("text"))
        base = round(self.height() / 2 + QFontMetricsF(self.font()).capHeight() / 2)
        painter.drawText(_SIDE_PX + _GLYPH_PX + _GAP_PX, base, self.text())
