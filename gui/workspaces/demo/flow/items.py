"""The parts of the flow as items of a scene: each paints what it was given last, and again only when that changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from gui.theme.theme import Theme
from gui.workspaces.demo.flow.painting import fitting, paint_focus, write
from gui.workspaces.demo.flow.routes import Route, around
from gui.workspaces.demo.flow.words import EdgeWords

WordsT = TypeVar("WordsT")
Paint = Callable[[QPainter, Theme, QRectF, WordsT, bool], None]

EDGE_PX, HEAD_PX, PILL_PX = 1.5, 8.0, 16
_PILL_PAD_PX, _NOTE_PX, _SHORT_NOTE_PX, _AROUND_PX = 6, 14, 38, 40
MARK_PX, _MARK_EDGE_PX = 20, 2


class PartItem(QGraphicsItem, Generic[WordsT]):
    """A box that shows whether it has the focus, and whether the pointer is over it."""

    def __init__(self, theme: Theme, words: WordsT, paint: Paint[WordsT]) -> None:
        super().__init__()
        self._theme, self._words, self._paint = theme, words, paint
        self._box = QRectF()
        self._focused = self._hovered = False

    @property
    def box(self) -> QRectF:
        return self._box

    @property
    def words(self) -> WordsT:
        return self._words

    def set_box(self, box: QRectF) -> None:
        if box != self._box:
            self.prepareGeometryChange()
            self._box = QRectF(box)

    def set_words(self, words: WordsT) -> None:
        if words != self._words:
            self._words = words
            self.update()

    def set_focused(self, focused: bool) -> None:
        if focused != self._focused:
            self._focused = focused
            self.update()

    def set_hovered(self, hovered: bool) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    @override
    def boundingRect(self) -> QRectF:
        return self._box

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._paint(painter, self._theme, self._box, self._words, self._hovered)
        if self._focused:
            paint_focus(painter, self._theme, self._box)


class EdgeItem(QGraphicsItem):
    """The lines of an edge with their arrows."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._route: Route | None = None
        self._around = QRectF()
        self._cut = False

    def set_cut(self, cut: bool) -> None:
        """Nothing can go over it."""
        if cut != self._cut:
            self._cut = cut
            self.update()

    def set_route(self, route: Route) -> None:
        self.prepareGeometryChange()
        self._route = route
        self._around = around(route).adjusted(-HEAD_PX, -HEAD_PX, HEAD_PX, HEAD_PX)
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        return self._around

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._route is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hue = self._theme.colour("failed" if self._cut else "faint")
        lines = QPainterPath()
        for path in self._route.branches.values():
            lines.addPath(path)
        solid, dashes = QPen(hue, EDGE_PX), QPen(hue, EDGE_PX)
        dashes.setDashPattern([2.5, 2.5])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(dashes if self._cut else solid)
        painter.drawPath(lines)
        if self._route.dashed:
            painter.setPen(dashes)
            for path in self._route.dashed:
                painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(hue)
        for point, degrees in self._route.heads:
            painter.drawPolygon(_head(point, degrees))


def _head(point: QPointF, degrees: int) -> QPolygonF:
    half = HEAD_PX / 2
    back = {0: QPointF(-HEAD_PX, 0), 90: QPointF(0, -HEAD_PX), -90: QPointF(0, HEAD_PX)}[degrees]
    across = QPointF(0, half) if degrees == 0 else QPointF(half, 0)
    return QPolygonF([point, point + back + across, point + back - across])


class CountItem(QGraphicsItem):
    """The count of an edge in a pill."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._route: Route | None = None
        self._words = EdgeWords()

    @property
    def words(self) -> EdgeWords:
        return self._words

    def set_route(self, route: Route) -> None:
        self.prepareGeometryChange()
        self._route = route
        self.update()

    def set_words(self, words: EdgeWords) -> None:
        if words != self._words:
            self._words = words
            self.update()

    @override
    def boundingRect(self) -> QRectF:
        if self._route is None:
            return QRectF()
        return _centred(self._route.pill, self._route.room + _AROUND_PX, self._theme.px(PILL_PX) + 2)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        route, words, theme = self._route, self._words, self._theme
        if route is None or not words.count:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pad = theme.px(_PILL_PAD_PX)
        text = fitting(theme, words.count, "small_bold", route.room - 2 * pad)
        width = theme.metrics("small_bold").horizontalAdvance(text)
        pill = _centred(route.pill, width + 2 * pad, theme.px(PILL_PX))
        pill.moveLeft(max(pill.left(), route.after))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), pill.height() / 2, pill.height() / 2)
        write(painter, theme, pill.adjusted(pad, 0, 1, 0), text, "small_bold", "text")


class NoteItem(CountItem):
    """What else is written at an edge: its rate, and what a dot stands for, as far as there is room."""

    @override
    def boundingRect(self) -> QRectF:
        if self._route is None or self._route.note is None:
            return QRectF()
        places = [self._route.note, self._route.long_note or self._route.note]
        width, height = self._route.room + _AROUND_PX, 4 * self._theme.px(_NOTE_PX)
        return _centred(places[0], width, height).united(_centred(places[1], width, height))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        route, words, theme = self._route, self._words, self._theme
        if route is None or route.note is None:
            return
        widths = [theme.metrics("small").horizontalAdvance(note) for note in words.notes]
        is_long = len(widths) > 1 or max(widths, default=0.0) > theme.px(_SHORT_NOTE_PX)
        place = route.long_note if is_long and route.long_note is not None else route.note
        for number, (note, width) in enumerate(zip(words.notes, widths, strict=True)):
            if width <= route.room + 8:
                line = _centred(place + QPointF(0, number * theme.px(_NOTE_PX)), width + 4, theme.px(_NOTE_PX))
                line.moveLeft(max(line.left(), route.after))
                painter.fillRect(line, theme.colour("surface"))
                write(painter, theme, line.adjusted(2, 0, 2, 0), note, "small", "second")


def _centred(at: QPointF, width: float, height: float) -> QRectF:
    return QRectF(round(at.x() - width / 2), round(at.y() - height / 2), width, height)


class MarkItem(QGraphicsItem):
    """The number of a step of the tour, at the upper right corner of a part."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._number = theme, 0
        self.hide()

    def point_at(self, box: QRectF, number: int) -> None:
        self._number = number
        self.setPos(box.topRight() + QPointF(-3, 3))
        self.show()
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        half = self._theme.px(MARK_PX) / 2 + _MARK_EDGE_PX
        return QRectF(-half, -half, 2 * half, 2 * half)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme, half = self._theme, self._theme.px(MARK_PX) / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.palette.window), _MARK_EDGE_PX))
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(QPointF(0, 0), half, half)
        text = str(self._number)
        width = theme.metrics("small_bold").horizontalAdvance(text)
        write(painter, theme, QRectF(-width / 2, -half, width + 1, 2 * half), text, "small_bold", "on_accent")
