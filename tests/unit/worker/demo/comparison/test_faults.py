"""What fails in a comparison."""

from __future__ import annotations

from contextlib import suppress

import pytest

from core.broker.ports import Message
from core.config.settings import WorkSpan
from worker.demo.comparison.faults import ProcessingFailedError, ProcessingFaults
from worker.demo.comparison.plan import ComparisonPlan, plan_workouts
from worker.runtime.clock import now_ms


def test_that_the_chosen_ones_fail_at_every_try() -> None:
    failed: list[str] = []
    faults = ProcessingFaults(frozenset({"bad"}), None, on_failed=failed.append)
    for _ in range(2):
        faults.check("good")
        with pytest.raises(ProcessingFailedError):
            faults.check("bad")
    assert failed == ["bad", "bad"]


@pytest.mark.parametrize("ago_s", [0.0, 100.0])
def test_that_all_fail_during_an_outage(ago_s: float) -> None:
    clock, failed = [100.0], list[str]()
    faults = ProcessingFaults(frozenset(), WorkSpan(1, 2), on_failed=failed.append, monotonic_s=lambda: clock[0])
    clock[0] = 200.0 + ago_s
    faults.begin(ago_s)
    for at_s in (200.9, 201.0, 201.9, 202.0):
        clock[0] = at_s
        with suppress(ProcessingFailedError):
            faults.check(str(at_s))
    assert failed == ["201.0", "201.9"]


def test_that_a_body_is_read_as_usual_unless_it_fails() -> None:
    good, bad = plan_workouts(ComparisonPlan(count=2, failing=1))
    faults = ProcessingFaults(frozenset({bad.workout_id}), None, on_failed=lambda _: None)
    assert faults.read_body(Message(good.body), now_ms=now_ms()).workout_id == good.workout_id
    with pytest.raises(ProcessingFailedError):
        faults.read_body(Message(bad.body), now_ms=now_ms())
