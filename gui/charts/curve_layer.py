"""All curves of a plot as a single item of the graphics scene."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import Theme

_EVERYWHERE = QRectF(-1e8, -1e8, 2e8, 2e8)


class Curve:
    """A path in data coordinates, drawn as a line one pixel wide or as an area."""

    def __init__(self, role: Role, percent: float, *, dashed: bool, filled: bool) -> None:
        self.path = QPainterPath()
        self._role, self._percent, self._dashed, self._filled = role, percent, dashed, filled
        self._pen, self._brush = QPen(Qt.PenStyle.NoPen), QBrush(Qt.BrushStyle.NoBrush)

    def apply_theme(self, theme: Theme) -> None:
        colour = theme.colour(self._role, self._percent)
        if self._filled:
            self._brush = QBrush(colour)
            return
        self._pen = QPen(colour, 1)
        self._pen.setCosmetic(True)
        if self._dashed:
            self._pen.setDashPattern([3, 2])

    def paint(self, painter: QPainter) -> None:
        if not self.path.isEmpty():
            painter.setPen(self._pen)
            painter.setBrush(self._brush)
            painter.drawPath(self.path)


class CurveLayer(QGraphicsItem):
    """Paints its curves in the order they were added.

    One QGraphicsPathItem per curve would be slower: each strokes its whole path in data units to find its bounds,
    which costs more than drawing it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._curves: list[Curve] = []

    def add(self, curve: Curve) -> Curve:
        self._curves.append(curve)
        return curve

    def apply_theme(self, theme: Theme) -> None:
        for curve in self._curves:
            curve.apply_theme(theme)

    @override
    def boundingRect(self) -> QRectF:
        return _EVERYWHERE  # the view clips, and always draws whole

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        for curve in self._curves:
            curve.paint(painter)
