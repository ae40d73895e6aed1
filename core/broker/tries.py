"""How tries are counted and failures are told in headers, the same for every broker."""

from __future__ import annotations

from collections.abc import Mapping

from core.broker.ports import Delivery, Failure, HeaderValue
from core.broker.topology import (
    HEADER_ATTEMPTS,
    HEADER_FAILED_AT,
    HEADER_FAILED_REASON,
    HEADER_FAILED_TYPE,
    HEADER_FAILED_WORKER,
    HEADER_RETRY_REASON,
)

MAX_ATTEMPTS = 1_000_000
MAX_REASON_CHARS = 1000
MAX_NAME_CHARS = 200

_OURS = frozenset(
    {
        HEADER_ATTEMPTS,
        HEADER_RETRY_REASON,
        HEADER_FAILED_REASON,
        HEADER_FAILED_TYPE,
        HEADER_FAILED_AT,
        HEADER_FAILED_WORKER,
    }
)


def attempts_in(headers: Mapping[str, HeaderValue]) -> int:
    """Earlier tries by our own header; 0 for anything that is no such number."""
    attempts = headers.get(HEADER_ATTEMPTS)
    if type(attempts) is int and 0 <= attempts <= MAX_ATTEMPTS:
        return attempts
    return 0


def failed_headers(failure: Failure) -> dict[str, HeaderValue]:
    """The headers it came with and why it was given up; the count includes the try that gave up."""
    delivery = failure.delivery
    return {
        **_theirs(delivery),
        HEADER_ATTEMPTS: delivery.attempts + 1,
        HEADER_FAILED_REASON: failure.reason[:MAX_REASON_CHARS],
        HEADER_FAILED_TYPE: failure.error_type[:MAX_NAME_CHARS],
        HEADER_FAILED_AT: failure.failed_at_ms,
        HEADER_FAILED_WORKER: failure.worker[:MAX_NAME_CHARS],
    }


def retry_headers(delivery: Delivery, reason: str) -> dict[str, HeaderValue]:
    """The headers it came with, one try more."""
    return {
        **_theirs(delivery),
        HEADER_ATTEMPTS: delivery.attempts + 1,
        HEADER_RETRY_REASON: reason[:MAX_REASON_CHARS],
    }


def _theirs(delivery: Delivery) -> dict[str, HeaderValue]:
    return {name: value for name, value in delivery.message.headers.items() if name not in _OURS}
