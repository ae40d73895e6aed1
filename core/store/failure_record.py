"""Failures as the store keeps them: a durable copy of each message in the failed queue, readable without consuming
it."""

from __future__ import annotations

from dataclasses import dataclass

from core.broker.delivery_headers import origin_in, read_attempts, read_resend_count, read_resend_of
from core.broker.ports import Message
from core.codec.workout_codec import DecodedMessage
from core.failures.causes import CONFLICT, FailureCode, failure_code_for
from core.failures.failure_key import failure_key
from core.processing.apply_batch import CONFLICT_REASON

MAX_REASON = 1_000
MAX_KEPT_BODY = 1_048_576  # bytes; a longer body is complete only in the failed queue


@dataclass(frozen=True, slots=True)
class FailureRecord:
    """One message that was given up. `message` is as the worker received it."""

    key: str  # the same for redeliveries of one message
    message: Message
    workout_id: str | None
    reason: str
    failure_code: FailureCode
    attempts: int  # of this round, including the one that gave up
    at_ms: int  # milliseconds since the epoch
    worker: str
    took_ms: float | None = None
    incoming: DecodedMessage | None = None  # None where the body could not be read

    @property
    def origin(self) -> str:
        """Which outbox sent it; empty without an origin header."""
        return origin_in(self.message.headers) or ""

    @property
    def retries(self) -> int:
        """How often a person had sent it again before."""
        return read_resend_count(self.message.headers)

    @property
    def parent_key(self) -> str | None:
        """Key of the failure that this message is a resend of."""
        key = read_resend_of(self.message.headers)
        return None if key == self.key else key


def conflict_record(incoming: DecodedMessage, *, worker: str, at_ms: int) -> FailureRecord:
    message = incoming.message
    return FailureRecord(
        key=failure_key(message),
        message=message,
        workout_id=incoming.workout_id,
        reason=CONFLICT_REASON,
        failure_code=failure_code_for(CONFLICT),
        attempts=read_attempts(message.headers) + 1,
        at_ms=at_ms,
        worker=worker,
    )
