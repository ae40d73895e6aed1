"""What a console saw of the ends of its receipts is kept, and holds for what the results say of the same ends."""

from __future__ import annotations

import pytest

from core.events import Accepted, BatchProcessed, OutcomeKind, WorkoutOutcome
from core.live.receipt_ends import MAX_ENDS, ReceiptEnd, as_seen, dump_ends, read_ends
from core.live.workout_log import WorkoutLog

T0 = 1_765_391_070_000


def _outcome(workout_id: str, kind: OutcomeKind, run_ms: float) -> WorkoutOutcome:
    return WorkoutOutcome(workout_id, "Ana", "Running", kind, 1.0, run_ms)


def _log(count: int) -> WorkoutLog:
    log = WorkoutLog()
    ids = [f"id-{number}" for number in range(count)]
    log.apply_all(Accepted(T0, each, "Ana", "Running", 45.0, None) for each in [*ids, "on its way"])
    log.apply_all(
        BatchProcessed(T0 + 76, "w", (_outcome(each, kind, run_ms),))
        for each, (kind, run_ms) in zip(
            ids, [(OutcomeKind.FAILED, 0.0)] + [(OutcomeKind.STORED, 54.5)] * count, strict=False
        )
    )
    return log


def test_that_the_newest_ends_are_kept_and_read_again() -> None:
    ends = read_ends(dump_ends(_log(2).receipts()))
    assert ends == {
        "id-0": ReceiptEnd(OutcomeKind.FAILED, T0 + 76, 0.0),
        "id-1": ReceiptEnd(OutcomeKind.STORED, T0 + 76, 54.5),
    }
    many = read_ends(dump_ends(_log(MAX_ENDS + 5).receipts()))
    assert len(many) == MAX_ENDS
    assert "id-0" not in many
    assert dump_ends(_log(0).receipts()) == ""


@pytest.mark.parametrize(
    "text", ["", "rubbish", "{}", "[1]", '[["a"]]', '[["a", "eaten", 1, 1]]', '[["a", "stored", "x", 1]]']
)
def test_that_ends_that_cannot_be_read_are_none(text: str) -> None:
    assert read_ends(text) == {}


def test_that_an_end_that_was_seen_holds_for_the_same_outcome_alone() -> None:
    ends = {"a": ReceiptEnd(OutcomeKind.STORED, T0 + 76, 54.5)}
    stamped = BatchProcessed(T0 + 25, "w", (_outcome("a", OutcomeKind.STORED, 3.0),))
    assert as_seen(stamped, ends) == BatchProcessed(T0 + 76, "w", (_outcome("a", OutcomeKind.STORED, 54.5),))
    corrected_since = BatchProcessed(T0 + 100, "w", (_outcome("a", OutcomeKind.STORED, 3.0),))
    failed = BatchProcessed(T0 + 25, "w", (_outcome("a", OutcomeKind.FAILED, 3.0),))
    other = BatchProcessed(T0 + 25, "w", (_outcome("b", OutcomeKind.STORED, 3.0),))
    for event in (corrected_since, failed, other):
        assert as_seen(event, ends) is event
