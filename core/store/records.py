"""Failures as the store keeps them: a durable local copy of what went to the failed queue."""

from __future__ import annotations

from dataclasses import dataclass

from core.processing import CONFLICT, CONFLICT_REASON
from core.wire import Incoming, dumps_workout


@dataclass(frozen=True, slots=True)
class FailureRecord:
    """One message that was given up. `key` tells a redelivery of it from another one."""

    key: str
    origin: str | None
    workout_id: str | None
    message_id: str | None
    reason: str
    error_type: str
    attempts: int
    at_ms: int  # milliseconds since the epoch
    worker: str
    body: bytes
    headers: str  # JSON object


def conflict_record(incoming: Incoming, *, worker: str, at_ms: int) -> FailureRecord:
    """The body is the workout written out again: the original bytes are in the failed queue."""
    return FailureRecord(
        key=f"{CONFLICT}:{incoming.workout_id}:{incoming.revision}:{incoming.digest.hex()}",
        origin=incoming.origin,
        workout_id=incoming.workout_id,
        message_id=incoming.workout_id,
        reason=CONFLICT_REASON,
        error_type=CONFLICT,
        attempts=0,
        at_ms=at_ms,
        worker=worker,
        body=b"" if incoming.workout is None else dumps_workout(incoming.workout),
        headers="{}",
    )
