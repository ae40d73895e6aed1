"""Placeholder for an empty panel: a small drawing of what will appear, a title and one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets.labels import ElidedLabel, Label
from gui.widgets.panel import Panel

Art = Literal["depth", "latency"]

_DEPTH = (
    (0, 52),
    (14, 47),
    (26, 50),
    (42, 36),
    (56, 18),
    (67, 11),
    (76, 18),
    (90, 33),
    (106, 44),
    (120, 49),
    (128, 50),
)
_WAIT = ((0, 26), (14, 21), (30, 23), (48, 16), (68, 9), (86, 13), (106, 8), (128, 18))
_RUN = ((0, 46), (40, 45), (60, 43), (78, 42), (100, 43), (128, 45))


class EmptyArt(QWidget):
    """A drawing of 132 x 64 in the colours of the theme."""

    def __init__(self, theme: Theme, art: Art, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._art = theme, art
        self.setFixedSize(QSize(132, 64))
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_axes(painter, self._theme)
        _DRAWINGS[self._art](painter, self._theme)


class EmptyState(Panel):
    """A box with a drawing at the left and a title, one line and a legend at the right."""

    def __init__(
        self,
        theme: Theme,
        art: Art,
        title: str,
        line: str,
        legend: Sequence[tuple[Role, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent, role="well")
        self._title, self._line = ElidedLabel(theme, title, "title"), Label(theme, line, "body", "second")
        row = QHBoxLayout()
        row.setSpacing(18)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(EmptyArt(theme, art))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        words.addWidget(self._title)
        self._line.setWordWrap(True)
        words.addWidget(self._line)
        words.addSpacing(2)
        words.addLayout(_legend(theme, legend))
        words.addStretch(1)
        row.addLayout(words, 1)
        self.body.addLayout(row, 1)

    def show_words(self, title: str, line: str) -> None:
        self.setAccessibleName(title)
        self._title.setText(title)
        self._line.setText(line)


class Swatch(QWidget):
    """A small coloured square for legends."""

    def __init__(self, theme: Theme, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._role = theme, role
        self.setFixedSize(12, 8)
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(self._role))
        painter.drawRoundedRect(QRectF(self.rect()), 2, 2)


def _legend(theme: Theme, entries: Sequence[tuple[Role, str]]) -> QHBoxLayout:
    box = QHBoxLayout()
    box.setSpacing(14)
    for role, words in entries:
        entry = QHBoxLayout()
        entry.setSpacing(5)
        entry.addWidget(Swatch(theme, role))
        entry.addWidget(ElidedLabel(theme, words, "small"))
        box.addLayout(entry)
    box.addStretch(1)
    return box


def _paint_axes(painter: QPainter, theme: Theme) -> None:
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.drawPolyline(QPolygonF([QPointF(1.5, 2), QPointF(1.5, 62.5), QPointF(130, 62.5)]))
    painter.setPen(QPen(theme.colour("line"), 1, Qt.PenStyle.DotLine))
    for y in (22.5, 42.5):
        painter.drawLine(QPointF(2, y), QPointF(130, y))


def _curve(points: Sequence[tuple[float, float]], lift: float = 0.0) -> QPolygonF:
    return QPolygonF([QPointF(x + 2, y + lift) for x, y in points])


def _paint_depth(painter: QPainter, theme: Theme) -> None:
    line = _curve(_DEPTH)
    area = QPainterPath(QPointF(2, 62))
    for point in line.toList():
        area.lineTo(point)
    area.lineTo(130, 62)
    painter.fillPath(area, theme.colour("waiting", 18))
    painter.setPen(QPen(theme.colour("waiting"), 1.2))
    painter.drawPolyline(line)
    painter.setPen(QPen(theme.colour("running"), 1.4))
    painter.drawPolyline(_curve(((0, 58), (30, 58), (30, 54), (100, 54), (100, 58), (128, 58))))


def _paint_band(painter: QPainter, theme: Theme, role: Role, points: Sequence[tuple[float, float]], gap: float) -> None:
    top, bottom = _curve(points), _curve(points, 2 * gap)
    band = QPainterPath(top.at(0))
    for point in [*top.toList()[1:], *reversed(bottom.toList())]:
        band.lineTo(point)
    painter.fillPath(band, theme.colour(role, 16))
    for lift, percent in ((0.0, 70), (gap, 85), (2 * gap, 100)):
        painter.setPen(QPen(theme.colour(role, percent), 1.2))
        painter.drawPolyline(_curve(points, lift))


def _paint_latency(painter: QPainter, theme: Theme) -> None:
    _paint_band(painter, theme, "waiting", _WAIT, 7)
    _paint_band(painter, theme, "running", _RUN, 5)


_DRAWINGS: dict[Art, Callable[[QPainter, Theme], None]] = {"depth": _paint_depth, "latency": _paint_latency}
