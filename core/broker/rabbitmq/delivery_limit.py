"""Messages that a quorum queue would soon give up, though nobody has found anything wrong with them.

It counts how often each was in the hands of a consumer that ended, most of them merely waiting there, and drops what
comes back more often than its delivery limit allows (20 by itself from RabbitMQ 4.0 on). A copy begins at 0:
https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling
"""

from __future__ import annotations

from collections import deque
from collections.abc import Set
from dataclasses import replace
from typing import Any

from core.broker.ports import PublishStatus
from core.broker.rabbitmq.confirmed_sender import OutgoingMessage
from core.broker.rabbitmq.properties import message_of
from core.broker.rabbitmq.republisher import Republisher
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError

DELIVERY_COUNT = "x-delivery-count"
RENEW_AT_DELIVERY_COUNT = (
    4  # one more than the worker needs to find out that it dies of a message; see worker/consumer/poison_detection.py
)


def near_delivery_limit(method: Any, properties: Any) -> bool:
    """Of a delivery as pika has it."""
    if not method.redelivered or not properties.headers:
        return False
    count = properties.headers.get(DELIVERY_COUNT)
    return isinstance(count, int) and count >= RENEW_AT_DELIVERY_COUNT


def renew(buffer: deque[tuple[Any, Any, bytes]], tags: Set[int], copies: Republisher) -> list[int]:
    """Take those of `tags` out of the buffer that could be copied; returns the tags of these, to be acked one by one.

    The others stay where they are. The buffer keeps its order, since an ack may settle everything before it.
    """
    if copies.blocked_reason:
        return []
    worn = [each for each in buffer if each[0].delivery_tag in tags]
    try:
        results = copies.reset_delivery_count([_fresh(properties, body) for _, properties, body in worn])
    except (BrokerUnavailableError, BrokerRefusedError):
        return []
    pairs = zip(worn, results, strict=True)
    done = [each[0].delivery_tag for each, result in pairs if result.verdict is PublishStatus.CONFIRMED]
    kept = [each for each in buffer if each[0].delivery_tag not in done]
    buffer.clear()
    buffer.extend(kept)
    return done


def _fresh(properties: Any, body: bytes) -> OutgoingMessage:
    message = message_of(properties, body)
    headers = {name: value for name, value in message.headers.items() if name != DELIVERY_COUNT}
    return OutgoingMessage(JOBS_QUEUE, replace(message, headers=headers))
