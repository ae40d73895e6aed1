"""When receipts ended, as their console saw it: after the commit, and with it.

The results have a stamp from within the transaction, which a commit on a slow disk follows by much. So that a receipt
says the same after a restart as before, the console keeps what it saw in its outbox. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import orjson

from core.events import BatchProcessed, OutcomeKind
from core.live.workout_log import WorkoutTrace

MAX_ENDS = 200  # the newest; as many receipts are restored


@dataclass(frozen=True, slots=True)
class ReceiptEnd:
    """`run_ms` 0: not known."""

    kind: OutcomeKind
    at_ms: int
    run_ms: float


def dump_ends(receipts: Iterable[WorkoutTrace]) -> str:
    """Of receipts, newest first; empty without one that has ended."""
    ended = (
        [each.workout_id, each.end.value, each.ended_at_ms, each.run_ms or 0.0]
        for each in receipts
        if each.end is not None and each.ended_at_ms is not None and each.stage.is_finished
    )
    rows = list(islice(ended, MAX_ENDS))
    return orjson.dumps(rows).decode() if rows else ""


def read_ends(text: str) -> dict[str, ReceiptEnd]:
    """By workout id; what cannot be read is left out."""
    try:
        rows = orjson.loads(text)
        return {str(row[0]): ReceiptEnd(OutcomeKind(row[1]), int(row[2]), float(row[3])) for row in rows[:MAX_ENDS]}
    except (ValueError, TypeError, LookupError, OverflowError):
        return {}


def as_seen(event: BatchProcessed, ends: Mapping[str, ReceiptEnd]) -> BatchProcessed:
    """The outcome of one workout from the results, with the end that was seen of it. What came later is as it is."""
    (outcome,) = event.outcomes
    end = ends.get(outcome.workout_id)
    if end is None or end.kind is not outcome.kind or end.at_ms < event.at_ms:
        return event
    return BatchProcessed(end.at_ms, event.worker, (replace(outcome, run_ms=end.run_ms),))
