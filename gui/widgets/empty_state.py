"""Placeholders for empty panels and pages: what will appear there, or why there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QMargins, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.labels import ElidedLabel, Label
from gui.widgets.panel import Panel

Art = Literal["depth", "latency"]
DISC_PX = 48
_SIDE_PX, _BESIDE_PX, _GAP_PX = 8, 18, 4
_LEAST_PX = 120  # for words beside the drawing
# Drawing, sentence and legend: all that there may be room for, down to the title alone.
_PARTS = (
    (True, True, True),
    (True, True, False),
    (False, True, True),
    (False, True, False),
    (False, False, False),
)

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
    """A box with a drawing at the left and a title, a sentence and a legend at the right.

    What there is no room for is left out: the legend, then the drawing, then the sentence.
    """

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
        self._art, self._legend = EmptyArt(theme, art), _legend(theme, legend)
        row = QHBoxLayout()
        row.setSpacing(_BESIDE_PX)
        row.setContentsMargins(_SIDE_PX, 0, _SIDE_PX, 0)
        row.addWidget(self._art)
        words = QVBoxLayout()
        words.setSpacing(_GAP_PX)
        words.addStretch(1)
        words.addWidget(self._title)
        self._line.setWordWrap(True)
        words.addWidget(self._line)
        words.addWidget(self._legend)
        words.addStretch(1)
        row.addLayout(words, 1)
        self.body.addLayout(row, 1)
        theme.changed.connect(self._fit)

    def show_words(self, title: str, line: str) -> None:
        self.setAccessibleName(title)
        self._title.setText(title)
        self._line.setText(line)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        margins = self.body.contentsMargins()
        room = self.size().shrunkBy(margins).shrunkBy(QMargins(_SIDE_PX, 0, _SIDE_PX, 0))
        for has_art, has_line, has_legend in _PARTS:
            width_px = room.width() - (self._art.width() + _BESIDE_PX if has_art else 0)
            needed_px = self._title.sizeHint().height()
            needed_px += self._line.heightForWidth(width_px) + _GAP_PX if has_line else 0
            needed_px += self._legend.sizeHint().height() + _GAP_PX if has_legend else 0
            if needed_px <= room.height() and width_px >= _LEAST_PX:
                break
        self._art.setVisible(has_art)
        self._line.setVisible(has_line)
        self._legend.setVisible(has_legend)


class _Disc(QWidget):
    """An icon on a tint of its colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon = "inbox-outline"
        self._role: Role = "second"
        self.setFixedSize(QSize(DISC_PX, DISC_PX))
        theme.changed.connect(self.update)

    def show_icon(self, icon: str, role: Role) -> None:
        self._icon, self._role = icon, role
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        role = self._role
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(role, 14)))
        painter.drawEllipse(QRectF(self.rect()))
        self._theme.paint_icon(
            painter, QRectF(self.rect()).adjusted(12, 12, -12, -12), self._icon, self._theme.ink(role)
        )


class EmptyPage(QWidget):
    """Shown in the middle of a page while there is nothing to list: an icon, why, and what to do next."""

    button_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._disc = _Disc(theme)
        self._title = Label(theme, "", "title")
        self._line = Label(theme, "", "body", "second")
        self._line.setWordWrap(True)
        self.button = Button(theme, "")
        centre = Qt.AlignmentFlag.AlignHCenter
        for label in (self._title, self._line):
            label.setAlignment(centre)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 12)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(self._disc, 0, centre)
        column.addSpacing(12)
        column.addWidget(self._title)
        column.addSpacing(4)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._line, 20)
        line.addStretch(1)
        column.addLayout(line)
        column.addSpacing(12)
        column.addWidget(self.button, 0, centre)
        column.addStretch(3)
        self._line.setMaximumWidth(360)
        self._line.setMinimumWidth(120)
        self.button.clicked.connect(self.button_clicked)

    @property
    def title(self) -> str:
        return self._title.text()

    def show_state(self, icon: str, role: Role, title: str, line: str, button: str = "") -> None:
        self._disc.show_icon(icon, role)
        self._title.setText(title)
        self._line.setText(line)
        self._line.setVisible(bool(line))
        self.button.set_text(button)
        self.button.setVisible(bool(button))
        self.setAccessibleName(f"{title}. {line}".strip())


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


def _legend(theme: Theme, entries: Sequence[tuple[Role, str]]) -> QWidget:
    whole = QWidget()
    box = QHBoxLayout(whole)
    box.setContentsMargins(0, 2, 0, 0)
    box.setSpacing(14)
    for role, words in entries:
        entry = QHBoxLayout()
        entry.setSpacing(5)
        entry.addWidget(Swatch(theme, role))
        entry.addWidget(ElidedLabel(theme, words, "small"))
        box.addLayout(entry)
    box.addStretch(1)
    return whole


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
