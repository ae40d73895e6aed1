"""Draws on a sheet of A4 in points, whatever the resolution of the printer or file."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPagedPaintDevice, QPainter, QPen, QPolygonF

from gui.theme.palette import LIGHT, Role
from gui.theme.theme import Theme

WIDTH_PT, HEIGHT_PT = 595, 842
POINTS_PER_INCH = 72


class Sheet:
    """Always in the light colours: it is paper."""

    def __init__(self, theme: Theme, painter: QPainter, device: QPagedPaintDevice) -> None:
        self._painter, self._device = painter, device
        self._family = theme.font("body").family()
        self._dots = device.logicalDpiX() / POINTS_PER_INCH
        self._fonts: dict[tuple[float, int], QFont] = {}
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def width(self, text: str, size_pt: float, weight: int = 400) -> float:
        return self._metrics(size_pt, weight).horizontalAdvance(text) / self._dots

    def text(
        self,
        text: str,
        left: float,
        base: float,
        size_pt: float,
        *,
        weight: int = 400,
        ink: Role = "text",
        right: float | None = None,
        room: float | None = None,
    ) -> float:
        """One line on its base line; returns its right end. `right`: ends there instead. Cut where it is wider than
        `room`."""
        metrics, dots = self._metrics(size_pt, weight), self._dots
        shown = text
        if room is not None and metrics.horizontalAdvance(text) > room * dots:
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, room) * dots)
        width = metrics.horizontalAdvance(shown) / dots
        x = left if right is None else right - width
        self._painter.setFont(self._font(size_pt, weight))
        self._painter.setPen(QColor(LIGHT.ink(ink)))
        self._painter.drawText(QPointF(x * dots, base * dots), shown)
        return x + width

    def fill(self, box: QRectF, role: Role, percent: float = 100) -> None:
        self._painter.fillRect(self._scaled(box), QColor(LIGHT.tint(role, percent)))

    def outline(self, box: QRectF, role: Role) -> None:
        pen = QPen(QColor(LIGHT.of(role)), 0.7 * self._dots)
        pen.setDashPattern([3, 2])
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(self._scaled(box))

    def line(self, points: list[QPointF], role: Role, width_pt: float) -> None:
        self._painter.setPen(QPen(QColor(LIGHT.of(role)), width_pt * self._dots))
        self._painter.drawPolyline(QPolygonF([point * self._dots for point in points]))

    def rule(self, left: float, right: float, y: float) -> None:
        self.fill(QRectF(left, y, right - left, 0.6), "line")

    def _scaled(self, box: QRectF) -> QRectF:
        dots = self._dots
        return QRectF(box.left() * dots, box.top() * dots, box.width() * dots, box.height() * dots)

    def _font(self, size_pt: float, weight: int) -> QFont:
        key = size_pt, weight
        if key not in self._fonts:
            font = self._fonts[key] = QFont(self._family)
            font.setPixelSize(max(1, round(size_pt * self._dots)))
            font.setWeight(QFont.Weight(weight))
            # Glyphs that a feature of the font puts in the place of others cannot be searched or copied in a PDF.
            font.setFeature(QFont.Tag("calt"), 0)
        return self._fonts[key]

    def _metrics(self, size_pt: float, weight: int) -> QFontMetricsF:
        return QFontMetricsF(self._font(size_pt, weight), self._device)
