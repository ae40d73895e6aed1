"""A recording that is played: from when on, and how fast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject

from core.errors import SettingError
from core.recording.lines import RecordingError
from core.recording.recording import Recording, open_recording
from gui.playback.clock import PlaybackClock
from gui.playback.player import Player


@dataclass(frozen=True, slots=True)
class WholeRecording:
    """`end_ms`: of its last record. `from_ms`: where it begins to play."""

    recording: Recording
    end_ms: int
    from_ms: int
    speed: float

    @property
    def title(self) -> str:
        header = self.recording.header
        return f"Paceline: recording of {header.local(header.began_ms):%d %b %Y, %H:%M}"

    def from_time(self, at_ms: int) -> WholeRecording:
        return replace(self, from_ms=at_ms)

    def player(self, parent: QObject) -> Player:
        clock = PlaybackClock(self.recording.header.began_ms, self.speed)
        player = Player(self.recording, clock, self.end_ms, parent)
        player.go_to(self.from_ms)
        return player


def open_whole(path: Path, speed: float) -> WholeRecording:
    """Goes through it once, to know how long it is. SettingError where it cannot be read."""
    try:
        recording = open_recording(path)
        end_ms = recording.find_end()
    except RecordingError as error:
        raise SettingError(f"--play: {error}") from None
    return WholeRecording(recording, end_ms, recording.header.began_ms, speed)
