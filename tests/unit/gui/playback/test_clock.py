"""The time that a recording is played at."""

from __future__ import annotations

import pytest

from gui.playback.clock import LEAST_SPEED, MOST_SPEED, PlaybackClock


class _Rig:
    def __init__(self, speed: float = 1.0) -> None:
        self.now_s = 50.0
        self.clock = PlaybackClock(1_000, speed, lambda: self.now_s)

    def after(self, seconds: float) -> int:
        self.now_s += seconds
        return self.clock.now_ms()


def test_that_it_stands_still_until_it_plays_and_when_it_pauses() -> None:
    rig = _Rig()
    assert rig.after(5) == 1_000
    rig.clock.set_playing(True)
    assert rig.clock.playing
    assert rig.after(5) == 6_000
    rig.clock.set_playing(False)
    assert rig.after(5) == 6_000
    assert not rig.clock.playing


def test_that_another_speed_holds_from_now_on() -> None:
    rig = _Rig(2.0)
    rig.clock.set_playing(True)
    assert rig.after(1) == 3_000
    rig.clock.set_speed(0.5)
    assert rig.after(2) == 4_000
    assert rig.clock.speed == 0.5


def test_that_it_goes_on_from_another_time() -> None:
    rig = _Rig()
    rig.clock.set_time(9_000)
    assert rig.after(1) == 9_000
    rig.clock.set_playing(True)
    rig.clock.set_time(20_000)
    assert rig.after(1) == 21_000


@pytest.mark.parametrize(("wanted", "is_"), [(0.0, LEAST_SPEED), (1e9, MOST_SPEED), (4.0, 4.0)])
def test_that_speeds_are_bounded(wanted: float, is_: float) -> None:
    rig = _Rig(wanted)
    assert rig.clock.speed == is_
    rig.clock.set_speed(1.0)
    rig.clock.set_speed(wanted)
    assert rig.clock.speed == is_
