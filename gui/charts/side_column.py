"""Painted columns beside the charts: headline numbers and a sentence that explains them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from gui.charts.formatting import NOTHING
from gui.charts.plot_decorations import draw_text, text_width
from gui.theme.palette import Role
from gui.theme.states import State
from gui.theme.theme import FontRole, Theme
from gui.widgets import paint_state_glyph

# All in pixels at the usual size of texts.
SIDE_PX, NARROW_SIDE_PX = 227, 184
_LINE_PX = 16
_RIGHT = Qt.AlignmentFlag.AlignRight
_VALUE_COLUMNS = 3
_VALUE_COLUMN_PX = 57
_NARROW_COLUMN_PX = 45
_ROOMY_DEPTH_PX = 100
_ROOMY_LATENCY_PX = 138
_ROW_PITCHES_PX = (24.0, 20.0, 18.0, 16.0)
_SENTENCE_LINES = 2


class SideColumn(QWidget):
    """A painted column with the same content as text for screen readers."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.narrow = False
        self.setAccessibleName(name)
        theme.fix_size(self, width_px=SIDE_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # saves painting the panel behind it
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def set_narrow(self, narrow: bool) -> None:
        self.narrow = narrow
        self._theme.fix_size(self, width_px=NARROW_SIDE_PX if narrow else SIDE_PX)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(NARROW_SIDE_PX), self._theme.px(60))

    def describe(self, words: str) -> None:
        """Set the accessible description."""
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def _painter(self) -> QPainter:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter

    def _rule(self, painter: QPainter, y: float) -> None:
        painter.fillRect(QRectF(0, round(y), self.width(), 1), self._theme.colour("line"))

    def _sentence(self, painter: QPainter, left: float, top: float, words: str, lines: int = 2) -> None:
        line_px = self._theme.px(_LINE_PX)
        for number, line in enumerate(wrapped(self._theme, words, self.width() - left, lines)):
            at = QPointF(left, top + line_px / 2 + line_px * number)
            draw_text(painter, self._theme, at, line, self._theme.ink("second"))

    def _number(self, painter: QPainter, y: float, value: str, unit: str, font: FontRole, ink: Role = "text") -> None:
        """Draw a value right-aligned at the edge, with a small unit behind it."""
        right = float(self.width())
        if unit:
            draw_text(painter, self._theme, QPointF(right, y), unit, self._theme.ink("second"), align=_RIGHT)
            right -= text_width(self._theme, unit) + 2
        draw_text(painter, self._theme, QPointF(right, y), value, self._theme.ink(ink), font, _RIGHT)


def wrapped(theme: Theme, words: str, width: float, lines: int) -> list[str]:
    """Small text wrapped at spaces to a number of lines; the last one is elided if needed."""
    metrics = theme.metrics("small")
    done: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and metrics.horizontalAdvance(longer) > width and len(done) < lines - 1:
            done.append(line)
            line = word
        else:
            line = longer
    return [*done, metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)]


@dataclass(frozen=True, slots=True)
class DepthNumbers:
    """Values as text; `rows` are name, value and unit; a `note` replaces them."""

    waiting: str
    running: str
    empty_in: tuple[str, str]
    rows: tuple[tuple[str, str, str], ...] = ()
    note: str = ""
    stale: bool = False


class DepthSide(SideColumn):
    """Shows waiting, running and time to empty, and below the rates in and out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Queue depth now")
        self._numbers = DepthNumbers(NOTHING, NOTHING, (NOTHING, ""))

    def show_numbers(self, numbers: DepthNumbers) -> None:
        if numbers == self._numbers:
            return
        self._numbers = numbers
        empty = " ".join(numbers.empty_in).strip()
        rows = "".join(f", {name} {value} {unit}" for name, value, unit in numbers.rows)
        self.describe(f"waiting {numbers.waiting}, running {numbers.running}, empty in {empty}{rows}. {numbers.note}")
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, numbers, px = self._painter(), self._numbers, self._theme.px
        columns = [px(left) for left in ((0, 67, 133) if self.narrow else (0, 78, 154))]
        widest = columns[1] - columns[0] - 8
        self._headline(painter, columns[0], widest, "Waiting", (numbers.waiting, ""), "waiting")
        self._headline(painter, columns[1], widest, "Running", (numbers.running, ""), "running")
        self._headline(painter, columns[2], self.width() - columns[2], "Empty in", numbers.empty_in, None)
        self._rule(painter, px(52))
        if numbers.note:
            self._sentence(painter, 0, px(60), numbers.note, 3 if self.narrow else 2)
        for place, (name, value, unit) in enumerate(numbers.rows):
            y = px(71 + 20 * place if self.height() >= px(_ROOMY_DEPTH_PX) else 66 + 18 * place)
            draw_text(painter, self._theme, QPointF(0, y), name, self._theme.ink("second"), "body")
            self._number(painter, y, value, unit, "medium")

    def _headline(
        self, painter: QPainter, left: float, room: float, name: str, value: tuple[str, str], state: State | None
    ) -> None:
        second, px = self._theme.ink("second"), self._theme.px
        glyph = QRectF(left, px(8) - 6, 12, 12)
        if state is not None:
            paint_state_glyph(painter, glyph, state, self._theme)
        elif not self.narrow:
            self._theme.paint_icon(painter, glyph.adjusted(-1, -1, 1, 1), "timer-outline", second)
        name_left = left if state is None and self.narrow else left + 16
        draw_text(painter, self._theme, QPointF(name_left, px(8)), name, second)
        ink = second if self._numbers.stale else self._theme.ink("text")
        fits = text_width(self._theme, value[0], "headline") <= room
        font: FontRole = "headline" if fits else "title"
        draw_text(painter, self._theme, QPointF(left, px(28)), value[0], ink, font)
        if value[1]:
            width = text_width(self._theme, value[0], font) + 4 if value[0] else 0.0
            place = min(left + width, self.width() - text_width(self._theme, value[1]))
            draw_text(painter, self._theme, QPointF(place, px(31)), value[1], second)


@dataclass(frozen=True, slots=True)
class LatencyNumbers:
    """p50, p95 and p99 of each as text, the age of the oldest, and a sentence that summarizes the charts."""

    wait: tuple[str, str, str]
    run: tuple[str, str, str]
    oldest: str
    sentence: str
    stale: bool = False
    hint: bool = False  # the sentence is a hint, not a summary


class LatencySide(SideColumn):
    """A table of percentiles, and the sentence below it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Waiting and working times over the last minute")
        nothing = (NOTHING, NOTHING, NOTHING)
        self._numbers = LatencyNumbers(nothing, nothing, NOTHING, "")
        self.setToolTip("Percentiles over the last minute, within 2 %")

    def show_numbers(self, numbers: LatencyNumbers) -> None:
        if numbers == self._numbers:
            return
        self._numbers = numbers
        wait, run = ", ".join(numbers.wait), ", ".join(numbers.run)
        self.describe(f"p50, p95, p99: wait {wait}; run {run}; oldest waiting {numbers.oldest}. {numbers.sentence}")
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, numbers, px = self._painter(), self._numbers, self._theme.px
        first = px(10 if self.height() >= px(_ROOMY_LATENCY_PX) else 8)
        pitch = self._row_pitch(first)
        for place, name in enumerate(("p50", "p95", "p99")):
            at = QPointF(self._right_of(place), first)
            draw_text(painter, self._theme, at, name, self._theme.ink("second"), align=_RIGHT)
        self._row(painter, first + pitch - 2, "Wait", "waiting", numbers.wait)
        self._row(painter, first + 2 * pitch - 2, "Run", "running", numbers.run)
        y = first + 3 * pitch - 2
        self._squares(painter, y)
        name = "Oldest" if self.narrow else "Oldest waiting"
        draw_text(painter, self._theme, QPointF(20, y), name, self._theme.ink("text"), "body")
        self._value(painter, y, _VALUE_COLUMNS - 1, numbers.oldest)
        self._paint_sentence(painter, y + pitch - 6)

    def _row_pitch(self, first: float) -> float:
        """The rows move together where the sentence would not have its lines."""
        pitches = [self._theme.px(pitch) for pitch in _ROW_PITCHES_PX]
        fitting = (pitch for pitch in pitches if self._lines_below(first + 4 * pitch - 8) >= _SENTENCE_LINES)
        return next(fitting, pitches[-1])

    def _lines_below(self, rule_y: float) -> int:
        return max(1, int((self.height() - rule_y - 4) // self._theme.px(_LINE_PX)))

    def _paint_sentence(self, painter: QPainter, rule_y: float) -> None:
        self._rule(painter, rule_y)
        lines, line_px = self._lines_below(rule_y), self._theme.px(_LINE_PX)
        left = 0.0
        if not self._numbers.hint and not self.narrow:
            bulb = QRectF(0, rule_y + 1 + round(line_px / 2), 14, 14)
            self._theme.paint_icon(painter, bulb, "lightbulb-outline", self._theme.ink("second"))
            left = 20
        top = rule_y + (8 if lines * line_px + 8 <= self.height() - rule_y else 4)
        self._sentence(painter, left, top, self._numbers.sentence, lines)

    def _right_of(self, place: int) -> float:
        step = _NARROW_COLUMN_PX if self.narrow else _VALUE_COLUMN_PX
        return self.width() - self._theme.px(step) * (_VALUE_COLUMNS - 1 - place)

    def _row(self, painter: QPainter, y: float, name: str, role: Role, values: tuple[str, str, str]) -> None:
        painter.fillRect(QRectF(0, y - 5, 14, 10), self._theme.colour(role, 18))
        for line in (y - 6, y - 1, y + 4):
            painter.fillRect(QRectF(0, line, 14, 1), self._theme.colour(role))
        draw_text(painter, self._theme, QPointF(20, y), name, self._theme.ink("text"), "body")
        for place, value in enumerate(values):
            self._value(painter, y, place, value)

    def _squares(self, painter: QPainter, y: float) -> None:
        for left in (1, 6, 11):
            painter.fillRect(QRectF(left, y - 1, 3, 3), self._theme.colour("neutral"))

    def _value(self, painter: QPainter, y: float, place: int, value: str) -> None:
        plain = self._numbers.stale or value == NOTHING
        font: FontRole = "body" if plain else "title"
        if self.narrow:
            font = "small" if plain else "small_bold"
        ink = self._theme.ink("second" if plain else "text")
        draw_text(painter, self._theme, QPointF(self._right_of(place), y), value, ink, font, _RIGHT)
