"""The ledger in the top bar: accepted = stored + failed + waiting + running, and whether it balances."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.live.ledger import BalanceStatus, Ledger, LedgerView
from gui.frame.ledger_words import counted, is_known, queued, remark, sentence, shows_pending, verdict
from gui.theme.palette import Role
from gui.theme.states import State
from gui.theme.theme import FontRole, Theme
from gui.widgets import STATE_GLYPHS, Glyph, paint_glyph

HEIGHT_PX = 36
PADDING_PX = 10
GLYPH_PX = 11
NUMBER_BASE_PX, LABEL_BASE_PX = 16, 30

FULL, TIGHT, SHORT, TERSE, VERDICT_ONLY = range(5)  # levels of brevity, from the most to the least text


@dataclass(frozen=True, slots=True)
class _Cell:
    number: str
    words: str
    state: State | None


class LedgerStrip(QWidget):
    """Draws a LedgerView at one of five levels of brevity; tool tip and accessible name have all of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view, self._level = theme, Ledger().view(0, live=True), FULL
        theme.fix_size(self, height_px=HEIGHT_PX)
        theme.changed.connect(self._on_theme_changed)
        self.show_view(self._view, "")

    @property
    def view(self) -> LedgerView:
        return self._view

    @property
    def as_of(self) -> str:
        return self._as_of

    @property
    def level(self) -> int:
        return self._level

    def show_view(self, view: LedgerView, as_of: str) -> None:
        """`as_of`: the time of the last known depth while the queue cannot be read."""
        self._view, self._as_of, self._words = view, as_of, remark(view, as_of)
        words = sentence(view, as_of)
        self.setAccessibleName(words)
        self.setToolTip(words.removeprefix("Ledger: "))
        self.update()

    def set_level(self, level: int) -> None:
        if level != self._level:
            self._level = level
            self.update()

    def width_at(self, level: int) -> int:
        """Width in pixels at a level of brevity."""
        width = self._verdict_width(level) + 2 * PADDING_PX
        if level < VERDICT_ONLY:
            cells = self._cells(level)
            width += sum(self._cell_width(cell, level) for cell in cells)
            width += self._operator_width(level) * (len(cells) - 1) + 2 * PADDING_PX + 1
        return round(width + 0.4)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.width_at(self._level), self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(self._theme.colour("window"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        left = float(PADDING_PX)
        if self._level < VERDICT_ONLY:
            left = self._paint_cells(painter, left)
            painter.fillRect(QRectF(round(left + PADDING_PX), 7, 1, self.height() - 14), self._theme.colour("line"))
            left = round(left + PADDING_PX) + 1 + PADDING_PX
        self._paint_verdict(painter, left)

    def _cells(self, level: int) -> list[_Cell]:
        view = self._view
        cells = [
            _Cell(counted(view, view.accepted), "accepted", None),
            _Cell(counted(view, view.stored), "stored", "stored"),
            _Cell(counted(view, view.failed), "failed", "failed"),
        ]
        if view.discarded:
            cells.append(_Cell(f"{view.discarded:,}", "discarded", None))
        cells += [
            _Cell(queued(view.waiting, self._as_of), "waiting", "waiting"),
            _Cell(queued(view.running, self._as_of), "running", "running"),
        ]
        if shows_pending(view):
            cells.append(_Cell(f"{view.pending:,}", "kept here" if level == FULL else "kept", "kept"))
        if view.in_other_queue:
            cells.append(_Cell(f"{view.in_other_queue:,}", "other queue" if level <= TIGHT else "other", None))
        return cells

    def _paint_cells(self, painter: QPainter, left: float) -> float:
        operator_px = self._operator_width(self._level)
        for place, cell in enumerate(self._cells(self._level)):
            if place:
                sign = "=" if place == 1 else "+"
                self._write(
                    painter,
                    left + operator_px / 2,
                    self._theme.px(NUMBER_BASE_PX),
                    sign,
                    "body",
                    "second",
                    centred=True,
                )
                left += operator_px
            width = self._cell_width(cell, self._level)
            self._paint_cell(painter, cell, left, width)
            left += width
        return left

    def _paint_cell(self, painter: QPainter, cell: _Cell, left: float, width: float) -> None:
        middle, number_base, label_base = left + width / 2, *map(self._theme.px, (NUMBER_BASE_PX, LABEL_BASE_PX))
        self._write(painter, middle, number_base, cell.number, "title", "text", centred=True)
        glyph_px, words = self._label(cell, self._level)
        label_px = glyph_px + self._measure(words, "small")
        start = round(middle - label_px / 2)
        if glyph_px and cell.state is not None:
            glyph, role = STATE_GLYPHS[cell.state]
            self._glyph(painter, start, label_base, glyph, role, "small")
        self._write(painter, start + glyph_px, label_base, words, "small", "second")

    def _paint_verdict(self, painter: QPainter, left: float) -> None:
        glyph, role = self._verdict_glyph()
        number_base, label_base = map(self._theme.px, (NUMBER_BASE_PX, LABEL_BASE_PX))
        self._glyph(painter, left, number_base, glyph, role, "title")
        words = verdict(self._view, self._as_of)
        self._write(painter, left + GLYPH_PX + 5, number_base, words, "title", "text")
        self._write(painter, left, label_base, self._remark(self._level), "small", "second")

    def _verdict_glyph(self) -> tuple[Glyph, Role]:
        if not is_known(self._view, self._as_of):
            return "clock", "neutral"
        if self._view.lost or self._view.doubled:
            return "cross", "failed"
        if self._view.verdict is BalanceStatus.BALANCES:
            return "check", "stored"
        return ("clock", "waiting") if self._view.verdict is BalanceStatus.CHECKING else ("cross", "failed")

    def _remark(self, level: int) -> str:
        return self._words.removesuffix(" absorbed") if level > FULL else self._words

    def _verdict_width(self, level: int) -> float:
        words_px = self._measure(verdict(self._view, self._as_of), "title")
        return max(GLYPH_PX + 5 + words_px, self._measure(self._remark(level), "small"))

    def _label(self, cell: _Cell, level: int) -> tuple[float, str]:
        """Width of the glyph with its gap in pixels, and the text, of a cell's second line."""
        if level <= TIGHT:
            return (0.0 if cell.state is None else GLYPH_PX + (5.0 if level == FULL else 3.0)), cell.words
        if level == SHORT or cell.state is None:
            return 0.0, cell.words
        return float(GLYPH_PX), ""

    def _cell_width(self, cell: _Cell, level: int) -> float:
        glyph_px, words = self._label(cell, level)
        return max(self._measure(cell.number, "title"), glyph_px + self._measure(words, "small"))

    @staticmethod
    def _operator_width(level: int) -> float:
        return {FULL: 24.0, TIGHT: 14.0}.get(level, 16.0)

    def _measure(self, words: str, font: FontRole) -> float:
        return QFontMetricsF(self._theme.font(font)).horizontalAdvance(words)

    def _write(
        self, painter: QPainter, x: float, base: float, words: str, font: FontRole, role: Role, *, centred: bool = False
    ) -> None:
        painter.setFont(self._theme.font(font))
        painter.setPen(self._theme.ink(role))
        left = x - self._measure(words, font) / 2 if centred else x
        painter.drawText(QPointF(round(left), base), words)

    def _glyph(self, painter: QPainter, left: float, base: float, glyph: Glyph, role: Role, font: FontRole) -> None:
        """Centred at capitals of this font."""
        top = round(2 * (base - (self._theme.metrics(font).capHeight() + GLYPH_PX) / 2)) / 2
        paint_glyph(painter, QRectF(left, top, GLYPH_PX, GLYPH_PX), glyph, QColor(self._theme.palette.of(role)))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
