"""The scene of the flow: its parts, the edges between them, and the dots on these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from core.live.flow import Edge, Movement
from gui.theme.theme import Theme
from gui.workspaces.demo.flow.dots import DotLayer, DotPath
from gui.workspaces.demo.flow.items import CountItem, EdgeItem, MarkItem, NoteItem, PartItem
from gui.workspaces.demo.flow.layout import Parts, WorkerBoxes, least_size, place_parts, place_workers
from gui.workspaces.demo.flow.painting import paint_account, paint_legend, paint_node
from gui.workspaces.demo.flow.routes import Route, routes
from gui.workspaces.demo.flow.words import (
    ADD_WORKER,
    BADGES,
    FAILED,
    PRODUCERS,
    QUEUE,
    RETRY,
    STORE,
    WORKERS,
    Account,
    EdgeWords,
    NodeWords,
    WorkerWords,
)
from gui.workspaces.demo.flow.worker_painting import paint_add_worker, paint_worker, paint_workers_frame

ItemT = TypeVar("ItemT", bound=QGraphicsItem)

_NODES = (PRODUCERS, QUEUE, STORE, BADGES, RETRY, FAILED)
_EDGES_Z, _PARTS_Z, _NOTES_Z, _DOTS_Z, _COUNTS_Z, _MARK_Z = -1, 0, 1, 2, 3, 4
_FRAME_Z = -2


class FlowScene(QGraphicsScene):
    """Main thread. Its unit is a pixel of the view; `fit` places all parts in a size."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._size = QSizeF()
        self._routes: dict[Edge, Route] = {}
        self._tracks: dict[tuple[Edge, str], DotPath] = {}
        self._workers: dict[str, PartItem[WorkerWords]] = {}
        self._more: QRectF | None = None
        self._first = 0  # the place of the first worker that is shown
        self._marked = ("", 0)
        self._nodes = {part: self._part(NodeWords(part.title(), ""), _paint_node) for part in _NODES}
        self._frame = self._part(0, self._paint_frame, _FRAME_Z)
        self._add = self._part(("",), _paint_add)
        self._account = self._part(Account(), _paint_account)
        self._legend = self._part(None, _paint_legend)
        self._edges = {edge: self._placed(EdgeItem(theme), _EDGES_Z) for edge in Edge}
        self._counts = {edge: self._placed(CountItem(theme), _COUNTS_Z) for edge in Edge}
        self._notes = {edge: self._placed(NoteItem(theme), _NOTES_Z) for edge in Edge}
        self.dots = self._placed(DotLayer(theme), _DOTS_Z)
        self._mark = self._placed(MarkItem(theme), _MARK_Z)

    # What it shows

    def show_nodes(self, words: Mapping[str, NodeWords]) -> None:
        for part, each in words.items():
            self._nodes[part].set_words(each)

    def show_edges(self, words: Mapping[Edge, EdgeWords]) -> None:
        for edge, each in words.items():
            self._counts[edge].set_words(each)
            self._notes[edge].set_words(each)
            self._edges[edge].set_cut(each.cut)

    def show_workers(self, workers: Sequence[WorkerWords], add: tuple[str, ...]) -> None:
        """In this order from the top down. Those that have no room are shown by `reveal`."""
        self._frame.set_words(len(workers))
        self._add.set_words(add)
        if list(self._workers) != [each.part for each in workers]:
            self._change_workers(workers)
        for each in workers:
            self._workers[each.part].set_words(each)

    def show_account(self, account: Account) -> None:
        self._account.set_words(account)

    def mark(self, part: str, number: int) -> None:
        """Put the number at a part; an empty part: nowhere."""
        self._marked = (part, number)
        item = self.item_of(part)
        if item is None:
            self._mark.hide()
        else:
            self._mark.point_at(item.box, number)

    # Where it is

    def fit(self, size: QSizeF) -> None:
        """Place all parts within this size, or the least that they need."""
        least = least_size(self._theme.text_factor)
        self._size = size.expandedTo(least)
        self.setSceneRect(QRectF(0, 0, self._size.width(), self._size.height()))
        self._place()

    def parts(self) -> list[str]:
        """Those that can be chosen, in the order in which messages go through them."""
        return [PRODUCERS, QUEUE, WORKERS, *self._shown_workers(), ADD_WORKER, STORE, BADGES, RETRY, FAILED]

    def item_of(self, part: str) -> PartItem[Any] | None:
        """None for a part that is not shown."""
        if part in self._workers:
            return self._workers[part] if self._workers[part].isVisible() else None
        others: dict[str, PartItem[Any]] = {**self._nodes, WORKERS: self._frame, ADD_WORKER: self._add}
        return others.get(part)

    def part_at(self, point: QPointF) -> str:
        """The part at this point; empty: none."""
        found = [part for part in self.parts() if (item := self.item_of(part)) and item.box.contains(point)]
        inner = [part for part in found if part != WORKERS]  # what stands in the frame
        return (inner or found or [""])[0]

    def next_part(self, part: str, dx: int, dy: int) -> str:
        """The nearest part to the right or left (`dx` 1 or -1), or below or above; the same one where there is none.

        Below a worker that is the last with room, it is one that is not shown: see `reveal`.
        """
        item = self.item_of(part)
        if item is None:
            return self.parts()[0]
        if dy and (beside := self._worker_beside(part, dy)):
            return beside
        here = _corner(item.box) if part == WORKERS else item.box.center()
        best, least = part, float("inf")
        for other in self.parts():
            there = self.item_of(other)
            if other == part or there is None:
                continue
            way = (_corner(there.box) if other == WORKERS else there.box.center()) - here
            along, across = (way.x() * dx, abs(way.y())) if dx else (way.y() * dy, abs(way.x()))
            far = along + 3 * across
            if along > 1 and across <= 2.5 * along + 60 and far < least:
                best, least = other, far
        return best

    def reveal(self, part: str) -> None:
        """Scroll the workers until this one is shown."""
        names, shown = list(self._workers), self._shown_workers()
        if part in names and part not in shown:
            place = names.index(part)
            self._first = place if place < self._first else place - len(shown) + 1
            self._place()

    # What moves on it

    def launch(self, movements: Iterable[Movement], now_ms: float) -> None:
        for movement in movements:
            track = self._track(movement.way.edge, movement.way.worker)
            self.dots.launch(track, movement.way.kind, movement.dots, now_ms)

    def _shown_workers(self) -> list[str]:
        return [name for name, item in self._workers.items() if item.isVisible()]

    def _worker_beside(self, part: str, dy: int) -> str:
        """The worker below or above this one, whether it is shown or not; empty where there is none."""
        names = list(self._workers)
        place = names.index(part) + dy if part in self._workers else -1
        return names[place] if 0 <= place < len(names) else ""

    def _track(self, edge: Edge, worker: str) -> DotPath:
        key = (edge, worker if worker in self._routes[edge].branches else "")
        if key not in self._tracks:
            self._tracks[key] = DotPath(self._routes[edge].path_of(worker))
        return self._tracks[key]

    def _change_workers(self, workers: Sequence[WorkerWords]) -> None:
        for name in self._workers.keys() - {each.part for each in workers}:
            self.removeItem(self._workers.pop(name))
        kept = self._workers
        self._workers = {each.part: kept.get(each.part) or self._part(each, _paint_worker) for each in workers}
        if not self._size.isEmpty():
            self._place()

    def _place(self) -> None:
        factor = self._theme.text_factor
        parts = place_parts(self._size.width(), self._size.height(), factor)
        workers = place_workers(parts.workers, len(self._workers), factor)
        self._first = max(0, min(self._first, len(self._workers) - len(workers.boxes)))
        shown = list(self._workers)[self._first : self._first + len(workers.boxes)]
        self._place_boxes(parts, workers, shown)
        self._routes = routes(parts, shown, workers, factor)
        self._tracks.clear()
        self.dots.clear()
        self.dots.set_around(self.sceneRect())
        for edge, route in self._routes.items():
            self._edges[edge].set_route(route)
            self._counts[edge].set_route(route)
            self._notes[edge].set_route(route)
        self.mark(*self._marked)
        self.update()

    def _place_boxes(self, parts: Parts, workers: WorkerBoxes, shown: Sequence[str]) -> None:
        boxes = (parts.producers, parts.queue, parts.store, parts.badges, parts.retry, parts.failed)
        for part, box in zip(_NODES, boxes, strict=True):
            self._nodes[part].set_box(box)
        self._frame.set_box(parts.workers)
        self._account.set_box(parts.account)
        self._legend.set_box(parts.legend)
        self._add.set_box(workers.add)
        self._more = workers.more
        boxes_of = dict(zip(shown, workers.boxes, strict=True))
        for name, item in self._workers.items():
            item.setVisible(name in boxes_of)
            if name in boxes_of:
                item.set_box(boxes_of[name])

    def _paint_frame(self, painter: QPainter, theme: Theme, box: QRectF, number: int, hovered: bool) -> None:
        hidden = sum(not item.isVisible() for item in self._workers.values())
        more = None if self._more is None else (self._more, f"+{hidden:,} more")
        paint_workers_frame(painter, theme, box, number, more, hovered=hovered)

    def _part(self, words: Any, paint: Callable[..., None], z: float = _PARTS_Z) -> PartItem[Any]:
        return self._placed(PartItem(self._theme, words, paint), z)

    def _placed(self, item: ItemT, z: float) -> ItemT:
        item.setZValue(z)
        self.addItem(item)
        return item


def _paint_node(painter: QPainter, theme: Theme, box: QRectF, words: NodeWords, hovered: bool) -> None:
    paint_node(painter, theme, box, words, hovered=hovered)


def _paint_worker(painter: QPainter, theme: Theme, box: QRectF, words: WorkerWords, hovered: bool) -> None:
    paint_worker(painter, theme, box, words, hovered=hovered)


def _paint_add(painter: QPainter, theme: Theme, box: QRectF, words: tuple[str, ...], hovered: bool) -> None:
    paint_add_worker(painter, theme, box, words, hovered=hovered)


def _paint_account(painter: QPainter, theme: Theme, box: QRectF, words: Account, hovered: bool) -> None:
    paint_account(painter, theme, box, words)


def _paint_legend(painter: QPainter, theme: Theme, box: QRectF, words: None, hovered: bool) -> None:
    paint_legend(painter, theme, box)


def _corner(box: QRectF) -> QPointF:
    """Of the frame around the workers what its title is at, since they stand in its middle."""
    return QPointF(box.center().x(), box.top() + 8)
