"""Every time a workout was taken in hand: what was seen, and what is kept, told once."""

from __future__ import annotations

from dataclasses import replace

from core.events import Accepted, BatchProcessed, OutcomeKind, PickedUp, WorkoutOutcome
from core.failures.models import FailedTry
from core.live.attempts import merge_attempts
from core.live.timeline import build_timeline
from core.live.workout_log import MAX_ATTEMPTS, Attempt, WorkoutLog, WorkoutTrace
from core.store.models import FailedDetails, StoredDetails

T0 = 1_700_000_000_000
STORED = StoredDetails("a", "Ben", "Running", 45.0, 5.2, 382.5, True, 1, T0, T0 + 400, T0 + 474, "west", (), None)
FAILED = FailedDetails(
    "a", "Ben", "Running", 45.0, 5.2, T0 + 400, "west", "wet", 4, (FailedTry(4, T0 + 400, "west", "wet", 74.0),)
)
ACCEPTED = Accepted(T0, "a", "Ben", "Running", 45.0, 5.2)


def _try(at_ms: int, kind: OutcomeKind, *, took_ms: int = 88) -> list[PickedUp | BatchProcessed]:
    outcome = WorkoutOutcome("a", "Ben", "Running", kind, 1.0, 2.0, reason="wet")
    return [PickedUp(at_ms, "west", ("a",)), BatchProcessed(at_ms + took_ms, "west", (outcome,))]


def _seen(*tries: tuple[int, OutcomeKind]) -> WorkoutTrace:
    journal = WorkoutLog()
    journal.apply_all([ACCEPTED])
    for at_ms, kind in tries:
        journal.apply_all(_try(at_ms, kind))
    return journal.seen("a")


def test_that_every_try_seen_from_the_start_is_all_there_was() -> None:
    seen = _seen((T0 + 100, OutcomeKind.RETRYING), (T0 + 400, OutcomeKind.STORED))
    found, whole = merge_attempts(seen, STORED)
    assert [(one.at_ms - T0, one.kind, one.run_ms, one.tries) for one in found] == [
        (400, OutcomeKind.STORED, 2.0, 1),
        (100, OutcomeKind.RETRYING, 2.0, 1),
    ]
    assert whole


def test_that_what_nobody_saw_is_known_from_the_results_alone() -> None:
    found, whole = merge_attempts(WorkoutTrace("a"), STORED)
    assert found == (Attempt(T0 + 400, "west", OutcomeKind.STORED, run_ms=74.0),)
    assert not whole
    (failed,), _ = merge_attempts(WorkoutTrace("a"), FAILED)
    assert (failed.kind, failed.reason, failed.run_ms, failed.tries) == (OutcomeKind.FAILED, "wet", 74.0, 4)
    assert merge_attempts(WorkoutTrace("a"), None) == ((), False)


def test_that_a_round_counts_the_tries_that_were_not_seen() -> None:
    seen = _seen((T0 + 100, OutcomeKind.RETRYING), (T0 + 400, OutcomeKind.FAILED))
    found, _ = merge_attempts(seen, FAILED)
    assert [one.tries for one in found] == [3, 1]
    assert build_timeline(seen, FAILED).tries == 4


def test_that_an_end_recalled_from_the_results_is_the_same_try() -> None:
    journal = WorkoutLog()
    outcome = WorkoutOutcome("a", "Ben", "Running", OutcomeKind.STORED, 1.0, 74.0)
    journal.apply_all([ACCEPTED, BatchProcessed(T0 + 474, "west", (outcome,))], recalled=True)
    found, whole = merge_attempts(journal.seen("a"), STORED)
    assert found == (Attempt(T0 + 400, "west", OutcomeKind.STORED, run_ms=74.0, ended_at_ms=T0 + 474),)
    assert not whole


def test_that_an_end_without_its_pick_up_is_the_try_that_the_results_have() -> None:
    for kind, past in ((OutcomeKind.STORED, STORED), (OutcomeKind.FAILED, FAILED)):
        journal = WorkoutLog()
        journal.apply_all(_try(T0 + 400, kind)[1:])
        (found,), _ = merge_attempts(journal.seen("a"), past)
        assert (found.at_ms, found.run_ms) == (T0 + 400, 2.0)


def test_that_a_recalled_failure_has_the_time_that_the_results_have() -> None:
    journal = WorkoutLog()
    outcome = WorkoutOutcome("a", "Ben", "Running", OutcomeKind.FAILED, None, 0.0, reason="wet")
    journal.apply_all([ACCEPTED, BatchProcessed(T0 + 400, "west", (outcome,))], recalled=True)
    (found,), _ = merge_attempts(journal.seen("a"), FAILED)
    assert (found.run_ms, found.tries) == (74.0, 4)


def test_that_rounds_that_gave_up_stand_before_the_one_that_was_stored() -> None:
    story = replace(STORED, rounds=(FailedTry(4, T0 + 100, "east", "wet", None),))
    found, whole = merge_attempts(_seen((T0 + 400, OutcomeKind.STORED)), story)
    assert [(one.worker, one.tries) for one in found] == [("west", 1), ("east", 4)]
    assert not whole


def test_that_a_try_whose_beginning_was_missed_has_the_run_time_of_its_outcome() -> None:
    journal = WorkoutLog()
    journal.apply_all([ACCEPTED, *_try(T0 + 100, OutcomeKind.RETRYING), _try(T0 + 400, OutcomeKind.STORED)[1]])
    assert journal.seen("a").picked_up_at_ms is None
    assert [one.run_ms for one in journal.seen("a").attempts] == [2.0, 2.0]


def test_that_only_the_newest_tries_are_kept() -> None:
    seen = _seen(*((T0 + 100 * number, OutcomeKind.RETRYING) for number in range(MAX_ATTEMPTS + 5)))
    found, whole = merge_attempts(seen, None)
    assert len(found) == MAX_ATTEMPTS
    assert found[0].at_ms == T0 + 100 * (MAX_ATTEMPTS + 4)
    assert not whole
