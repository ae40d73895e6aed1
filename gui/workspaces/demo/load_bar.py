"""The control bar of a demonstration: rate of sample workouts, and bursts."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSlider, QWidget

from gui.theme.theme import Theme
from gui.widgets import PADDING_PX, Button, ElidedLabel, FittedRow, Label, NumberLabel, Panel

HEIGHT_PX = 44
LEAST_SLIDER_PX, SLIDER_PX = 80, 180
LEAST_PER_S, MOST_PER_S = 0.1, 5_000.0
BURSTS = (100, 2_000)
_STEPS_A_DECADE = 10
_DECADES = math.log10(MOST_PER_S / LEAST_PER_S)


def rate_at(position: int) -> float:
    """The rate of a slider position: logarithmic, ten steps per decade, rounded to two significant digits."""
    exact = LEAST_PER_S * 10 ** (position / _STEPS_A_DECADE)
    digits = 1 - math.floor(math.log10(exact))
    return min(MOST_PER_S, round(exact, digits))


def position_of(rate_per_s: float) -> int:
    bounded = min(MOST_PER_S, max(LEAST_PER_S, rate_per_s))
    return round(_STEPS_A_DECADE * math.log10(bounded / LEAST_PER_S))


def _burst_words(count: int) -> str:
    return f"Burst +{count:,}"


class LoadBar(Panel):
    """Main thread."""

    rate_chosen = Signal(float)  # workouts a second
    burst_requested = Signal(int)  # workouts
    load_paused = Signal(bool)

    def __init__(self, theme: Theme, rate_per_s: float, parent: QWidget | None = None) -> None:
        super().__init__("Demo load", parent, padding_px=0)
        self._paused = False
        self.setFixedHeight(HEIGHT_PX)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, math.ceil(_STEPS_A_DECADE * _DECADES))
        self.slider.setValue(position_of(rate_per_s))
        self.slider.setFixedHeight(20)
        self.slider.setMinimumWidth(LEAST_SLIDER_PX)
        self.slider.setMaximumWidth(SLIDER_PX)
        self.slider.setAccessibleName("Sample workouts a second")
        self.slider.valueChanged.connect(self._on_slider_moved)
        self._rate = NumberLabel(theme, "Rate")
        theme.fix_size(self._rate, width_px=72)
        self.pause = Button(theme, "Pause load", "pause", role="small")
        self.pause.clicked.connect(self._on_pause_clicked)
        self.bursts = [Button(theme, _burst_words(count), "lightning-bolt-outline", role="small") for count in BURSTS]
        for button, count in zip(self.bursts, BURSTS, strict=True):
            button.setProperty("workouts", count)
            button.clicked.connect(self._on_burst_clicked)
        line = FittedRow(theme, side_px=PADDING_PX)
        row = line.row
        row.addWidget(Label(theme, "Demo load", "title"))
        self._hint = ElidedLabel(
            theme, "Sample athletes, in a folder of its own. A job takes 0.5 to 2.5 s.", "small", "second"
        )
        row.addWidget(self._hint, 1)
        row.addStretch(0)
        self._rate_label = Label(theme, "Rate", "small", "second")
        row.addWidget(self._rate_label)
        row.addWidget(self.slider)
        row.addWidget(self._rate)
        for button in (*self.bursts, self.pause):
            row.addWidget(button)
        line.ways = (self._show_all, self._hint.hide, self._shorten_words, self._rate_label.hide)
        self.body.addWidget(line)
        self._show_rate()

    @property
    def rate_per_s(self) -> float:
        return rate_at(self.slider.value())

    def _show_all(self) -> None:
        self._hint.show()
        self._rate_label.show()
        self._show_words(short=False)

    def _shorten_words(self) -> None:
        self._show_words(short=True)

    def _show_words(self, *, short: bool) -> None:
        self.pause.set_compact(short)
        for button, count in zip(self.bursts, BURSTS, strict=True):
            button.setText(f"+{count:,}" if short else _burst_words(count))
            button.setToolTip(_burst_words(count) if short else "")
            button.updateGeometry()

    def _show_rate(self) -> None:
        rate = self.rate_per_s
        self._rate.set_value(f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}", "/s")

    @Slot(int)
    def _on_slider_moved(self, _position: int) -> None:
        self._show_rate()
        self.rate_chosen.emit(self.rate_per_s)

    @Slot()
    def _on_burst_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.burst_requested.emit(int(button.property("workouts")))

    @Slot()
    def _on_pause_clicked(self) -> None:
        self._paused = not self._paused
        self.pause.set_text("Resume load" if self._paused else "Pause load")
        self.pause.set_icon("play" if self._paused else "pause")
        self.load_paused.emit(self._paused)
