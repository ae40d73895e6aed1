"""Reads and writes the headers that count tries and describe failures, the same for every broker."""

from __future__ import annotations

from collections.abc import Mapping

from core.broker.ports import FailedDelivery, HeaderValue, RetryRequest
from core.broker.topology import (
    HEADER_ATTEMPTS,
    HEADER_FAILED_AT,
    HEADER_FAILED_CAUSE,
    HEADER_FAILED_REASON,
    HEADER_FAILED_TYPE,
    HEADER_FAILED_WORKER,
    HEADER_ORIGIN,
    HEADER_RETRIES,
    HEADER_RETRY_OF,
    HEADER_RETRY_REASON,
    HEADER_SUBMITTED_AT,
)

MAX_COUNT = 1_000_000  # of tries, and of resends; larger counts are not read
MAX_REASON_CHARS = 1000
MAX_NAME_CHARS = 200

_OF_A_TRY = frozenset(
    {
        HEADER_ATTEMPTS,
        HEADER_RETRY_REASON,
        HEADER_FAILED_REASON,
        HEADER_FAILED_TYPE,
        HEADER_FAILED_CAUSE,
        HEADER_FAILED_AT,
        HEADER_FAILED_WORKER,
    }
)
_OF_A_RETRY = _OF_A_TRY | {HEADER_RETRY_OF, HEADER_RETRIES}
OUR_HEADERS = _OF_A_RETRY | {HEADER_SUBMITTED_AT, HEADER_ORIGIN}


def read_attempts(headers: Mapping[str, HeaderValue]) -> int:
    """Earlier tries by our own header; 0 for anything else."""
    return _count(headers.get(HEADER_ATTEMPTS))


def read_resend_count(headers: Mapping[str, HeaderValue]) -> int:
    """How often a person sent this again; 0 for anything else, and without a valid HEADER_RETRY_OF."""
    return 0 if read_resend_of(headers) is None else _count(headers.get(HEADER_RETRIES))


def next_count(count: int) -> int:
    """`count` + 1, at most MAX_COUNT, since a larger count would be read back as 0."""
    return min(count + 1, MAX_COUNT)


def read_resend_of(headers: Mapping[str, HeaderValue]) -> str | None:
    """The key of the failure that this message is a resend of."""
    key = headers.get(HEADER_RETRY_OF)
    return key if isinstance(key, str) and 0 < len(key) <= MAX_NAME_CHARS and key.isprintable() else None


def origin_in(headers: Mapping[str, HeaderValue]) -> str | None:
    """Which outbox sent it; None without a valid header."""
    origin = headers.get(HEADER_ORIGIN)
    return origin if isinstance(origin, str) and len(origin) <= 64 and origin.isprintable() else None


def failed_headers(failure: FailedDelivery) -> dict[str, HeaderValue]:
    """The original headers and why it was given up; the count includes the try that gave up."""
    delivery = failure.delivery
    cause: dict[str, HeaderValue] = {HEADER_FAILED_CAUSE: failure.cause[:MAX_NAME_CHARS]} if failure.cause else {}
    return {
        **strip_attempt_headers(delivery.message.headers),
        HEADER_ATTEMPTS: next_count(delivery.attempts),
        HEADER_FAILED_REASON: failure.reason[:MAX_REASON_CHARS],
        HEADER_FAILED_TYPE: failure.error_type[:MAX_NAME_CHARS],
        **cause,
        HEADER_FAILED_AT: failure.failed_at_ms,
        HEADER_FAILED_WORKER: failure.worker[:MAX_NAME_CHARS],
    }


def retry_headers(retry: RetryRequest) -> dict[str, HeaderValue]:
    """The original headers, with one more try."""
    return {
        **strip_attempt_headers(retry.delivery.message.headers),
        HEADER_ATTEMPTS: next_count(retry.delivery.attempts),
        HEADER_RETRY_REASON: retry.reason[:MAX_REASON_CHARS],
    }


def resend_headers(headers: Mapping[str, HeaderValue], key: str, retries: int) -> dict[str, HeaderValue]:
    """For a message that a person sends again after it failed as `key`: no tries, and a reference to the failure.

    `retries`: including this one.
    """
    theirs = {name: value for name, value in headers.items() if name not in _OF_A_RETRY}
    return {**theirs, HEADER_RETRY_OF: key, HEADER_RETRIES: retries}


def strip_attempt_headers(headers: Mapping[str, HeaderValue]) -> dict[str, HeaderValue]:
    """All headers except those that our tries set."""
    return {name: value for name, value in headers.items() if name not in _OF_A_TRY}


def _count(value: HeaderValue) -> int:
    if type(value) is int and 0 <= value <= MAX_COUNT:
        return value
    return 0
