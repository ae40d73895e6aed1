from __future__ import annotations

from worker.consumer.drain_detector import DrainDetector


class Rig:
    def __init__(self) -> None:
        self.now_s = 100.0
        self.detector = DrainDetector(1.0, lambda: self.now_s)

    def drained_after(self, wait_s: float) -> bool:
        self.now_s += wait_s
        self.detector.found_empty()
        return self.detector.is_drained


def test_that_a_queue_that_stays_empty_is_drained() -> None:
    rig = Rig()
    assert not rig.detector.is_drained
    assert [rig.drained_after(wait_s) for wait_s in (50.0, 0.5, 0.25, 0.25)] == [False, False, False, True]


def test_that_a_delivery_in_between_starts_the_time_again() -> None:
    rig = Rig()
    assert not rig.drained_after(0.0)
    rig.now_s += 0.9
    rig.detector.reset()
    assert [rig.drained_after(wait_s) for wait_s in (0.2, 0.9, 0.1)] == [False, False, True]


def test_that_a_loop_that_runs_again_is_not_drained_any_more() -> None:
    rig = Rig()
    rig.drained_after(0.0)
    assert rig.drained_after(1.0)
    rig.detector.reset()
    assert not rig.detector.is_drained
    assert not rig.drained_after(5.0)
