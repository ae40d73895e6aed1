"""Whether a failed attempt is retried later or dead-lettered."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from core.broker.topology import RETRY_DELAYS_S
from core.errors import InvalidWorkoutError, StoreError, StoreUnavailableError, StoreValueError, UndecodableBodyError
from core.failures.causes import ACK_TIMEOUT, HANGS, WORKER_DIED, FailureCode, classify_error, failure_code_for


class WorkerCrashedError(Exception):
    """A worker ended while it processed only this message: the message crashed it, or a person or system killed it."""


class NotAckedInTimeError(Exception):
    """A worker processed only this message, for longer than the broker waits for an acknowledgement."""


class TimeLimitExceededError(BaseException):
    """Work went on past its time limit. A BaseException, so that `except Exception` does not catch it."""


@dataclass(frozen=True, slots=True)
class RetryLater:
    """`delay_s` names the retry queue; `after_ms` is at most that long."""

    delay_s: int
    after_ms: int
    reason: str
    failure_code: FailureCode


@dataclass(frozen=True, slots=True)
class DeadLetter:
    reason: str
    failure_code: FailureCode


def decide_retry(
    error: BaseException,
    attempts: int,
    delays_s: tuple[int, ...] = RETRY_DELAYS_S,
    random_fraction: Callable[[], float] = random.random,
) -> RetryLater | DeadLetter:
    """`attempts`: earlier attempts of this delivery. Reasons are sentences without bodies or tracebacks.

    A body that breaks a rule is dead-lettered at once; other errors are retried, since they may pass.
    """
    if isinstance(error, UndecodableBodyError | InvalidWorkoutError):
        return DeadLetter(str(error), classify_error(error))
    what, cause = _describe(error)
    if attempts < len(delays_s):
        delay_s = delays_s[attempts]
        after_ms = round(delay_s * 1000 * (1.0 - 0.5 * random_fraction()))
        return RetryLater(delay_s, after_ms, f"{what}; try {attempts + 1} of {len(delays_s) + 1}.", cause)
    return DeadLetter(f"{what}, {attempts + 1} times; the log of the worker has the details.", cause)


def _describe(error: BaseException) -> tuple[str, FailureCode]:
    if isinstance(error, StoreError):
        return "The database did not answer", failure_code_for(StoreUnavailableError.__name__)
    if isinstance(error, StoreValueError):
        return "The database rejected the value", classify_error(error)
    if isinstance(error, WorkerCrashedError):
        return "The worker process crashed while processing only this message", failure_code_for(WORKER_DIED)
    if isinstance(error, NotAckedInTimeError):
        return "It took longer than RabbitMQ waits for an acknowledgement", failure_code_for(ACK_TIMEOUT)
    if isinstance(error, TimeLimitExceededError):
        return "It took too long and was cut off", failure_code_for(HANGS)
    return f"{type(error).__name__} while storing it", classify_error(error)
