"""Arguments of the queues that we make. A queue that exists is used as it is, whatever these say."""

from __future__ import annotations

from enum import Enum

from core.broker.topology import FAILED_QUEUE, JOBS_QUEUE


class QueueType(Enum):
    CLASSIC = "classic"
    QUORUM = "quorum"

    def arguments(self) -> dict[str, object]:
        """A classic queue is made with none, so that a program that declares it plainly is never refused."""
        return {} if self is QueueType.CLASSIC else {"x-queue-type": self.value}


def jobs_arguments(queue_type: QueueType) -> dict[str, object]:
    """What a quorum queue gives up by itself, beyond a delivery limit that somebody set, goes to the failed list.

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
    """What has waited `delay_s`, or its own shorter time, goes back to the jobs."""
    arguments: dict[str, object] = {
        **queue_type.arguments(),
        "x-message-ttl": delay_s * 1000,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": JOBS_QUEUE,
    }
    if queue_type is QueueType.QUORUM:
        arguments |= {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
    return arguments
