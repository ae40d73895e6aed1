"""The controls of the sample load: rate, slowness, bad messages, pattern, bursts."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets import Button, FittedRow, IconButton, Label, Panel, SegmentedControl
from gui.workspaces.demo.load.slider import ScaledSlider
from worker.demo.producers.load import SEED, Pattern
from worker.demo.producers.spoiled import MOST_SHARE

LEAST_PER_S, MOST_PER_S = 0.1, 5_000.0
MOST_SLOWNESS_S = 5.0
BURSTS = (10, 100, 1_000)
LEAST_GAP_PX, WIDE_GAP_PX = 2, 24
_STEPS_A_DECADE = 10
_DECADES = math.log10(MOST_PER_S / LEAST_PER_S)


def rate_at(position: int) -> float:
    """The rate of a slider position: logarithmic, ten steps per decade, rounded to two significant digits."""
    exact = LEAST_PER_S * 10 ** (position / _STEPS_A_DECADE)
    return min(MOST_PER_S, round(exact, 1 - math.floor(math.log10(exact))))


RATES = [rate_at(position) for position in range(math.ceil(_STEPS_A_DECADE * _DECADES) + 1)]
SLOWNESS_S = [step / 10 for step in range(round(MOST_SLOWNESS_S * 10) + 1)]
SHARES = [step / 200 for step in range(round(MOST_SHARE * 200) + 1)]


def rate_words(rate_per_s: float) -> tuple[str, str]:
    return (f"{rate_per_s:,.0f}" if rate_per_s >= 10 else f"{rate_per_s:.1f}"), "/s"


def _slowness_words(slowness_s: float) -> tuple[str, str]:
    return f"{slowness_s:.1f}", "s a job"


def _share_words(share: float) -> tuple[str, str]:
    return f"{share * 100:.1f}", "%"


class LoadPanel(Panel):
    """Main thread."""

    rate_chosen = Signal(float)  # workouts a second
    slowness_chosen = Signal(float)  # seconds a workout takes on average
    share_chosen = Signal(float)  # of bad messages, 0 to MOST_SHARE
    pattern_chosen = Signal(str)  # the name of a Pattern
    burst_requested = Signal(int)  # workouts
    load_paused = Signal(bool)

    def __init__(
        self, theme: Theme, *, rate_per_s: float, slowness_s: float, share: float, parent: QWidget | None = None
    ) -> None:
        super().__init__("Load", parent)
        self.paused = False
        self.pause = IconButton(theme, "pause", "Pause the load")
        self.pause.clicked.connect(self._on_pause_clicked)
        self.pattern = SegmentedControl(theme, "Pattern", [(each.name, each.value) for each in Pattern])
        self.pattern.selected.connect(self.pattern_chosen)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(theme, "Load", "title"))
        head.addWidget(self.pause)
        head.addStretch(1)
        head.addWidget(self.pattern)
        self.rate = ScaledSlider(
            theme,
            "Rate",
            RATES,
            [(0.1, "0.1"), (1, "1"), (10, "10"), (100, "100"), (1_000, "1,000"), (5_000, "5,000")],
            rate_words,
            rate_per_s,
        )
        whole_s = range(round(MOST_SLOWNESS_S) + 1)
        self.slowness = ScaledSlider(
            theme, "Slowness", SLOWNESS_S, [(at, str(at)) for at in whole_s], _slowness_words, slowness_s
        )
        self.share = ScaledSlider(
            theme,
            "Bad messages",
            SHARES,
            [(percent / 100, str(percent)) for percent in range(0, round(MOST_SHARE * 100) + 1, 5)],
            _share_words,
            share,
        )
        self.rate.chosen.connect(self.rate_chosen)
        self.slowness.chosen.connect(self.slowness_chosen)
        self.share.chosen.connect(self.share_chosen)
        self.bursts = [Button(theme, f"+{count:,}") for count in BURSTS]
        foot = FittedRow(theme, spacing_px=8)
        self._burst_label, self._seed = (
            Label(theme, "Burst", "body", "second"),
            Label(theme, f"seed {SEED}", "small", "second"),
        )
        self._seed.setToolTip("The sample athletes and their workouts are the same in every demonstration.")
        foot.row.addWidget(self._burst_label)
        for button, count in zip(self.bursts, BURSTS, strict=True):
            button.setAccessibleName(f"Burst of {count:,} workouts")
            button.setProperty("workouts", count)
            button.clicked.connect(self._on_burst_clicked)
            foot.row.addWidget(button, 1)
        foot.row.addWidget(self._seed)
        foot.ways = (self._show_all, self._seed.hide, self._burst_label.hide)
        self.body.addLayout(head)
        self.body.addSpacing(6)
        self._sliders = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._sliders.setSpacing(LEAST_GAP_PX)
        for part in (self.rate, self.slowness, self.share):
            self._sliders.addWidget(part, 1)
        self.body.addLayout(self._sliders, 1)
        self.body.addSpacing(6)
        self.body.addWidget(foot)

    def set_wide(self, wide: bool) -> None:
        """Whether there is more width than height: the sliders stand side by side."""
        direction = QBoxLayout.Direction
        self._sliders.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._sliders.setSpacing(WIDE_GAP_PX if wide else LEAST_GAP_PX)

    def set_paused(self, paused: bool) -> None:
        """Emits `load_paused` where that changes something."""
        if paused != self.paused:
            self.paused = paused
            words = "Resume the load" if paused else "Pause the load"
            self.pause.set_icon("play" if paused else "pause", words)
            self.load_paused.emit(paused)

    def _show_all(self) -> None:
        self._seed.show()
        self._burst_label.show()

    @Slot()
    def _on_burst_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.burst_requested.emit(int(button.property("workouts")))

    @Slot()
    def _on_pause_clicked(self) -> None:
        self.set_paused(not self.paused)
