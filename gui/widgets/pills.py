"""Small boxed texts: a chart's scope, an achievement badge, a key cap."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gui.theme.theme import Theme
from gui.widgets.state_glyphs import paint_glyph

PILL_HEIGHT_PX = 20
BADGE_PADDING_PX = 8
BADGE_GLYPH_PX = 10
BADGE_GAP_PX = 6


class _Boxed(QWidget):
    """A text in a box that repaints itself with the theme."""

    def __init__(self, theme: Theme, text: str, name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._theme, self._text = theme, text
        self.setFont(theme.font("small"))
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(self._named())
            self.updateGeometry()
            self.update()

    def _named(self) -> str:
        return self._text

    def _text_width(self) -> float:
        return QFontMetricsF(self.font()).horizontalAdvance(self._text)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class ScopePill(_Boxed):
    """An outlined pill with an icon that says what a chart counts (`whole queue`, `this worker`, `sent from here`)."""

    ICON_PX = 13

    def __init__(self, theme: Theme, icon: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, text, f"Scope: {text}", parent)
        self._icon = icon

    @override
    def _named(self) -> str:
        return f"Scope: {self._text}"

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(7 + self.ICON_PX + 5 + self._text_width() + 9 + 0.4), PILL_HEIGHT_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        _paint_pill(painter, box, border=self._theme.colour("line"), fill=None)
        icon_box = QRectF(7, (box.height() - self.ICON_PX) / 2, self.ICON_PX, self.ICON_PX)
        self._theme.paint_icon(painter, icon_box, self._icon, self._theme.colour("second"))
        _paint_text(painter, self, 7 + self.ICON_PX + 5, self._theme.colour("second"), self._text)


class CountBadge(_Boxed):
    """Badge of an earned achievement: a star and its name on a tint of its colour."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, text, f"Achievement: {text}", parent)

    @override
    def _named(self) -> str:
        return f"Achievement: {self._text}"

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(badge_width(self._theme, self._text) + 0.4), PILL_HEIGHT_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_badge(QPainter(self), QPointF(0, 0), self._text, self._theme)


class Tag(_Boxed):
    """Badge with the name of this console's environment, such as DEMO."""

    def __init__(self, theme: Theme, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, text, name, parent)
        self.setFont(theme.font("small_bold"))

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(self._text_width() + 16 + 0.4), PILL_HEIGHT_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        _paint_pill(painter, QRectF(self.rect()), border=None, fill=QColor(self._theme.tint("accent", 16)))
        _paint_text(painter, self, 8, self._theme.colour("text"), self._text)


class KeyCap(_Boxed):
    """A key cap with the key's label."""

    HEIGHT_PX = 18

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, text, f"Key {text}", parent)

    @override
    def _named(self) -> str:
        return f"Key {self._text}"

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(keycap_width(self._theme, self._text) + 0.4), self.HEIGHT_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_keycap(
            painter,
            QRectF(self.rect()),
            self._text,
            self._theme,
            fill=self._theme.colour("window"),
            border=self._theme.colour("line"),
            ink=self._theme.colour("text"),
        )


def badge_width(theme: Theme, text: str) -> float:
    """Width of a badge in pixels, for tables that paint their cells."""
    words = QFontMetricsF(theme.font("small")).horizontalAdvance(text)
    return 7 + BADGE_GLYPH_PX + BADGE_GAP_PX + words + BADGE_PADDING_PX


def paint_badge(painter: QPainter, top_left: QPointF, text: str, theme: Theme, *, is_promised: bool = False) -> None:
    """Draw a badge 20 px high at `top_left`; one that is not earned yet is an outline."""
    painter.save()
    box = QRectF(top_left.x(), top_left.y(), badge_width(theme, text), PILL_HEIGHT_PX)
    if is_promised:
        _paint_pill(painter, box, border=theme.colour("achievement"), fill=None)
    else:
        _paint_pill(painter, box, border=None, fill=QColor(theme.tint("achievement", 16)))
    glyph = QRectF(box.left() + 7, box.top() + 5, BADGE_GLYPH_PX, BADGE_GLYPH_PX)
    paint_glyph(painter, glyph, "star", theme.colour("achievement"))
    painter.setFont(theme.font("small"))
    painter.setPen(theme.colour("text"))
    painter.drawText(QPointF(glyph.right() + BADGE_GAP_PX, _base_line(painter, box)), text)
    painter.restore()


def keycap_width(theme: Theme, text: str) -> float:
    return max(22.0, QFontMetricsF(theme.font("small")).horizontalAdvance(text) + 12)


def paint_keycap(
    painter: QPainter, box: QRectF, text: str, theme: Theme, *, fill: QColor, border: QColor, ink: QColor
) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(border, 1))
    painter.setBrush(fill)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(theme.font("small"))
    painter.setPen(ink)
    left = box.left() + (box.width() - QFontMetricsF(painter.font()).horizontalAdvance(text)) / 2
    painter.drawText(QPointF(left, _base_line(painter, box)), text)
    painter.restore()


def _paint_pill(painter: QPainter, box: QRectF, *, border: QColor | None, fill: QColor | None) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(border, 1) if border is not None else QPen(QColor(0, 0, 0, 0), 0))
    painter.setBrush(fill if fill is not None else QColor(0, 0, 0, 0))
    edge = 0.5 if border is not None else 0.0
    box = box.adjusted(edge, edge, -edge, -edge)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)


def _paint_text(painter: QPainter, widget: QWidget, left: float, ink: QColor, text: str) -> None:
    painter.setFont(widget.font())
    painter.setPen(ink)
    painter.drawText(QPointF(left, _base_line(painter, QRectF(widget.rect()))), text)


def _base_line(painter: QPainter, box: QRectF) -> float:
    """The baseline, on a whole pixel, that centres capitals and digits in the box."""
    return round(box.center().y() + QFontMetricsF(painter.font()).capHeight() / 2)
