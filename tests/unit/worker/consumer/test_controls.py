from __future__ import annotations

from collections.abc import Callable

import pytest

from core.config.settings import WorkSpan
from worker.consumer.controls import Controls
from worker.consumer.simulated_work import Simulation


class Rig:
    def __init__(self) -> None:
        self.now_s = 100.0
        self.wakes = 0
        self.controls = Controls(self._wake, 5.0, lambda: self.now_s)

    def _wake(self) -> None:
        self.wakes += 1


@pytest.mark.parametrize(
    ("request_of", "leaving", "interrupted"),
    [
        (Controls.pause, True, True),
        (Controls.stop, True, False),
        (Controls.stop_now, True, True),
        (Controls.drain, False, False),
        (Controls.resume, False, False),
    ],
)
def test_that_each_request_wakes_the_loop_and_says_what_ends(
    request_of: Callable[[Controls], None], leaving: bool, interrupted: bool
) -> None:
    rig = Rig()
    request_of(rig.controls)
    assert rig.wakes == 1
    assert (rig.controls.leaving, rig.controls.interrupted) == (leaving, interrupted)


def test_that_a_second_stop_does_not_extend_the_time_that_a_batch_has() -> None:
    rig = Rig()
    assert rig.controls.shutdown_left_s is None
    rig.controls.stop()
    rig.now_s += 2.0
    rig.controls.stop()
    assert rig.controls.shutdown_left_s == 3.0
    rig.controls.stop_now()
    assert rig.controls.shutdown_left_s == 0.0
    rig.now_s += 2.0
    assert rig.controls.shutdown_left_s == 0.0


def test_that_a_drain_ends_a_pause_and_a_resume_ends_both() -> None:
    controls = Rig().controls
    controls.pause()
    controls.drain()
    assert (controls.paused, controls.draining) == (False, True)
    controls.pause()
    controls.resume()
    assert (controls.paused, controls.draining) == (False, False)


def test_that_requested_settings_are_taken_once() -> None:
    controls, simulation = Rig().controls, Simulation(WorkSpan(1, 1))
    controls.request_prefetch(7)
    controls.request_simulation(simulation)
    assert controls.take_requests() == (7, (simulation,))
    controls.request_simulation(None)
    assert controls.take_requests() == (None, (None,))
    assert controls.take_requests() == (None, None)


def test_that_a_wake_before_the_wait_is_not_lost() -> None:
    controls = Rig().controls
    controls.wake()
    controls.wait(3_600)
