"""What was announced and never came."""

from __future__ import annotations

from core.codec.event_codec import Announced
from core.events import BatchProcessed, OutcomeKind, WorkoutOutcome
from worker.monitoring.sequence_gaps import MAX_INSTANCES, SequenceGaps

OUTCOME = WorkoutOutcome("w", "Ana", "Running", OutcomeKind.STORED, 1.0, 1.0)


def _announced(before: int | None, outcomes: int, instance: str = "a") -> Announced:
    return Announced(instance, (BatchProcessed(1, "west", (OUTCOME,) * outcomes),), before=before)


def test_that_payloads_in_a_row_miss_nothing() -> None:
    gaps = SequenceGaps()
    assert [gaps.lost_since(_announced(before, 5)) for before in (100, 105, 110)] == [0, 0, 0]


def test_that_what_came_between_is_counted() -> None:
    gaps = SequenceGaps()
    gaps.lost_since(_announced(0, 5))
    assert gaps.lost_since(_announced(255, 5)) == 250
    assert gaps.lost_since(_announced(260, 5)) == 0


def test_that_each_loop_is_counted_by_itself() -> None:
    gaps = SequenceGaps()
    gaps.lost_since(_announced(0, 5))
    assert gaps.lost_since(_announced(900, 5, "b")) == 0
    assert gaps.lost_since(_announced(5, 5)) == 0


def test_that_one_that_comes_late_takes_nothing_back() -> None:
    gaps = SequenceGaps()
    gaps.lost_since(_announced(0, 5))
    assert gaps.lost_since(_announced(10, 5)) == 5
    assert gaps.lost_since(_announced(5, 5)) == 0
    assert gaps.lost_since(_announced(15, 5)) == 0


def test_that_a_loop_of_an_older_version_is_not_counted() -> None:
    assert SequenceGaps().lost_since(_announced(None, 5)) == 0


def test_that_long_silent_loops_are_forgotten() -> None:
    gaps = SequenceGaps()
    for number in range(MAX_INSTANCES + 1):
        gaps.lost_since(_announced(0, 1, str(number)))
    assert gaps.lost_since(_announced(50, 1, "0")) == 0
    assert gaps.lost_since(_announced(51, 1, str(MAX_INSTANCES))) == 50
