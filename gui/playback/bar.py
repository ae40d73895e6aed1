"""The bar below the workspaces while a recording is played: where it is, how fast, and a slider over its time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gui.formatting import elapsed_text
from gui.forms.slider_track import SliderTrack
from gui.playback.player import Player
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import ElidedLabel, IconButton, Label

HEIGHT_PX, SIDE_PX, TICK_MS = 44, 12, 200
STEP_S, PAGE_S = 5, 60
_TIME_PX, _SPEED_PX = 108, 44


class PlaybackBar(QFrame):
    """Main thread."""

    time_chosen = Signal(object)  # int, milliseconds since the epoch: more than Qt's own int holds

    def __init__(self, theme: Theme, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player, self._began_ms = player, player.recording.header.began_ms
        self.setProperty("role", "status")
        self.setAccessibleName("Recording")
        theme.fix_size(self, height_px=HEIGHT_PX)
        keys = SHORTCUTS[Scope.PLAYBACK]
        self.play = IconButton(theme, "pause", keys["play"].hint())
        self.slower = IconButton(theme, "minus", keys["slower"].hint())
        self.faster = IconButton(theme, "plus", keys["faster"].hint())
        self.again = IconButton(theme, "skip-previous", keys["begin"].hint())
        self.time = Label(theme, "", "body")
        self.speed = Label(theme, "", "body", "second")
        self.note = ElidedLabel(theme, "", "small", "second")
        length_s = max(1, (player.end_ms - self._began_ms) // 1000)
        self.slider = SliderTrack(theme, "Time of the recording, in seconds", length_s)
        self._lay_out(theme)
        self._connect(keys["play"].key, keys["slower"].key, keys["faster"].key, keys["begin"].key)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.show_time)
        self._timer.start()
        self.show_player()

    def _lay_out(self, theme: Theme) -> None:
        self.slider.setSingleStep(STEP_S)
        self.slider.setPageStep(PAGE_S)
        theme.bound_width(self.time, _TIME_PX)
        theme.bound_width(self.speed, _SPEED_PX)
        self.speed.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE_PX, 0, SIDE_PX, 0)
        row.setSpacing(8)
        row.addWidget(self.again)
        row.addWidget(self.play)
        row.addWidget(self.time)
        row.addWidget(self.slider, 3)
        row.addWidget(self.slower)
        row.addWidget(self.speed)
        row.addWidget(self.faster)
        row.addWidget(self.note, 2)

    def _connect(self, play: str, slower: str, faster: str, begin: str) -> None:
        player = self._player
        acts: tuple[tuple[IconButton, str, Callable[[], None]], ...] = (
            (self.play, play, player.toggle),
            (self.slower, slower, player.play_slower),
            (self.faster, faster, player.play_faster),
            (self.again, begin, player.begin_anew),
        )
        for button, key, act in acts:
            button.clicked.connect(act)
            QShortcut(QKeySequence(key), self, act).setContext(Qt.ShortcutContext.WindowShortcut)
        player.changed.connect(self.show_player)
        player.note_arrived.connect(self._on_note)
        self.slider.valueChanged.connect(self._on_value_changed)
        self.slider.sliderReleased.connect(self._on_released)

    @Slot()
    def show_player(self) -> None:
        player = self._player
        words = "Pause" if player.clock.playing else "Play again" if player.ended else "Play"
        key = SHORTCUTS[Scope.PLAYBACK]["play"].key
        icon = "pause" if player.clock.playing else "refresh" if player.ended else "play"
        self.play.set_icon(icon, f"{words} ({key})")
        self.speed.setText(f"{player.clock.speed:g}x")
        self.speed.setAccessibleName(f"{player.clock.speed:g} times as fast as it was")
        if player.ended:
            recording = player.recording
            missing = "" if recording.is_whole else "; what followed was not written"
            self.note.setText(f"This is the end of the recording{missing}.")
        self.show_time()

    @Slot()
    def show_time(self) -> None:
        at_ms = min(self._player.clock.now_ms(), self._player.end_ms)
        elapsed, length = (elapsed_text((each - self._began_ms) / 1000) for each in (at_ms, self._player.end_ms))
        self.time.setText(f"{elapsed} of {length}")
        if not self.slider.isSliderDown():
            before = self.slider.blockSignals(True)
            self.slider.setValue((at_ms - self._began_ms) // 1000)
            self.slider.blockSignals(before)

    @Slot(object)
    def _on_note(self, note: object) -> None:
        self.note.setText(getattr(note, "text", ""))

    @Slot(int)
    def _on_value_changed(self, seconds: int) -> None:
        if not self.slider.isSliderDown():  # else where the drag ends
            self.time_chosen.emit(self._began_ms + seconds * 1000)

    @Slot()
    def _on_released(self) -> None:
        self.time_chosen.emit(self._began_ms + self.slider.value() * 1000)
