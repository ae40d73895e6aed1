"""The number of the tour's step, at the control that the step points at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gui.theme.theme import Theme

SIZE_PX, BESIDE_PX = 20, 6  # it covers so much of the width of what it points at


class StepMark(QWidget):
    """A disc over the upper right corner of another widget, which it follows. Main thread."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """`parent`: holds every widget that it may point at."""
        super().__init__(parent)
        self._theme, self._number = theme, 0
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(SIZE_PX, SIZE_PX)
        self.hide()
        theme.changed.connect(self.update)

    @property
    def number(self) -> int:
        """0: it is nowhere."""
        return self._number

    def point_at(self, target: QWidget | None, number: int) -> None:
        if self._target is not None:
            self._target.removeEventFilter(self)
        self._target, self._number = target, number if target is not None else 0
        if target is None:
            self.hide()
            return
        target.installEventFilter(self)
        self.setAccessibleName(f"Step {number} of the tour")
        self._follow()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._follow()
        return False

    def _follow(self) -> None:
        target = self._target
        if target is None or not target.isVisible():
            self.hide()
            return
        around = self.parentWidget()
        assert around is not None
        corner = target.mapTo(around, QPoint(target.width(), 0))
        self.move(corner - QPoint(BESIDE_PX, SIZE_PX // 2 - 2))
        self.show()
        self.raise_()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent"))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setPen(self._theme.colour("on_accent"))
        painter.setFont(self._theme.font("small_bold"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
