"""Renews messages that a quorum queue would soon dead-letter although they are not known to be bad.

The queue counts how often each was with a consumer that ended, most of them merely prefetched, and dead-letters what is
redelivered more often than its delivery limit (20 by default from RabbitMQ 4.0 on). A copy starts at 0:
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
from core.errors import BrokerError

DELIVERY_COUNT = "x-delivery-count"
RENEW_AT_DELIVERY_COUNT = (
    4  # one more than poison detection needs to isolate a message; see worker/consumer/poison_detection.py
)


def near_delivery_limit(method: Any, properties: Any) -> bool:
    """Of a delivery as pika has it."""
    if not method.redelivered or not properties.headers:
        return False
    count = properties.headers.get(DELIVERY_COUNT)
    return isinstance(count, int) and count >= RENEW_AT_DELIVERY_COUNT


def republish_fresh(buffer: deque[tuple[Any, Any, bytes]], tags: Set[int], copies: Republisher) -> list[int]:
    """Replace those of `tags` that could be copied: remove them from the buffer; returns their tags, to be acked one by
    one.

    The others stay. The buffer keeps its order, since an ack may settle everything before it.
    """
    if copies.blocked_reason:
        return []
    near_limit = [each for each in buffer if each[0].delivery_tag in tags]
    try:
        results = copies.reset_delivery_count([_fresh(properties, body) for _, properties, body in near_limit])
    except BrokerError:
        return []
    pairs = zip(near_limit, results, strict=True)
    done = [each[0].delivery_tag for each, result in pairs if result.verdict is PublishStatus.CONFIRMED]
    kept = [each for each in buffer if each[0].delivery_tag not in done]
    buffer.clear()
    buffer.extend(kept)
    return done


def _fresh(properties: Any, body: bytes) -> OutgoingMessage:
    message = message_of(properties, body)
    headers = {name: value for name, value in message.headers.items() if name != DELIVERY_COUNT}
    return OutgoingMessage(JOBS_QUEUE, replace(message, headers=headers))
