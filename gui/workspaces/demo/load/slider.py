"""A slider with its name, its value and a scale below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QSize, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from gui.forms.slider_track import SliderTrack
from gui.theme.theme import Theme
from gui.widgets import Label, NumberLabel

TICK_PX = 3.0


class _Scale(QWidget):
    """Ticks and their texts, below a track."""

    def __init__(self, theme: Theme, track: SliderTrack, ticks: Sequence[tuple[int, str]]) -> None:
        super().__init__()
        self._theme, self._track, self._ticks = theme, track, ticks
        self.setFont(theme.font("small"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(80, round(TICK_PX + QFontMetricsF(self.font()).height()))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, metrics = QPainter(self), QFontMetricsF(self.font())
        painter.setFont(self.font())
        free_from = 0.0
        for position, text in self._ticks:
            x, width = self._track.x_at(position), metrics.horizontalAdvance(text)
            painter.setPen(self._theme.colour("faint"))
            painter.drawLine(QPointF(x, 0), QPointF(x, TICK_PX))
            left = min(max(0.0, x - width / 2), self.width() - width)
            if left >= free_from:  # a text that would touch the one before is left out
                painter.setPen(self._theme.ink("second"))
                painter.drawText(QPointF(left, TICK_PX + metrics.ascent()), text)
                free_from = left + width + 4


class ScaledSlider(QWidget):
    """Main thread. `chosen` carries the value, not the position."""

    chosen = Signal(float)

    def __init__(
        self,
        theme: Theme,
        name: str,
        values: Sequence[float],
        ticks: Sequence[tuple[float, str]],
        words: Callable[[float], tuple[str, str]],
        value: float,
        parent: QWidget | None = None,
    ) -> None:
        """`values`: one for each position, rising. `ticks`: values with their texts. `words`: a value and its unit."""
        super().__init__(parent)
        self._values, self._words = values, words
        self.track = SliderTrack(theme, name, len(values) - 1)
        self._number = NumberLabel(theme, name)
        head = QHBoxLayout()
        head.addWidget(Label(theme, name, "body"))
        head.addStretch(1)
        head.addWidget(self._number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.track)
        column.addWidget(_Scale(theme, self.track, [(self.position_of(at), text) for at, text in ticks]))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.track.setValue(self.position_of(value))
        self._show_value()
        self.track.valueChanged.connect(self._on_moved)

    @property
    def value(self) -> float:
        return self._values[self.track.value()]

    @property
    def text(self) -> str:
        return self._number.text

    def set_value(self, value: float) -> None:
        """The nearest position; emits `chosen` where that is another one."""
        self.track.setValue(self.position_of(value))

    def position_of(self, value: float) -> int:
        return min(range(len(self._values)), key=lambda place: abs(self._values[place] - value))

    def _show_value(self) -> None:
        self._number.set_value(*self._words(self.value))

    @Slot(int)
    def _on_moved(self, _position: int) -> None:
        self._show_value()
        self.chosen.emit(self.value)
