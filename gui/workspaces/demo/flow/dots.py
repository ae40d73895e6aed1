"""The dots that travel along the edges of the flow: one for each message, or for so many of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from core.live.flow import Kind
from gui.theme.palette import Role
from gui.theme.theme import Theme

RADIUS_PX = 4.5
MOST_DOTS = 150
APART_MS, MOST_APART_MS = 50, 100  # between two that start on one edge
_SPREAD_MS = 700  # over which a few that moved together start
LATEST_MS = 1_200  # after its message moved; a dot that would start later is left out
_SHORTEST_MS, _LONGEST_MS, _MS_A_PX = 200.0, 900.0, 5.0
_AROUND_PX = RADIUS_PX + 1.5  # of a dot with its edge
_BESIDE_PX, _MOST_BESIDE = _AROUND_PX + 5, 0.27  # of the way
_STEPS = 48  # points that a path is kept as
_HUES: dict[Kind, Role] = {
    "waiting": "waiting",
    "stored": "stored",
    "duplicate": "stored",  # hollow
    "failed": "failed",
    "badge": "achievement",
}
_HOLLOW: Kind = "duplicate"


class DotPath:
    """A path as points at equal distances, which are found quicker than on the path itself."""

    def __init__(self, path: QPainterPath) -> None:
        # From beside one box to beside the other: a box that a dot touched would be painted again with each frame.
        length = max(path.length(), 1.0)
        beside = min(_BESIDE_PX, length * _MOST_BESIDE)
        start, end = path.percentAtLength(beside), path.percentAtLength(length - beside)
        self.points = [path.pointAtPercent(start + (end - start) * step / _STEPS) for step in range(_STEPS + 1)]
        self.took_ms = min(_LONGEST_MS, max(_SHORTEST_MS, (length - 2 * beside) * _MS_A_PX))
        around = QPolygonF(self.points).boundingRect()
        self.around = around.adjusted(-_AROUND_PX, -_AROUND_PX, _AROUND_PX, _AROUND_PX)

    def at(self, share: float) -> QPointF:
        place = share * _STEPS
        step = min(int(place), _STEPS - 1)
        before, after = self.points[step], self.points[step + 1]
        return before + (after - before) * (place - step)


@dataclass(slots=True)
class _MovingDot:
    track: DotPath
    kind: Kind
    starts_ms: float


class DotLayer(QGraphicsItem):
    """All dots as one item; only what is around the tracks in use is painted again."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._around = QRectF()
        self._dots: list[_MovingDot] = []
        self._last_ms: dict[DotPath, float] = {}  # by track: when its newest dot starts
        self._now_ms = 0.0
        self._used: set[DotPath] = set()

    @property
    def alive(self) -> int:
        return len(self._dots)

    @property
    def places(self) -> list[tuple[Kind, QPointF]]:
        """Where the dots are that have started."""
        return [(dot.kind, dot.track.at(share)) for dot in self._dots if (share := self._share(dot)) >= 0]

    def set_around(self, around: QRectF) -> None:
        self.prepareGeometryChange()
        self._around = QRectF(around)

    def launch(self, track: DotPath, kind: Kind, number: int, now_ms: float) -> None:
        """Start so many dots after each other, as far as there is room for more."""
        apart_ms = min(MOST_APART_MS, max(APART_MS, _SPREAD_MS / max(1, number)))
        starts_ms = max(now_ms, self._last_ms.get(track, 0.0) + apart_ms)
        if starts_ms - now_ms > LATEST_MS * 2:  # the clock was set back
            starts_ms = now_ms
        for _ in range(number):
            if len(self._dots) >= MOST_DOTS or starts_ms - now_ms > LATEST_MS:
                break
            self._dots.append(_MovingDot(track, kind, starts_ms))
            self._last_ms[track] = starts_ms
            starts_ms += apart_ms

    def step(self, now_ms: float) -> bool:
        """Move all to where they are now, without those that arrived; returns whether any is left."""
        self._now_ms = now_ms
        self._dots = [
            dot
            for dot in self._dots
            if now_ms - dot.starts_ms < dot.track.took_ms and dot.starts_ms - now_ms <= 2 * LATEST_MS
        ]
        used = {dot.track for dot in self._dots}
        for track in used | self._used:
            # By the scene: an item unites all that is updated of it to one rectangle.
            self.scene().update(track.around)
        self._used = used
        return bool(self._dots)

    def clear(self) -> None:
        """Without any: the tracks are others now, or nothing is to move."""
        self._dots.clear()
        self._last_ms.clear()
        self._used.clear()
        self.update()

    def _share(self, dot: _MovingDot) -> float:
        """Of its way; below 0 before it starts."""
        return (self._now_ms - dot.starts_ms) / dot.track.took_ms

    @override
    def boundingRect(self) -> QRectF:
        return self._around

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        places: dict[Kind, list[QPointF]] = defaultdict(list)
        for kind, place in self.places:
            places[kind].append(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for kind, points in places.items():
            # Points of a round pen: one call for all dots of a hue.
            hue = self._theme.colour(_HUES[kind])
            for colour, width in ((self._theme.colour("surface"), 2 * RADIUS_PX + 2), (hue, 2 * RADIUS_PX)):
                painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawPoints(QPolygonF(points))
            if kind == _HOLLOW:
                pen = QPen(self._theme.colour("surface"), RADIUS_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
                painter.setPen(pen)
                painter.drawPoints(QPolygonF(points))
