"""What the RabbitMQ tests share: a foreign program beside ours, waiting for a state, and messages."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from core.broker.ports import Consumer, Delivery, Message
from core.broker.topology import JOBS_QUEUE
from tests.support.broker_rigs import Rig, plain_connection
from tests.support.rabbitmq_node import PrivateNode

ARTICLE_BODY = (
    b'{"userId": "user-123", "type": "Running", "duration": 45, "distance": 5.2, "timestamp": "2025-12-10T10:00:00Z"}'
)
BOUND_S = 60.0


def message(number: int) -> Message:
    return Message(b'{"type": "Running", "duration": %d}' % number, message_id=f"message-{number}")


def messages(count: int) -> list[Message]:
    return [message(number) for number in range(count)]


def fetch_all(consumer: Consumer, count: int) -> list[Delivery]:
    """Fetch until `count` have come."""
    deliveries: list[Delivery] = []
    deadline = time.monotonic() + BOUND_S
    while len(deliveries) < count:
        assert time.monotonic() < deadline, f"{len(deliveries)} of {count} came"
        deliveries += consumer.fetch(count - len(deliveries), 0.5)
    return deliveries


def wait_until(is_so: Callable[[], object], what: str, turn: Callable[[], object]) -> None:
    """Call `turn`, which waits a little itself, until `is_so`."""
    deadline = time.monotonic() + BOUND_S
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {BOUND_S:g} s: {what}"
        turn()


@contextmanager
def foreign(url: str) -> Iterator[Any]:
    """A channel of a program that is not ours, as pika's tutorials open it."""
    with plain_connection(url) as connection:
        yield connection.channel()


def ready_count(channel: Any, queue: str = JOBS_QUEUE) -> int:
    return int(channel.queue_declare(queue, passive=True).method.message_count)


def set_policy(node: PrivateNode, rig: Rig, pattern: str, **definition: object) -> None:
    vhost = rig.url.partition("?")[0].rpartition("/")[2]
    node.ctl("set_policy", "-p", vhost, "--apply-to", "queues", "ours", pattern, json.dumps(definition))
