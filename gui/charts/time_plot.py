"""Base of the plots over time: pyqtgraph scales the curves; axes and marks are painted around them in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsView, QSizePolicy
from typing_extensions import override

from core.live.console_state import ConsoleState, OfflineSpan
from gui.charts.axes import Tick, ValueAxis, avoid_overlap, time_ticks
from gui.charts.curve_layer import Curve, CurveLayer
from gui.charts.downsampling import Column
from gui.charts.export import Table
from gui.charts.plot_decorations import (
    LABEL_GAP_PX,
    TIMES_PX,
    HoverReadout,
    draw_text,
    frozen_width,
    paint_crosshair,
    paint_frozen,
    paint_grid,
    paint_marks,
    paint_offline,
    paint_readout,
    paint_times,
    text_width,
)
from gui.charts.time_window import TimeView
from gui.formatting import clock_text
from gui.theme.palette import Role
from gui.theme.theme import Theme

TIME_AXIS_PX = 17
_BESIDE_END_PX = 7
_TOP_PX = 8
_WHEEL_STEP = 0.8
_NO_AXIS = ValueAxis(0, 1, ())


class TimePlot(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """Main thread. Subclasses own the curves, draw them in `_draw_state`, and implement `readout_at` and `table`.

    x of a curve is in seconds from `base_ms`: with seconds since the epoch the painter loses sub-pixel precision.
    """

    left_gutter_px = 46  # more where labels of the axis are wider
    longest_end = "9,999 waiting"  # the widest text beside the ends of the lines, in every plot that shares the edges

    def __init__(self, theme: Theme, view: TimeView, name: str, base_ms: float) -> None:
        super().__init__(background=None)
        self._theme, self._view = theme, view
        self._from_ms, self._to_ms, self._now_ms = 0.0, 1.0, 0.0
        self._base_ms = base_ms
        self._axis = _NO_AXIS
        self._offline: Sequence[OfflineSpan] = ()
        self._hover_ms: float | None = None
        self.marks: Sequence[tuple[float, str]] = ()  # times with a word each
        self._layer = CurveLayer()
        self._area = QRectF(0, 0, 1, 1)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False)
        self._box.disableAutoRange()
        self._box.addItem(self._layer, ignoreBounds=True)
        self.addItem(self._box)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)  # the background moves with the curves
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setAntialiasing(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # saves painting the panel behind it
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        theme.changed.connect(self._on_theme_changed)
        view.hovered.connect(self._on_hovered)

    @property
    def plot_area(self) -> QRectF:
        """The area of the curves, in pixels of this widget."""
        return self._area

    @property
    def ms_per_px(self) -> float:
        return (self._to_ms - self._from_ms) / self.plot_area.width()

    def pixels(self, now_ms: float) -> tuple[int, int]:
        """Changes when the time window has moved by a pixel."""
        from_ms, to_ms = self._view.span(now_ms)
        pixel = max(1.0, (to_ms - from_ms) / self.plot_area.width())
        return round(to_ms / pixel), round(from_ms / pixel)

    def show_state(self, state: ConsoleState, now_ms: float) -> None:
        """Draw the time window of the view as of now."""
        self._from_ms, self._to_ms = self._view.span(now_ms)
        self._now_ms, self._offline = now_ms, state.offline_spans(self._from_ms)
        axis = self._axis = self._draw_state(state)
        self._fit()
        x_range = tuple(self.seconds_of(np.array([self._from_ms, self._to_ms])).tolist())
        self._box.setRange(xRange=x_range, yRange=(axis.low, axis.high), padding=0, disableAutoRange=False)
        self.viewport().update()

    def _draw_state(self, state: ConsoleState) -> ValueAxis:
        """Set the curves; returns the axis for their values. Implemented by subclasses."""
        return _NO_AXIS

    def _is_live(self, state: ConsoleState) -> bool:
        return self._to_ms >= self._now_ms and not state.lost

    @property
    def _breaks(self) -> list[float]:
        """Where the connection was lost: no curve is drawn across."""
        return [float(span.from_ms) for span in self._offline]

    def seconds_of(self, at_ms: Column) -> Column:
        """Milliseconds since the epoch as x of a curve."""
        return (at_ms - self._base_ms) / 1000

    def x_of(self, at_ms: float) -> float:
        area = self.plot_area
        return area.left() + (at_ms - self._from_ms) / (self._to_ms - self._from_ms) * area.width()

    def y_of(self, value: float) -> float:
        area = self.plot_area
        return area.bottom() - (value - self._axis.low) / (self._axis.high - self._axis.low) * area.height()

    def readout_at(self, at_ms: float) -> tuple[float, HoverReadout] | None:
        """The time nearest to `at_ms` that has values, and these; None without data. Implemented by subclasses."""
        return None

    def table(self) -> Table:
        """The visible data, oldest first. Implemented by subclasses."""
        return Table((), ())

    def _nearest(self, at: Column, at_ms: float, gap_ms: float) -> int | None:
        """The row that is read at this time; None where none is as near."""
        index = int(np.argmin(np.abs(at - at_ms))) if len(at) else 0
        return index if len(at) and abs(at[index] - at_ms) <= max(gap_ms, 4 * self.ms_per_px) else None

    def paint_under(self, painter: QPainter) -> None:
        """Paint marks behind the curves. Implemented by subclasses."""

    def paint_over(self, painter: QPainter) -> None:
        """Paint marks and line-end labels over the curves. Implemented by subclasses."""

    def _paint_marks(self, painter: QPainter) -> None:
        paint_marks(painter, self._theme, self.plot_area, [(self.x_of(at_ms), word) for at_ms, word in self.marks])

    def _paint_names(
        self, painter: QPainter, ends: list[tuple[float, str, Role]], gap_px: float, margin_px: float
    ) -> None:
        """The names of the lines that end at these heights, at the right, moved apart where they would overlap."""
        area = self.plot_area
        ends.sort(key=lambda end: end[0])
        metrics = self._theme.metrics("small")
        # Times stand below them where the newest ones have a label.
        below_px = max(margin_px, metrics.capHeight() + metrics.descent() + 1 - TIMES_PX)
        low, high = area.top() + margin_px, area.bottom() - below_px
        placed = avoid_overlap([end[0] for end in ends], self._theme.px(gap_px), low, high)
        for (_, name, role), y in zip(ends, placed, strict=True):
            draw_text(painter, self._theme, QPointF(area.right() + 6, y), name, self._theme.ink(role))

    def add_line(self, role: Role, percent: float = 100, *, dashed: bool = False) -> Curve:
        return self._add(Curve(role, percent, dashed=dashed, filled=False))

    def add_area(self, role: Role, percent: float) -> Curve:
        return self._add(Curve(role, percent, dashed=False, filled=True))

    def _add(self, curve: Curve) -> Curve:
        curve.apply_theme(self._theme)
        return self._layer.add(curve)

    @override
    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        # Beyond the edge: at a fractional scale the outermost pixels are only partly inside. Antialiased they would
        # let through what is below, and since this widget is opaque nothing is painted there: it is black.
        painter.fillRect(QRectF(rect).adjusted(-1, -1, 1, 1), self._theme.colour("surface"))
        if self._axis is _NO_AXIS:
            return
        area = self.plot_area
        paint_grid(painter, self._theme, area, [(self.y_of(tick.value), tick) for tick in self._axis.ticks])
        left, right = area.left() - 4, float(self.viewport().width())
        if self._frozen:
            right -= frozen_width(self._theme, self._frozen) + LABEL_GAP_PX
        paint_times(painter, self._theme, area, self._times(), (left, right))
        self.paint_under(painter)

    @override
    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self._axis is _NO_AXIS:
            return
        area = self.plot_area
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for span in self._offline:
            until_ms = self._now_ms if span.until_ms is None else float(span.until_ms)
            left, right = max(area.left(), self.x_of(span.from_ms)), min(area.right(), self.x_of(until_ms))
            if right - left >= 1:
                paint_offline(painter, self._theme, area, left, right, begins=span.from_ms >= self._from_ms)
        self.paint_over(painter)
        if self._frozen:
            corner = QPointF(self.viewport().width(), self.viewport().height())
            paint_frozen(painter, self._theme, corner, self._frozen)
        self._paint_hover(painter, area)

    @property
    def _frozen(self) -> str:
        """`frozen 21:05`; empty while the window is live."""
        at = clock_text(self._to_ms, self._view.zone, "minutes")
        return "" if self._view.live else f"frozen {at}"

    def _times(self) -> list[tuple[float, Tick]]:
        label_px = text_width(self._theme, "00:00:00" if self._to_ms - self._from_ms < 180_000 else "00:00")
        ticks = time_ticks(self._from_ms, self._to_ms, self.plot_area.width(), label_px, self._view.zone)
        return [(self.x_of(tick.value), tick) for tick in ticks]

    def _paint_hover(self, painter: QPainter, area: QRectF) -> None:
        if self._hover_ms is None or not self._from_ms <= self._hover_ms <= self._to_ms:
            return
        read = self.readout_at(self._hover_ms)
        if read is None:
            return
        x = min(max(self.x_of(read[0]), area.left()), area.right())
        paint_crosshair(painter, self._theme, area, x)
        within = QRectF(0, 0, area.right(), self.viewport().height())
        paint_readout(painter, self._theme, within, x, read[1])

    @override
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph calls this with None in its constructor
            self._fit()

    def _fit(self) -> None:
        """Leave the curves what the labels of the axis and of the line ends do not need."""
        size, labels = self.viewport().size(), [text_width(self._theme, tick.label) for tick in self._axis.ticks]
        left = max(self.left_gutter_px, math.ceil(max(labels, default=0) + LABEL_GAP_PX))
        right = math.ceil(text_width(self._theme, self.longest_end, "small_bold")) + _BESIDE_END_PX
        width, height = max(1, size.width() - left - right), max(1, size.height() - _TOP_PX - TIME_AXIS_PX)
        area = QRectF(left, _TOP_PX, width, height)
        if area != self._area:
            self._area = area
            self._box.setGeometry(area)

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, 90)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, 60)

    def _time_at(self, x: float) -> float | None:
        area = self.plot_area
        if not area.left() <= x <= area.right():
            return None
        return self._from_ms + (x - area.left()) * self.ms_per_px

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        # pyqtgraph's handler is not called: it searches items under the pointer, and there are none.
        self._view.point_at(self._time_at(event.position().x()))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    @override
    def leaveEvent(self, event: object) -> None:
        self._view.point_at(None)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms around the pointer; the horizontal wheel moves through time."""
        at_ms = self._time_at(event.position().x())
        turned = event.angleDelta()
        if at_ms is None or turned.isNull():
            event.ignore()
            return
        if abs(turned.x()) > abs(turned.y()):
            self._view.pan(-turned.x() / 120 * (self._to_ms - self._from_ms) / 10, self._now_ms)
        else:
            self._view.zoom(_WHEEL_STEP ** (turned.y() / 120), at_ms, self._now_ms)
        event.accept()

    @Slot(object)
    def _on_hovered(self, at_ms: float | None) -> None:
        if at_ms != self._hover_ms:
            self._hover_ms = at_ms
            self.viewport().update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._layer.apply_theme(self._theme)
        self.viewport().update()
