"""Failures for tests, made short to write."""

from __future__ import annotations

from collections.abc import Callable

from core.broker.ports import HeaderValue, Message, RemovePredicate
from core.broker.topology import HEADER_ORIGIN
from core.failures.causes import FailureCode
from core.failures.failure_key import failure_key
from core.store.failure_record import FailureRecord

NOW_MS = 1_750_000_000_000
BAD_JSON = FailureCode("undecodable", "undecodable/json")
TOO_FAR = FailureCode("invalid", "invalid/distance/range")
NO_ANSWER = FailureCode("StoreUnavailableError", "error/StoreUnavailableError")


def each(judge: Callable[[Message], bool]) -> RemovePredicate:
    """For a walk through the failed list: a judge who looks at one at a time."""
    return lambda messages: [judge(message) for message in messages]


def bad_message(
    body: bytes = b"\xff\x00",
    message_id: str | None = "m-1",
    *,
    origin: str | None = "here",
    **headers: HeaderValue,
) -> Message:
    named: dict[str, HeaderValue] = {name.replace("_", "-"): value for name, value in headers.items()}
    return Message(body, message_id, headers=named if origin is None else {**named, HEADER_ORIGIN: origin})


def failure(
    key: str | None = None,
    message: Message | None = None,
    *,
    origin: str | None = "here",
    reason: str = "No JSON.",
    failure_code: FailureCode = BAD_JSON,
    attempts: int = 1,
    at_ms: int = NOW_MS,
    worker: str = "w-1",
    workout_id: str | None = None,
    took_ms: float | None = None,
) -> FailureRecord:
    """Without a `key`, under the one that its message has."""
    message = message or bad_message(origin=origin)
    return FailureRecord(
        key or failure_key(message), message, workout_id, reason, failure_code, attempts, at_ms, worker, took_ms
    )
