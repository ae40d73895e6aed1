"""What a failed try becomes: later, or failed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from core.broker.topology import RETRY_DELAYS_S
from core.errors import (
    InvalidWorkoutError,
    StoreDamagedError,
    StoreUnavailableError,
    StoreValueError,
    UndecodableBodyError,
)
from core.failures.causes import ACK_TIMEOUT, HANGS, WORKER_DIED, FailureCode, classify_error, failure_code_for


class WorkerCrashedError(Exception):
    """Of a worker that had nothing but this message in hand: it may be the message, or somebody who ends workers."""


class NotAckedInTimeError(Exception):
    """Of a message that a worker had alone in hand for longer than the broker waits for an acknowledgement."""


class TimeLimitExceededError(BaseException):
    """Work that went on past its bound. No Exception, so that nothing on the way takes it for an ordinary error."""


@dataclass(frozen=True, slots=True)
class RetryLater:
    """`after_ms` is at most `delay_s`."""

    delay_s: int
    after_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    reason: str
    blame: FailureCode


def decide_retry(
    error: BaseException,
    attempts: int,
    delays_s: tuple[int, ...] = RETRY_DELAYS_S,
    random_fraction: Callable[[], float] = random.random,
) -> RetryLater | DeadLetter:
    """`attempts`: earlier tries of this delivery. Reasons are sentences without bodies or tracebacks.

    A body that breaks a rule breaks it for ever; everything else may pass.
    """
    if isinstance(error, UndecodableBodyError | InvalidWorkoutError):
        return DeadLetter(str(error), classify_error(error))
    what, cause = _what(error)
    if attempts < len(delays_s):
        delay_s = delays_s[attempts]
        after_ms = round(delay_s * 1000 * (1.0 - 0.5 * random_fraction()))
        return RetryLater(delay_s, after_ms, f"{what}; try {attempts + 1} of {len(delays_s) + 1}.")
    return DeadLetter(f"{what}, {attempts + 1} times; the log of the worker has the details.", cause)


def _what(error: BaseException) -> tuple[str, FailureCode]:
    if isinstance(error, StoreUnavailableError | StoreDamagedError):
        return "The database did not answer", failure_code_for(StoreUnavailableError.__name__)
    if isinstance(error, StoreValueError):
        return "The database did not take it", classify_error(error)
    if isinstance(error, WorkerCrashedError):
        return "The worker died while it had only this in hand", failure_code_for(WORKER_DIED)
    if isinstance(error, NotAckedInTimeError):
        return "It took longer than RabbitMQ waits for an acknowledgement", failure_code_for(ACK_TIMEOUT)
    if isinstance(error, TimeLimitExceededError):
        return "It took too long and was cut off", failure_code_for(HANGS)
    return f"{type(error).__name__} while storing it", classify_error(error)
