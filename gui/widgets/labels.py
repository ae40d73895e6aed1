"""Labels: plain, elided, and numbers with units."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPainter, QPaintEvent, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a dynamic property changed; Qt does not do so itself."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def alt_is_held() -> bool:
    """Whether Alt is held, so that mnemonics are underlined."""
    # Qt's keyboardModifiers() is the state before the event being handled; query the window system instead.
    return bool(QGuiApplication.queryKeyboardModifiers() & Qt.KeyboardModifier.AltModifier)


class Label(QLabel):
    """A text in one of the theme's font roles and text colours."""

    def __init__(
        self, theme: Theme, text: str = "", font: FontRole = "body", ink: Role = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("ink", ink)
        self.setFont(theme.font(font))


class ElidedLabel(Label):
    """A text of one line, or of two, elided if it does not fit; the tool tip then shows all of it."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        font: FontRole = "body",
        ink: Role = "text",
        parent: QWidget | None = None,
        *,
        middle: bool = False,
    ) -> None:
        super().__init__(theme, text, font, ink, parent)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._own_tip = ""
        self._two_lines = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_two_lines(self, two_lines: bool) -> None:
        """Whether the text goes on in a second line, which is elided then; the height is that of two."""
        if two_lines != self._two_lines:
            self._two_lines = two_lines
            self.updateGeometry()
            self._refresh_tip()

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), hint.height() + self.fontMetrics().lineSpacing() * self._two_lines)

    @override
    def minimumSizeHint(self) -> QSize:
        width_px = self.fontMetrics().horizontalAdvance("…") * 2
        return QSize(min(width_px, self.sizeHint().width()), self.sizeHint().height())

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        self._refresh_tip()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh_tip()

    def shown_text(self) -> str:
        text, width_px = self.text(), self.contentsRect().width()
        if not self._two_lines:
            return self.fontMetrics().elidedText(text, self._mode, width_px)
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(width_px)
        layout.endLayout()
        end = line.textLength()
        rest = self.fontMetrics().elidedText(text[end:], self._mode, width_px)
        return f"{text[:end].rstrip()}\n{rest}".rstrip()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment().value),
            self.palette(),
            self.isEnabled(),
            self.shown_text(),
            self.foregroundRole(),
        )

    def _refresh_tip(self) -> None:
        tip = self.text() if "…" in self.shown_text() and self.shown_text() != self.text() else ""
        if self.toolTip() == self._own_tip:
            self._own_tip = tip
            self.setToolTip(tip)


class NoteLabel(Label):
    """A small text with an icon before its first line; it takes as many lines as it needs."""

    ICON_PX, GAP_PX = 14, 4

    def __init__(self, theme: Theme, icon: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, text, "small", "second", parent)
        self._icon = icon
        self.setWordWrap(True)
        self.setContentsMargins(self.ICON_PX + self.GAP_PX, 0, 0, 0)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        top = round((self.fontMetrics().height() - self.ICON_PX) / 2)
        box = QRectF(0, max(0, top), self.ICON_PX, self.ICON_PX)
        self._theme.paint_icon(QPainter(self), box, self._icon, self._theme.colour("second"))


class NumberLabel(QWidget):
    """A value with its unit on one baseline, digits of equal width, right-aligned by default."""

    GAP_PX = 2.0

    def __init__(
        self,
        theme: Theme,
        name: str,
        font: FontRole = "title",
        ink: Role = "text",
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight,
        unit_font: FontRole = "small",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._ink, self._align = theme, name, ink, align
        self._value_font, self._unit_font = theme.font(font), theme.font(unit_font)
        self._value, self._unit = "–", ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self._announce()

    @property
    def text(self) -> str:
        return f"{self._value} {self._unit}".strip()

    def set_value(self, value: str, unit: str = "") -> None:
        if (value, unit) != (self._value, self._unit):
            self._value, self._unit = value, unit
            self._announce()
            self.updateGeometry()
            self.update()

    @override
    def sizeHint(self) -> QSize:
        value, unit, gap = self._widths()
        return QSize(round(value + unit + gap + 0.9), round(QFontMetricsF(self._value_font).height() + 0.4))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        value, unit, gap = self._widths()
        left = 0.0 if self._align & Qt.AlignmentFlag.AlignLeft else self.width() - value - unit - gap
        metrics = QFontMetricsF(self._value_font)
        base = (self.height() - metrics.height()) / 2 + metrics.ascent()
        painter.setFont(self._value_font)
        painter.setPen(self._theme.ink(self._ink if self.isEnabled() else "faint"))
        painter.drawText(round(left), round(base), self._value)
        painter.setFont(self._unit_font)
        painter.setPen(self._theme.ink("second"))
        painter.drawText(round(left + value + gap), round(base), self._unit)

    def _widths(self) -> tuple[float, float, float]:
        value = QFontMetricsF(self._value_font).horizontalAdvance(self._value)
        unit = QFontMetricsF(self._unit_font).horizontalAdvance(self._unit)
        return value, unit, self.GAP_PX if self._unit else 0.0

    def _announce(self) -> None:
        self.setAccessibleName(f"{self._name}: {self.text}")
