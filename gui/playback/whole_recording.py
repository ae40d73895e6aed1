"""A recording that is played: from when on, and how fast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
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
        zone = timezone(timedelta(minutes=header.utc_offset_min))
        began = datetime.fromtimestamp(header.began_ms / 1000, UTC).astimezone(zone)
        return f"Paceline: recording of {began:%d %b %Y, %H:%M}"

    def from_time(self, at_ms: int) -> WholeRecording:
        return replace(self, from_ms=at_ms)

    def player(self, parent: QObject) -> Player:
        clock = PlaybackClock(self.recording.header.began_ms, self.speed)
        player = Player(self.recording, clock, self.end_ms, parent)
        player.go_to(self.from_ms)
        return player


def open_whole(path: Path, speed: float) -> WholeRecording:
    """Reads it once to its end, to know how long it is. SettingError where it cannot be read."""
    try:
        recording = open_recording(path)
        for _ in recording.records():
            pass
    except RecordingError as error:
        raise SettingError(f"--play: {error}") from None
    return WholeRecording(recording, recording.end_ms, recording.header.began_ms, speed)
