"""A chart of which one place is read at a time: under the pointer, or by the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme

TOP_PX, GAP_PX = 12, 8  # above the plot, and between its labels and it
INSET_PX, FOCUS_PX = 6, 2  # free at the edges, and the frame of the focus within them
LEAST_PX, WISHED_PX = 116, 140
_BELOW_PX = 5  # between the plot and the labels below it


class ReadingChart(QAbstractSlider):
    """Main thread. A slider for keys and screen readers: its value is the place that is read."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._hovered = -1  # the place under the pointer
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)
        self.valueChanged.connect(self._on_value_changed)

    # --- of a subclass -------------------------------------------------------------------------------------------

    def paint_content(self, painter: QPainter) -> None:
        raise NotImplementedError

    def place_at(self, at: QPointF) -> int:
        """The place at a position; -1: none."""
        raise NotImplementedError

    def emit_read(self) -> None:
        """Say what is read now."""
        raise NotImplementedError

    # --- what is read --------------------------------------------------------------------------------------------

    @property
    def place(self) -> int:
        return self._hovered if self._hovered >= 0 else self.value()

    def show_places(self, count: int, *, anew: bool) -> None:
        """There are so many now. `anew`: of something else, so the last one is read."""
        self.blockSignals(True)
        self.setRange(0, max(0, count - 1))
        if anew:
            self._hovered = -1
            self.setValue(self.maximum())
        elif self._hovered >= count:
            self._hovered = -1
        self.blockSignals(False)
        self._read()

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self._read()

    def _read(self) -> None:
        self.update()
        self.emit_read()

    @Slot()
    def _on_value_changed(self) -> None:
        self._read()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._hovered >= 0:  # from there, not from where the keys were before
            self.setValue(self._hovered)
            self._hovered = -1
        super().keyPressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.place_at(event.position()))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """What is clicked stays read when the pointer leaves."""
        if (place := self.place_at(event.position())) >= 0:
            self.setValue(place)

    @override
    def leaveEvent(self, event: object) -> None:
        self._hover(-1)

    # --- picture -------------------------------------------------------------------------------------------------

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, round(WISHED_PX * self.theme.text_factor))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(240, round(LEAST_PX * self.theme.text_factor))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_content(painter)
        if self.hasFocus():
            painter.setPen(QPen(self.theme.colour("accent"), FOCUS_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def area_beside(self, labels_px: float) -> QRectF:
        """The plot, beside labels so wide."""
        left, below = round(labels_px + GAP_PX + INSET_PX), self.theme.metrics("small").height() + _BELOW_PX
        width, height = self.width() - left - INSET_PX, self.height() - TOP_PX - below - FOCUS_PX - 2
        return QRectF(left, TOP_PX, max(1.0, width), max(1.0, height))

    def paint_line(self, painter: QPainter, area: QRectF, y: float, label: str, *, is_base: bool) -> None:
        """A line of the grid with its label."""
        painter.fillRect(QRectF(area.left(), y, area.width(), 1), self.theme.colour("line", 100 if is_base else 60))
        self.write(painter, label, QPointF(area.left() - GAP_PX, y), right=True)

    def below(self, area: QRectF) -> float:
        """The middle of the labels below the plot."""
        return area.bottom() + _BELOW_PX + self.theme.metrics("small").height() / 2

    def paint_nothing(self, painter: QPainter, area: QRectF, words: str) -> None:
        left = area.center().x() - self.theme.metrics("body").horizontalAdvance(words) / 2
        self.write(painter, words, QPointF(left, area.center().y()), font="body")

    def write(
        self,
        painter: QPainter,
        text: str,
        at: QPointF,
        *,
        right: bool = False,
        ink: Role = "second",
        font: FontRole = "small",
    ) -> None:
        """Centred in height; `at` is the left end, or the right one."""
        metrics = self.theme.metrics(font)
        left = at.x() - metrics.horizontalAdvance(text) if right else at.x()
        painter.setFont(self.theme.font(font))
        painter.setPen(self.theme.ink(ink))
        painter.drawText(QPointF(left, round(at.y() + metrics.capHeight() / 2)), text)
