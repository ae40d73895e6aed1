"""Names and arguments of queues and headers, in one place. They are public: see the contract in the README."""

from __future__ import annotations

JOBS_QUEUE = "workout_jobs"
FAILED_QUEUE = "workout_jobs.failed"
RETRY_QUEUE_PREFIX = "workout_jobs.retry."
EVENTS_EXCHANGE = "workout_events"

RETRY_DELAYS_S = (1, 10, 60)  # seconds at most, after the first, the second and the third failed try

HEADER_SUBMITTED_AT = "x-submitted-at"  # milliseconds since the epoch
HEADER_ORIGIN = "x-paceline-origin"  # which outbox sent it; lets the ledger distinguish our submissions from others'
HEADER_ATTEMPTS = "x-paceline-attempts"
HEADER_RETRY_REASON = "x-paceline-retry-reason"
HEADER_FAILED_REASON = "x-paceline-failed-reason"
HEADER_FAILED_TYPE = "x-paceline-failed-type"
HEADER_FAILED_CAUSE = "x-paceline-failed-cause"  # a code to group by
HEADER_FAILED_AT = "x-paceline-failed-at"  # milliseconds since the epoch
HEADER_FAILED_WORKER = "x-paceline-failed-worker"
HEADER_USER_ID = "x-paceline-user-id"  # the AMQP user id of another user, which only that user may set
HEADER_RETRY_OF = "x-paceline-retry-of"  # the key of the failure that a person sent again, unchanged or repaired
HEADER_RETRIES = "x-paceline-retries"  # how often a person sent it again

TYPE_SUBMITTED = "workout.submitted"
TYPE_CORRECTED = "workout.corrected"
TYPE_DELETED = "workout.deleted"
APP_ID = "paceline"


def retry_queue(delay_s: int) -> str:
    """The queue where a failed try waits `delay_s` seconds."""
    return f"{RETRY_QUEUE_PREFIX}{delay_s}s"


def own_retry_queue(delay_s: int) -> str:
    """Used instead where an existing `retry_queue` would lose messages."""
    return f"{retry_queue(delay_s)}.paceline"
