"""Arguments of the queues that are made."""

from __future__ import annotations

from core.broker.rabbitmq.queue_arguments import QueueType, jobs_arguments, retry_arguments


def test_that_a_classic_queue_of_jobs_has_none() -> None:
    assert jobs_arguments(QueueType.CLASSIC) == {}


def test_that_a_quorum_queue_keeps_what_it_gives_up() -> None:
    arguments = jobs_arguments(QueueType.QUORUM)
    assert arguments["x-queue-type"] == "quorum"
    assert arguments["x-dead-letter-routing-key"] == "workout_jobs.failed"
    assert arguments["x-dead-letter-strategy"] == "at-least-once"


def test_that_what_waits_goes_back_to_the_jobs() -> None:
    back = {"x-message-ttl": 10_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "workout_jobs"}
    assert retry_arguments(10, QueueType.CLASSIC) == back
    assert retry_arguments(10, QueueType.QUORUM) == {
        **back,
        "x-queue-type": "quorum",
        # At least once needs an overflow that refuses.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
