"""A shape for each state of a workout, so that no state is shown by colour alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.states import State
from gui.theme.theme import Theme

Glyph = Literal[
    "clock", "clock_hands", "triangle", "check", "cross", "tray", "star", "star_outline", "pause", "dot", "ring"
]

STATE_GLYPHS: dict[State, tuple[Glyph, Role]] = {
    "waiting": ("clock", "waiting"),
    "running": ("triangle", "running"),
    "stored": ("check", "stored"),
    "failed": ("cross", "failed"),
    "kept": ("tray", "second"),
    "achievement": ("star", "achievement"),
    "paused": ("pause", "second"),
    "idle": ("dot", "second"),
}
_BOX = 12.0  # shapes below are drawn in a box of 12 units


def paint_glyph(painter: QPainter, box: QRectF, glyph: Glyph, colour: QColor) -> None:
    """Draw a glyph into a square box."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / _BOX, box.height() / _BOX)
    _DRAWINGS[glyph](painter, colour)
    painter.restore()


def paint_state_glyph(painter: QPainter, box: QRectF, state: State, theme: Theme) -> None:
    """Draw a state's glyph in its colour."""
    glyph, role = STATE_GLYPHS[state]
    paint_glyph(painter, box, glyph, QColor(theme.palette.of(role)))


def paint_state_disc(painter: QPainter, box: QRectF, state: State, theme: Theme) -> None:
    """A disc with the state's glyph: solid for final states (stored, failed), tinted with a ring for others."""
    glyph, role = STATE_GLYPHS[state]
    hue = QColor(theme.palette.of(role))
    solid = state in ("stored", "failed")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(1.0, box.width() / _BOX)
    painter.setPen(Qt.PenStyle.NoPen if solid else QPen(hue, width))
    painter.setBrush(hue if solid else QColor(theme.tint(role, 16)))
    edge = 0.0 if solid else width / 2
    painter.drawEllipse(box.adjusted(edge, edge, -edge, -edge))
    inset = box.width() * (0.22 if glyph in ("check", "cross") else 0.27)
    ink = QColor(theme.palette.surface) if solid else hue
    paint_glyph(painter, box.adjusted(inset, inset, -inset, -inset), "clock_hands" if glyph == "clock" else glyph, ink)
    painter.restore()


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _line(painter: QPainter, colour: QColor, width: float, *points: tuple[float, float]) -> None:
    painter.setPen(_pen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _clock(painter: QPainter, colour: QColor) -> None:
    painter.setPen(_pen(colour, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(6, 6), 5, 5)
    _line(painter, colour, 1.4, (6, 3.2), (6, 6.2), (7.9, 7.3))


def _clock_hands(painter: QPainter, colour: QColor) -> None:
    _line(painter, colour, 2.2, (5.4, 1), (5.4, 6.8), (9.4, 8.9))


def _triangle(painter: QPainter, colour: QColor) -> None:
    path = QPainterPath(QPointF(3, 1.8))
    path.lineTo(10.2, 6)
    path.lineTo(3, 10.2)
    path.closeSubpath()
    painter.setPen(_pen(colour, 0.8))
    painter.setBrush(colour)
    painter.drawPath(path)


def _check(painter: QPainter, colour: QColor) -> None:
    _line(painter, colour, 1.9, (1.6, 6.5), (4.6, 9.4), (10.4, 3))


def _cross(painter: QPainter, colour: QColor) -> None:
    _line(painter, colour, 1.9, (2.6, 2.6), (9.4, 9.4))
    _line(painter, colour, 1.9, (9.4, 2.6), (2.6, 9.4))


def _tray(painter: QPainter, colour: QColor) -> None:
    _line(painter, colour, 1.4, (1.4, 7), (1.4, 10.6), (10.6, 10.6), (10.6, 7))
    _line(painter, colour, 1.4, (6, 1.4), (6, 7.2))
    _line(painter, colour, 1.4, (3.7, 5.2), (6, 7.5), (8.3, 5.2))


def _star_path() -> QPainterPath:
    points = []
    for corner in range(10):
        radius = 5.6 if corner % 2 == 0 else 2.5
        angle = math.radians(corner * 36 - 90)
        points.append(QPointF(6 + radius * math.cos(angle), 6.3 + radius * math.sin(angle)))
    path = QPainterPath()
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path


def _star(painter: QPainter, colour: QColor) -> None:
    painter.setPen(_pen(colour, 0.6))
    painter.setBrush(colour)
    painter.drawPath(_star_path())


def _star_outline(painter: QPainter, colour: QColor) -> None:
    painter.setPen(_pen(colour, 1.1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_star_path())


def _pause(painter: QPainter, colour: QColor) -> None:
    _line(painter, colour, 1.6, (4, 2), (4, 10))
    _line(painter, colour, 1.6, (8, 2), (8, 10))


def _dot(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(6, 6), 3.5, 3.5)


def _ring(painter: QPainter, colour: QColor) -> None:
    painter.setPen(_pen(colour, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(6, 6), 3.8, 3.8)


_DRAWINGS: dict[Glyph, Callable[[QPainter, QColor], None]] = {
    "clock": _clock,
    "clock_hands": _clock_hands,
    "triangle": _triangle,
    "check": _check,
    "cross": _cross,
    "tray": _tray,
    "star": _star,
    "star_outline": _star_outline,
    "pause": _pause,
    "dot": _dot,
    "ring": _ring,
}


class StateGlyph(QWidget):
    """One glyph as a widget; `name` is its accessible name."""

    def __init__(self, theme: Theme, state: State, name: str, size_px: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._state = theme, state
        self.setFixedSize(QSize(size_px, size_px))
        self.setAccessibleName(name)
        theme.changed.connect(self.update)

    @property
    def state(self) -> State:
        return self._state

    def set_state(self, state: State, name: str) -> None:
        self._state = state
        self.setAccessibleName(name)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_state_glyph(painter, QRectF(self.rect()), self._state, self._theme)
