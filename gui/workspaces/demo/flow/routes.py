"""The edges of the flow as paths between its parts, with the places of their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from core.live.flow import Edge
from gui.workspaces.demo.flow.layout import Parts, WorkerBoxes, middle_left, middle_right

_BEND = 8.0  # radius
_BESIDE = 8.0  # from a line to its count
_FREE_BELOW = 2  # workers
_FORK = 0.5  # of the gap, where the edge to the workers divides
_OTHERS = ""  # the way of a worker that is not shown


@dataclass(slots=True)
class Route:
    """An edge; `branches`: by the worker at their end, or the only one under an empty name.

    `pill` and `note` are the centres of what is written at it, which has this `room` in width, and begins right of
    `after`.
    """

    branches: dict[str, QPainterPath]
    heads: list[tuple[QPointF, int]]  # points of arrows, and to where: in degrees, 0 to the right, 90 down
    pill: QPointF
    room: float
    note: QPointF | None = None
    dashed: list[QPainterPath] = field(default_factory=list)
    after: float = 0.0
    long_note: QPointF | None = None  # where notes are that are long, or more than one; None: at the same place

    def path_of(self, worker: str) -> QPainterPath:
        return self.branches.get(worker) or self.branches.get(_OTHERS) or next(iter(self.branches.values()))


def routes(parts: Parts, names: Sequence[str], workers: WorkerBoxes, factor: float) -> dict[Edge, Route]:
    """`names`: of the workers that are shown, in the order of their boxes."""
    return {
        Edge.SENT: _sent(parts, factor),
        Edge.TAKEN: _taken(parts, names, workers, factor),
        Edge.STORED: _stored(parts, names, workers, factor),
        Edge.RETRIED: _retried(parts, factor),
        Edge.RETURNED: _returned(parts, factor),
        Edge.FAILED: _failed(parts, factor),
        Edge.EARNED: _earned(parts, factor),
    }


def _sent(parts: Parts, factor: float) -> Route:
    start, end = QPointF(parts.producers.right(), parts.axis), QPointF(parts.queue.left(), parts.axis)
    middle = (start + end) / 2
    above, below = QPointF(middle.x(), middle.y() - 20 * factor), QPointF(middle.x(), middle.y() + 19 * factor)
    return Route({_OTHERS: _line(start, end)}, [(end, 0)], above, end.x() - start.x() - 4, below)


def _taken(parts: Parts, names: Sequence[str], workers: WorkerBoxes, factor: float) -> Route:
    start = QPointF(parts.queue.right(), parts.axis)
    gap = parts.workers.left() - start.x()
    fork = QPointF(start.x() + gap * _FORK, parts.axis)
    branches, heads = {}, []
    for name, box in zip(names, workers.boxes, strict=True):
        end = middle_left(box)
        branches[name] = _curve(start, end, fork.x())
        heads.append((end, 0))
    if workers.more is not None:
        branches[_OTHERS] = _curve(start, QPointF(parts.workers.left(), workers.more.center().y()), fork.x())
    add = _curve(fork, QPointF(parts.workers.left(), workers.add.center().y()), fork.x())
    if not branches:
        branches[_OTHERS] = _curve(start, QPointF(parts.workers.left(), workers.add.center().y()), fork.x())
    pill = QPointF(start.x() + 3 + gap * 0.2, parts.axis - 20 * factor)
    return Route(branches, heads, pill, gap * 0.75, QPointF(pill.x(), parts.axis + 19 * factor), [add], start.x() + 2)


def _stored(parts: Parts, names: Sequence[str], workers: WorkerBoxes, factor: float) -> Route:
    end = middle_left(parts.store)
    start_x = workers.boxes[0].right() if workers.boxes else parts.workers.right()
    branches = {name: _curve(middle_right(box), end, start_x) for name, box in zip(names, workers.boxes, strict=True)}
    if workers.more is not None or not branches:
        height = workers.add.center().y() if workers.more is None else workers.more.center().y()
        start = QPointF(parts.workers.right(), height)
        branches[_OTHERS] = _curve(start, end, start.x())
    middle = (parts.workers.right() + parts.store.left()) / 2
    pill = QPointF(middle, max(parts.store.top() + 9 * factor, end.y() - 28 * factor))
    room = end.x() - parts.workers.right()
    note = QPointF(end.x() - 20 * factor, parts.store.bottom() - 1)
    below = QPointF((end.x() + parts.store.center().x()) / 2, parts.store.bottom() + 12 * factor)
    if len(workers.boxes) > _FREE_BELOW:  # the lines of more workers leave no room beside the store
        note = below
    return Route(branches, [(end, 0)], pill, room, note, long_note=below)


def _retried(parts: Parts, factor: float) -> Route:
    start = QPointF(round(parts.failed.left() + parts.failed.width() * 0.26), parts.workers.bottom())
    end = QPointF(round(parts.retry.left() + parts.retry.width() * 0.78), parts.retry.top())
    level = _level(parts)
    path = QPainterPath(start)
    path.lineTo(start.x(), level - _BEND)
    path.quadTo(QPointF(start.x(), level), QPointF(start.x() - _BEND, level))
    path.lineTo(end.x() + _BEND, level)
    path.quadTo(QPointF(end.x(), level), QPointF(end.x(), level + _BEND))
    path.lineTo(end)
    pill = QPointF((start.x() + parts.retry.right()) / 2 + 20 * factor, level)
    return Route({_OTHERS: path}, [(end, 90)], pill, start.x() - end.x() - 2 * _BEND)


def _returned(parts: Parts, factor: float) -> Route:
    x = round(parts.retry.left() + parts.retry.width() * 0.24)
    end = QPointF(x, parts.queue.bottom())
    pill = QPointF(x + 24 * factor, _level(parts) + 3)
    room = 2 * (parts.retry.left() + parts.retry.width() * 0.78 - pill.x() - 6)
    line = _line(QPointF(x, parts.retry.top()), end)
    return Route({_OTHERS: line}, [(end, -90)], pill, room, after=x + _BESIDE)


def _failed(parts: Parts, factor: float) -> Route:
    x = round(parts.failed.left() + parts.failed.width() * 0.77)
    end = QPointF(x, parts.failed.top())
    pill = QPointF(x + 22 * factor, _level(parts))
    line = _line(QPointF(x, parts.workers.bottom()), end)
    return Route({_OTHERS: line}, [(end, 90)], pill, parts.failed.right() - x, after=x + _BESIDE)


def _earned(parts: Parts, factor: float) -> Route:
    middle = parts.store.center().x()
    end = QPointF(middle, parts.badges.top())
    pill = QPointF(middle + 22 * factor, (parts.store.bottom() + parts.badges.top()) / 2)
    line = _line(QPointF(middle, parts.store.bottom()), end)
    return Route({_OTHERS: line}, [(end, 90)], pill, parts.store.right() - middle - _BESIDE, after=middle + _BESIDE)


def _level(parts: Parts) -> float:
    """The height of what runs between the two rows."""
    return round((parts.workers.bottom() + parts.failed.top()) / 2) - 1


def _line(start: QPointF, end: QPointF) -> QPainterPath:
    path = QPainterPath(start)
    path.lineTo(end)
    return path


def _curve(start: QPointF, end: QPointF, fork_x: float) -> QPainterPath:
    """Level to `fork_x`, if that is at its right, and from there in a bow to the end."""
    path = QPainterPath(start)
    fork = QPointF(max(start.x(), min(fork_x, end.x())), start.y())
    if fork != start and abs(start.y() - end.y()) > 1:
        path.lineTo(fork)
    else:
        fork = start
    middle = (fork.x() + end.x()) / 2
    path.cubicTo(QPointF(middle, fork.y()), QPointF(middle, end.y()), end)
    return path


def around(route: Route) -> QRectF:
    """All that its lines cover."""
    box = QRectF()
    for path in (*route.branches.values(), *route.dashed):
        box = box.united(path.boundingRect())
    return box
