"""A message of the failed queue as a record of the list: for those that no worker of this database gave up."""

from __future__ import annotations

from dataclasses import replace

from core.broker.ports import HeaderValue, Message
from core.broker.topology import (
    HEADER_FAILED_AT,
    HEADER_FAILED_CAUSE,
    HEADER_FAILED_REASON,
    HEADER_FAILED_TYPE,
    HEADER_FAILED_WORKER,
)
from core.broker.tries import attempts_in, without_tries
from core.causes import BROKER, MAX_CODE, Blame, blame_error_type
from core.errors import InvalidWorkoutError, UndecodableBodyError
from core.store.records import MAX_REASON, FailureRecord, failure_key
from core.wire import Incoming, decode

MAX_NAME = 255
NOBODY_SAID = "Nobody said why; it was put into the failed queue by the broker or by another program."


def record_from_queue(message: Message, *, now_ms: int) -> FailureRecord:
    """What its headers say of the failure, where they say anything that makes sense."""
    headers = message.headers
    error_type = _text(headers.get(HEADER_FAILED_TYPE), MAX_NAME)
    code = _text(headers.get(HEADER_FAILED_CAUSE), MAX_CODE)
    blame = blame_error_type(error_type or BROKER)
    at_ms = headers.get(HEADER_FAILED_AT)
    return FailureRecord(
        key=failure_key(message),
        message=replace(message, headers=without_tries(headers)),
        workout_id=None,
        reason=_text(headers.get(HEADER_FAILED_REASON), MAX_REASON) or NOBODY_SAID,
        blame=Blame(blame.error_type, code) if code else blame,
        attempts=max(1, attempts_in(headers)),
        at_ms=at_ms if type(at_ms) is int and 0 < at_ms <= now_ms else now_ms,
        worker=_text(headers.get(HEADER_FAILED_WORKER), MAX_NAME) or "unknown",
        incoming=_read(message, now_ms),
    )


def _read(message: Message, now_ms: int) -> Incoming | None:
    try:
        return decode(message, now_ms=now_ms)
    except (UndecodableBodyError, InvalidWorkoutError):
        return None


def _text(value: HeaderValue, longest: int) -> str:
    return value[:longest] if isinstance(value, str) and value.isprintable() else ""
