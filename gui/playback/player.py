"""Reads a recording as its time comes, and passes its events to the screens."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.recording.lines import RecordingError
from core.recording.recording import Recording
from core.recording.records import Record, RecordedAccount, RecordedBatch, RecordedNote
from gui.playback.clock import PlaybackClock

TICK_MS = 50  # as often as a running pipeline's events come
MOST_S = 0.025  # of a tick, so that the window stays alive
STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 100.0)


class Player(QObject):
    """Main thread. It goes forward only: to go back, another one begins anew.

    While it reads, the clock has the time of what is read, as the screens expect of events that just came. Where there
    is more than a tick has time for, the clock is behind for some ticks.
    """

    events_arrived = Signal(object)  # list[Event]
    account_arrived = Signal(object)  # RecordedAccount
    note_arrived = Signal(object)  # RecordedNote
    changed = Signal()  # playing, speed, or whether it has ended
    earlier_requested = Signal(object)  # int, milliseconds since the epoch: begin anew there
    problem_raised = Signal(str)

    def __init__(self, recording: Recording, clock: PlaybackClock, end_ms: int, parent: QObject) -> None:
        """`end_ms`: of the last record."""
        super().__init__(parent)
        self.recording, self.clock, self.end_ms = recording, clock, end_ms
        self._records: Iterator[Record] = recording.records()
        self._next: Record | None = None
        self._goal_ms = clock.now_ms()  # to be read until then
        self.ended = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Begin to play. What was before the time of the clock is shown at once."""
        self._timer.start()
        self.set_playing(True)

    def stop(self) -> None:
        self._timer.stop()

    def set_playing(self, playing: bool) -> None:
        if playing and self.ended:
            self.earlier_requested.emit(self.recording.header.began_ms)
        else:
            self.clock.set_playing(playing)
            self.changed.emit()

    @Slot()
    def toggle(self) -> None:
        self.set_playing(not self.clock.playing)

    @Slot()
    def play_faster(self) -> None:
        self._set_speed(min((step for step in STEPS if step > self.clock.speed), default=STEPS[-1]))

    @Slot()
    def play_slower(self) -> None:
        self._set_speed(max((step for step in STEPS if step < self.clock.speed), default=STEPS[0]))

    @Slot()
    def begin_anew(self) -> None:
        self.earlier_requested.emit(self.recording.header.began_ms)

    @Slot(object)
    def go_to(self, at_ms: int) -> None:
        """Forward as fast as it can be read; backward by another player."""
        at_ms = min(self.end_ms, max(self.recording.header.began_ms, at_ms))
        if at_ms < self.clock.now_ms():
            self.earlier_requested.emit(at_ms)
        else:
            self._goal_ms = at_ms

    def _set_speed(self, speed: float) -> None:
        self.clock.set_speed(speed)
        self.changed.emit()

    @Slot()
    def _on_tick(self) -> None:
        if self.ended:
            return
        self._goal_ms = max(self._goal_ms, self.clock.now_ms())
        until_s = monotonic() + MOST_S
        try:
            while monotonic() < until_s:
                record = self._next or next(self._records, None)
                if record is None:
                    self._end()
                    return
                if record.at_ms > self._goal_ms:
                    self._next = record
                    self.clock.set_time(self._goal_ms)
                    return
                self._next = None
                self.clock.set_time(record.at_ms)
                self._show(record)
        except RecordingError as error:
            self.problem_raised.emit(str(error))
            self._end()

    def _show(self, record: Record) -> None:
        if isinstance(record, RecordedBatch):
            self.events_arrived.emit(list(record.events))
        elif isinstance(record, RecordedAccount):
            self.account_arrived.emit(record)
        elif isinstance(record, RecordedNote):
            self.note_arrived.emit(record)

    def _end(self) -> None:
        self.ended = True
        self.clock.set_playing(False)
        self.clock.set_time(self.end_ms)
        self.changed.emit()
