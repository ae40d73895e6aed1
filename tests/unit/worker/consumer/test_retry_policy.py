"""Which failed attempts are tried again, when, and what is said of them."""

from __future__ import annotations

import pytest

from core.errors import (
    FieldProblem,
    InvalidWorkoutError,
    NotOurDatabaseError,
    StoreDamagedError,
    StoreUnavailableError,
    StoreValueError,
    UndecodableBodyError,
)
from core.failures.causes import FailureCode
from worker.consumer.retry_policy import (
    DeadLetter,
    NotAckedInTimeError,
    RetryLater,
    TimeLimitExceededError,
    WorkerCrashedError,
    decide_retry,
)

DELAYS_S = (1, 10, 60)
NO_ANSWER = FailureCode("StoreUnavailableError", "error/StoreUnavailableError")


def after(attempts: int, fraction: float = 0.0) -> RetryLater | DeadLetter:
    return decide_retry(StoreUnavailableError("locked"), attempts, DELAYS_S, lambda: fraction)


def test_that_three_tries_follow_the_first_and_the_fourth_failure_is_the_last() -> None:
    assert [after(attempts) for attempts in range(4)] == [
        RetryLater(1, 1_000, "The database did not answer; try 1 of 4.", NO_ANSWER),
        RetryLater(10, 10_000, "The database did not answer; try 2 of 4.", NO_ANSWER),
        RetryLater(60, 60_000, "The database did not answer; try 3 of 4.", NO_ANSWER),
        DeadLetter(
            "The database did not answer, 4 times; the log of the worker has the details.",
            NO_ANSWER,
        ),
    ]
    assert isinstance(after(10), DeadLetter)


@pytest.mark.parametrize(("fraction", "after_ms"), [(0.0, 10_000), (0.5, 7_500), (1.0, 5_000), (0.12346, 9_383)])
def test_that_a_retry_comes_up_to_half_the_delay_earlier_to_the_next_millisecond(
    fraction: float, after_ms: int
) -> None:
    decided = after(1, fraction)
    assert isinstance(decided, RetryLater)
    assert (decided.delay_s, decided.after_ms) == (10, after_ms)


def test_that_without_delays_nothing_is_tried_again() -> None:
    decided = decide_retry(ValueError("x"), 0, ())
    assert isinstance(decided, DeadLetter)
    assert decided.reason == "ValueError while storing it, 1 times; the log of the worker has the details."


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidWorkoutError((FieldProblem("duration", "is negative"),)), "invalid/duration/wrong"),
        (UndecodableBodyError("No JSON.", "json"), "undecodable/json"),
    ],
)
def test_that_a_body_that_breaks_a_rule_is_not_tried_again(error: Exception, code: str) -> None:
    decided = decide_retry(error, 0)
    assert isinstance(decided, DeadLetter)
    assert (decided.reason, decided.failure_code.code) == (str(error), code)


@pytest.mark.parametrize(
    ("error", "what", "code"),
    [
        (StoreUnavailableError("x"), "The database did not answer", "error/StoreUnavailableError"),
        (StoreDamagedError("x"), "The database did not answer", "error/StoreUnavailableError"),
        (NotOurDatabaseError("x"), "The database did not answer", "error/StoreUnavailableError"),
        (StoreValueError("x"), "The database rejected the value", "error/StoreValueError"),
        (
            WorkerCrashedError(),
            "The worker process crashed while processing only this message",
            "error/WorkerDied",
        ),
        (NotAckedInTimeError(), "It took longer than RabbitMQ waits for an acknowledgement", "error/AckTimeout"),
        (TimeLimitExceededError(), "It took too long and was cut off", "error/Hangs"),
        (KeyError("a secret"), "KeyError while storing it", "error/KeyError"),
    ],
)
def test_that_each_error_has_its_sentence_and_its_cause(error: BaseException, what: str, code: str) -> None:
    later, last = decide_retry(error, 0, DELAYS_S), decide_retry(error, 3, DELAYS_S)
    assert isinstance(later, RetryLater)
    assert isinstance(last, DeadLetter)
    assert later.reason == f"{what}; try 1 of 4."
    assert last.reason.startswith(f"{what}, 4 times")
    assert last.failure_code.code == code
