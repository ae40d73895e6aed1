"""Pills: how many experiments went as promised, and how many protections are off."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets.pills import PILL_HEIGHT_PX
from gui.widgets.state_glyphs import paint_glyph

_SIDE_PX, _GLYPH_PX, _GAP_PX = 8, 10, 5


class _Pill(QWidget):
    """A glyph and a text on a tint of its hue."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = ""
        self._good = True
        self.setFont(theme.font("small_bold"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_text(self, text: str, *, good: bool) -> None:
        """`good`: a check in green, else a cross in the hue of failures."""
        if (text, good) != (self.text, self._good):
            self.text, self._good = text, good
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    @override
    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self.font()).horizontalAdvance(self.text)
        return QSize(round(2 * _SIDE_PX + _GLYPH_PX + _GAP_PX + width + 0.5), self._theme.px(PILL_HEIGHT_PX))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        hue: Role = "stored" if self._good else "failed"
        box = QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(hue, 16)))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        glyph = QRectF(_SIDE_PX, (box.height() - _GLYPH_PX) / 2, _GLYPH_PX, _GLYPH_PX)
        paint_glyph(painter, glyph, "check" if self._good else "cross", self._theme.colour(hue))
        painter.setPen(self._theme.ink("text"))
        painter.drawText(
            box.adjusted(_SIDE_PX + _GLYPH_PX + _GAP_PX, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text
        )


class TallyPill(_Pill):
    """How many experiments went as promised."""

    def show_counts(self, kept: int, tried: int) -> None:
        self.show_text(f"{kept} of {tried} as promised", good=kept == tried)


class TakenOffPill(_Pill):
    """How many protections are off; hidden while none is."""

    def show_count(self, count: int) -> None:
        self.show_text(f"{count} protection{'' if count == 1 else 's'} off", good=False)
        self.setVisible(count > 0)
