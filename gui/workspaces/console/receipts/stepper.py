"""Paints the stage of a workout as five nodes on a line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from core.live.receipts import NODES, Stage
from gui.theme.palette import Role
from gui.theme.states import State
from gui.theme.theme import Theme
from gui.widgets import paint_state_disc

STEPPER_EDGE_PX = 8.0

STAGE_STATE: dict[Stage, State] = {
    Stage.ACCEPTED: "kept",
    Stage.PENDING: "kept",
    Stage.REFUSED: "kept",
    Stage.REJECTED: "failed",
    Stage.WAITING: "waiting",
    Stage.OTHER_QUEUE: "waiting",
    Stage.RETRYING: "waiting",
    Stage.RUNNING: "running",
    Stage.FAILED: "failed",
    Stage.DUPLICATE: "stored",
    Stage.STORED: "stored",
}
STAGE_INK: dict[Stage, Role] = {
    Stage.ACCEPTED: "second",
    Stage.PENDING: "text",
    Stage.REFUSED: "text",
    Stage.REJECTED: "failed",
    Stage.WAITING: "waiting",
    Stage.OTHER_QUEUE: "second",
    Stage.RETRYING: "waiting",
    Stage.RUNNING: "running",
    Stage.FAILED: "failed",
    Stage.DUPLICATE: "second",
    Stage.STORED: "stored",
}


def paint_stepper(painter: QPainter, left: float, middle: float, stage: Stage, theme: Theme, step_px: float) -> float:
    """Draw five nodes from `left`, 16 px high and centred at `middle`; returns the right end."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centres = [QPointF(left + STEPPER_EDGE_PX + place * step_px, middle) for place in range(NODES)]
    for place in range(NODES - 1):
        _paint_edge(painter, centres, place, stage.node, theme)
    for place, centre in enumerate(centres):
        _paint_node(painter, centre, place, stage, theme)
    painter.restore()
    return centres[-1].x() + STEPPER_EDGE_PX


def _paint_edge(painter: QPainter, centres: list[QPointF], place: int, current: int, theme: Theme) -> None:
    done = place < current
    start = centres[place].x() + (9 if place == current else 5)
    end = centres[place + 1].x() - (9 if place + 1 == current else 5)
    if end - start < 1:
        return
    painter.setPen(QPen(theme.colour("faint") if done else theme.colour("line"), 1.5 if done else 1))
    painter.drawLine(QPointF(start, centres[place].y()), QPointF(end, centres[place].y()))


def _paint_node(painter: QPainter, centre: QPointF, place: int, stage: Stage, theme: Theme) -> None:
    if place == stage.node:
        paint_state_disc(painter, _square(centre, 14), STAGE_STATE[stage], theme)
    elif place < stage.node:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("second"))
        painter.drawEllipse(_square(centre, 6))
    else:
        painter.setPen(QPen(theme.colour("faint"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(_square(centre, 5))


def _square(centre: QPointF, size_px: float) -> QRectF:
    return QRectF(centre.x() - size_px / 2, centre.y() - size_px / 2, size_px, size_px)
