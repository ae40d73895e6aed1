"""Playing a recording: what reaches the screens, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.events import Event
from core.recording.recording import open_recording
from core.recording.records import Record, RecordedAccount, RecordedBatch, RecordedNote
from gui.playback.clock import PlaybackClock
from gui.playback.player import STEPS, Player
from tests.support.recorded import EVENTS, T0, record_to

ACCOUNT = RecordedAccount(T0 + 2_000, 1, (), ())
NOTE = RecordedNote(T0 + 3_000, "Pause all")
RECORDS: tuple[Record, ...] = (
    RecordedBatch(T0 + 1_000, EVENTS[:5]),
    ACCOUNT,
    NOTE,
    RecordedBatch(T0 + 60_000, EVENTS[5:]),
)
END_MS = T0 + 61_000


class Desk:
    def __init__(self, player: Player, clock: PlaybackClock) -> None:
        self.player, self.clock = player, clock
        self.seen: list[tuple[int, object]] = []  # with the time of the clock
        self.earlier: list[int] = []
        self.now_s = 0.0
        player.events_arrived.connect(self._see)
        player.account_arrived.connect(self._see)
        player.note_arrived.connect(self._see)
        player.earlier_requested.connect(self.earlier.append)

    def _see(self, what: object) -> None:
        self.seen.append((self.clock.now_ms() - T0, what))

    @property
    def events(self) -> list[Event]:
        return [event for _, what in self.seen if isinstance(what, list) for event in what]

    def pass_time(self, seconds: float) -> None:
        self.now_s += seconds
        self.player._on_tick()


@contextmanager
def made(path: Path, speed: float = 1.0) -> Iterator[Desk]:
    parent = QObject()
    now: list[Callable[[], float]] = [lambda: 0.0]
    clock = PlaybackClock(T0, speed, lambda: now[0]())
    desk = Desk(Player(open_recording(record_to(path, RECORDS)), clock, END_MS, parent), clock)
    now[0] = lambda: desk.now_s
    desk.player.set_playing(True)  # its own timer is not started: time passes by `pass_time`
    yield desk
    parent.deleteLater()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with made(tmp_path / "a.paceline") as found:
        yield found


def test_that_everything_comes_when_its_time_has_come(desk: Desk) -> None:
    desk.pass_time(0.9)
    assert desk.seen == []
    desk.pass_time(0.2)
    assert desk.seen == [(1_000, list(EVENTS[:5]))]
    desk.pass_time(3)
    assert desk.seen[1:] == [(2_000, ACCOUNT), (3_000, NOTE)]
    assert desk.clock.now_ms() == T0 + 4_100
    desk.pass_time(100)
    assert desk.events == list(EVENTS)
    assert desk.player.ended
    assert (desk.clock.now_ms(), desk.clock.playing) == (END_MS, False)
    desk.pass_time(100)
    assert desk.clock.now_ms() == END_MS


def test_that_it_plays_at_any_speed(qtbot: QtBot, tmp_path: Path) -> None:
    with made(tmp_path / "a.paceline", speed=60.0) as desk:
        desk.pass_time(0.9)
        assert desk.events == list(EVENTS[:5])
        desk.pass_time(0.2)
        assert desk.events == list(EVENTS)


def test_that_it_goes_forward_at_once_with_the_clock_at_what_it_reads(desk: Desk) -> None:
    desk.player.go_to(T0 + 30_000)
    desk.pass_time(0)
    assert [at_ms for at_ms, _ in desk.seen] == [1_000, 2_000, 3_000]
    assert desk.clock.now_ms() == T0 + 30_000
    desk.player.go_to(END_MS + 1_000_000)
    desk.pass_time(0)
    desk.pass_time(0)
    assert desk.player.ended


def test_that_an_earlier_time_is_asked_for(desk: Desk) -> None:
    desk.pass_time(10)
    desk.player.go_to(T0 + 5_000)
    assert desk.earlier == [T0 + 5_000]
    desk.player.begin_anew()
    desk.player.go_to(0)
    assert desk.earlier[1:] == [T0, T0]


def test_that_playing_on_at_the_end_begins_anew(desk: Desk) -> None:
    desk.pass_time(100)
    desk.pass_time(0)
    assert desk.player.ended
    desk.player.toggle()
    assert desk.earlier == [T0]


def test_that_it_pauses(desk: Desk) -> None:
    desk.player.toggle()
    desk.pass_time(100)
    assert desk.seen == []
    desk.player.toggle()
    desk.pass_time(2)
    assert len(desk.seen) == 2


def test_that_speeds_go_step_by_step(desk: Desk) -> None:
    for _ in STEPS:
        desk.player.play_faster()
    assert desk.clock.speed == STEPS[-1]
    for _ in STEPS:
        desk.player.play_slower()
    assert desk.clock.speed == STEPS[0]
    desk.player.play_faster()
    assert desk.clock.speed == STEPS[1]


def test_that_a_file_that_went_away_is_said(qtbot: QtBot, desk: Desk) -> None:
    desk.player.recording.path.unlink()
    with qtbot.waitSignal(desk.player.problem_raised) as raised:
        desk.pass_time(2)
    assert "cannot be read" in raised.args[0]
    assert desk.player.ended


def test_that_its_timer_reads(qtbot: QtBot, desk: Desk) -> None:
    desk.now_s = 200.0
    with qtbot.waitSignal(desk.player.events_arrived):
        desk.player.start()
    desk.player.stop()
