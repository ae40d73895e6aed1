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

from core.broker.ports import Verdict
from core.broker.rabbitmq.confirmed_sender import Parcel
from core.broker.rabbitmq.properties import message_of
from core.broker.rabbitmq.republisher import CopyDesk
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError

DELIVERY_COUNT = "x-delivery-count"
WORN = (
    4  # one more than the worker needs to find out that it dies of a message; see worker/consumer/poison_detection.py
)


def is_worn(method: Any, properties: Any) -> bool:
    """Of a delivery as pika has it."""
    if not method.redelivered or not properties.headers:
        return False
    count = properties.headers.get(DELIVERY_COUNT)
    return isinstance(count, int) and count >= WORN


def renew(buffer: deque[tuple[Any, Any, bytes]], tags: Set[int], copies: CopyDesk) -> list[int]:
    """Take those of `tags` out of the buffer that could be copied; returns the tags of these, to be acked one by one.

    The others stay where they are. The buffer keeps its order, since an ack may settle everything before it.
    """
    if copies.alarm:
        return []
    worn = [each for each in buffer if each[0].delivery_tag in tags]
    try:
        results = copies.renew([_fresh(properties, body) for _, properties, body in worn])
    except (BrokerUnavailableError, BrokerRefusedError):
        return []
    pairs = zip(worn, results, strict=True)
    done = [each[0].delivery_tag for each, result in pairs if result.verdict is Verdict.CONFIRMED]
    kept = [each for each in buffer if each[0].delivery_tag not in done]
    buffer.clear()
    buffer.extend(kept)
    return done


def _fresh(properties: Any, body: bytes) -> Parcel:
    message = message_of(properties, body)
    headers = {name: value for name, value in message.headers.items() if name != DELIVERY_COUNT}
    return Parcel(JOBS_QUEUE, replace(message, headers=headers))
