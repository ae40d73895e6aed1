"""The queues that faults are tried on, and publishing to them past every screen."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.broker.ports import Message, PublishStatus
from tests.support.rabbitmq_node import PrivateNode

DELIVERY_LIMIT = 20  # what RabbitMQ sets by itself from 4.0 on

QUEUES = [
    "embedded",
    pytest.param("classic", marks=pytest.mark.rabbitmq),
    pytest.param("quorum", marks=pytest.mark.rabbitmq),
]


def new_queue(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of an empty queue of that kind. A quorum queue has a delivery limit."""
    if kind == "embedded":
        return f"sqlite:///{folder / 'queue.db'}"
    node: PrivateNode = request.getfixturevalue("rabbitmq_node")
    url = node.new_vhost()
    if kind == "classic":
        return url
    vhost = url.rpartition("/")[2]
    limit = f'{{"delivery-limit": {DELIVERY_LIMIT}}}'
    node.ctl("set_policy", "-p", vhost, "limit", "^workout_jobs$", limit, "--apply-to", "queues")
    return f"{url}?queue_type=quorum"


def publish(url: str, messages: Sequence[Message]) -> None:
    """Confirmed, in one connection of its own."""
    with closing(open_broker(url).publisher()) as publisher:
        publisher.open()
        results = publisher.publish(messages)
    assert all(result.verdict is PublishStatus.CONFIRMED for result in results)
