"""Arguments of the queues that we declare. An existing queue is used as it is, whatever these say."""

from __future__ import annotations

from enum import Enum

from core.broker.topology import FAILED_QUEUE, JOBS_QUEUE


class QueueType(Enum):
    CLASSIC = "classic"
    QUORUM = "quorum"

    def arguments(self) -> dict[str, object]:
        """A classic queue has no arguments, so that a program that declares it plainly is never refused."""
        return {} if self is QueueType.CLASSIC else {"x-queue-type": self.value}


def jobs_arguments(queue_type: QueueType) -> dict[str, object]:
    """What a quorum queue dead-letters by itself, at a delivery limit that an operator set, goes to the failed queue.

    At least once, which needs an overflow that refuses: https://www.rabbitmq.com/docs/quorum-queues#dead-lettering
    """
    if queue_type is QueueType.CLASSIC:
        return {}
    return {
        **queue_type.arguments(),
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": FAILED_QUEUE,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def retry_arguments(delay_s: int, queue_type: QueueType) -> dict[str, object]:
    """After `delay_s`, or its own shorter expiration, a message goes back to `workout_jobs`."""
    arguments: dict[str, object] = {
        **queue_type.arguments(),
        "x-message-ttl": delay_s * 1000,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": JOBS_QUEUE,
    }
    if queue_type is QueueType.QUORUM:
        arguments |= {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
    return arguments
