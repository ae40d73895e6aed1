"""Two outboxes that corrected one workout at once: each receipt tells what became of its own message."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from core.broker.topology import TYPE_CORRECTED
from core.events import Accepted, BatchProcessed, Event, OutcomeKind, WorkoutOutcome
from core.live.receipts import Stage
from core.live.workout_log import WorkoutLog, WorkoutTrace


def accepted(revision: int, minutes: float, at_ms: int, outbox: str = "ours") -> Accepted:
    return Accepted(at_ms, "a", "Ana", "Running", minutes, 5.0, "", revision, TYPE_CORRECTED, outbox)


def stored(revision: int, minutes: float, at_ms: int) -> BatchProcessed:
    outcome = WorkoutOutcome(
        "a", "Ana", "Running", OutcomeKind.STORED, None, 1.0, duration_min=minutes, distance_km=5.0, revision=revision
    )
    return BatchProcessed(at_ms, "w", (outcome,))


def conflict(outbox: str, at_ms: int, revision: int = 2) -> BatchProcessed:
    outcome = WorkoutOutcome(
        "a", "Ana", "Running", OutcomeKind.FAILED, None, 1.0, reason="other content", revision=revision,
        conflict_of=outbox,
    )  # fmt: skip
    return BatchProcessed(at_ms, "w", (outcome,))


def row(*events: Event) -> WorkoutTrace:
    log = WorkoutLog()
    log.apply_all(events)
    (trace,) = log.receipts()
    return trace


BEGINNING: tuple[Event, ...] = (accepted(1, 45, 1), stored(1, 45, 2), accepted(2, 46, 3))
OUTCOMES: tuple[Event, ...] = (stored(2, 47, 4), conflict("ours", 5))


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(OUTCOMES), max_size=3))
def test_that_our_conflict_is_shown_in_any_order_with_what_is_stored(
    shuffler: random.Random, repeated: list[Event]
) -> None:
    outcomes = [*OUTCOMES, *repeated]
    shuffler.shuffle(outcomes)
    for events in ((*BEGINNING, *outcomes), (*outcomes, *BEGINNING)):
        trace = row(*events)
        assert (trace.stage, trace.reason, trace.end_revision) == (Stage.FAILED, "other content", 2)
        assert trace.conflict is not None
        assert trace.stored is not None
        assert (trace.stored.duration_min, trace.duration_min) == (47, 46)


@given(st.randoms(use_true_random=False))
def test_that_the_conflict_of_another_outbox_is_not_ours(shuffler: random.Random) -> None:
    outcomes: list[Event] = [stored(2, 46, 4), conflict("theirs", 5)]
    shuffler.shuffle(outcomes)
    for events in ((*BEGINNING, *outcomes), (*outcomes, *BEGINNING)):
        trace = row(*events)
        assert (trace.stage, trace.conflict) == (Stage.STORED, None)


def test_that_corrected_again_it_goes_on() -> None:
    trace = row(*BEGINNING, *OUTCOMES, accepted(3, 46, 6))
    assert (trace.stage, trace.conflict) == (Stage.ACCEPTED, None)
    trace = row(*BEGINNING, *OUTCOMES, accepted(3, 46, 6), stored(3, 46, 7))
    assert trace.stage is Stage.STORED


def test_that_a_conflict_that_was_repaired_on_the_failed_list_is_stored() -> None:
    trace = row(*BEGINNING, *OUTCOMES, stored(3, 46, 7))
    assert (trace.stage, trace.conflict) == (Stage.STORED, None)


def test_that_an_older_conflict_says_nothing_of_a_newer_correction() -> None:
    trace = row(*BEGINNING, accepted(3, 48, 6), *OUTCOMES, stored(3, 48, 7))
    assert (trace.stage, trace.conflict) == (Stage.STORED, None)
