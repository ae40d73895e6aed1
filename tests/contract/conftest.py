"""Both brokers behind one fixture: `rig.broker` is all that a contract test may know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from time import monotonic
from typing import Protocol, TypeVar

import pika
import pytest
from typing_extensions import override

from core import sqlite
from core.broker.connect import open_broker
from core.broker.message_rows import COLUMNS, message_of
from core.broker.ports import Announcer, Broker, Consumer, Delivery, Inspector, Message, Publisher, Subscription
from core.broker.topology import FAILED_QUEUE
from tests.helpers.databases import MakePlace, Place
from tests.helpers.postgres_server import PrivateServer
from tests.helpers.rabbitmq_node import PrivateNode
from tests.helpers.waiting import wait_until

BOUND_S = 10.0


class _Part(Protocol):
    def open(self) -> None: ...

    def close(self) -> None: ...


PartT = TypeVar("PartT", bound=_Part)


class Rig:
    """A broker with nothing in it, and its parts: opened here, closed after the test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.broker = open_broker(url)
        self._parts = ExitStack()

    def another_broker(self) -> Broker:
        """The same queues, as another program sees them."""
        return open_broker(self.url)

    def publisher(self) -> Publisher:
        return self._opened(self.broker.publisher())

    def consumer(self, prefetch: int = 100, name: str = "w1") -> Consumer:
        return self._opened(self.broker.consumer(name, prefetch))

    def inspector(self) -> Inspector:
        return self._opened(self.broker.inspector())

    def announcer(self) -> Announcer:
        return self._opened(self.broker.announcer())

    def subscription(self) -> Subscription:
        return self._opened(self.broker.subscription())

    def publish(self, *bodies: bytes) -> None:
        """Confirmed, one by one in order."""
        publisher = self.publisher()
        publisher.publish([Message(body) for body in bodies])
        publisher.close()

    def failed(self) -> list[Message]:
        """What the failed list holds, oldest first, seen past the port. May take it out."""
        raise NotImplementedError

    def failed_again(self) -> list[Message]:
        """The same, and it is still there."""
        raise NotImplementedError

    def close(self) -> None:
        self._parts.close()

    def _opened(self, part: PartT) -> PartT:
        part.open()
        self._parts.callback(part.close)
        return part


class EmbeddedRig(Rig):
    def __init__(self, path: Path) -> None:
        super().__init__(f"sqlite:///{path}")
        self._path = path

    @override
    def failed(self) -> list[Message]:
        with closing(sqlite.connect(self._path, read_only=True)) as connection:
            return [message_of(row) for row in connection.execute(f"SELECT {COLUMNS} FROM failed ORDER BY seq")]

    @override
    def failed_again(self) -> list[Message]:
        return self.failed()


class RabbitMQRig(Rig):
    @override
    def failed(self) -> list[Message]:
        return self._get_all(auto_ack=True)

    @override
    def failed_again(self) -> list[Message]:
        return self._get_all(auto_ack=False)

    def _get_all(self, *, auto_ack: bool) -> list[Message]:
        messages: list[Message] = []
        with closing(pika.BlockingConnection(pika.URLParameters(self.url))) as connection:
            channel = connection.channel()
            while True:
                method, properties, body = channel.basic_get(FAILED_QUEUE, auto_ack=auto_ack)
                if method is None:
                    return messages
                messages.append(
                    Message(body, properties.message_id, properties.type, headers=dict(properties.headers or {}))
                )


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made: Rig
    if request.param == "embedded":
        made = EmbeddedRig(tmp_path / "queue.db")
    else:
        node: PrivateNode = request.getfixturevalue("rabbitmq_node")
        made = RabbitMQRig(node.new_vhost())
    yield made
    made.close()


def take(consumer: Consumer, count: int) -> list[Delivery]:
    """Exactly `count` deliveries, however they come."""
    deliveries: list[Delivery] = []
    deadline_s = monotonic() + BOUND_S
    while len(deliveries) < count and monotonic() < deadline_s:
        deliveries += consumer.fetch(count - len(deliveries), 0.5)
    assert len(deliveries) == count
    return deliveries


def bodies(deliveries: list[Delivery]) -> list[bytes]:
    return [delivery.message.body for delivery in deliveries]


def until(condition: Callable[[], bool], bound_s: float = BOUND_S) -> None:
    """Wait for a state."""
    wait_until(condition, bound_s)


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def make_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MakePlace:
    """Empty results databases, as many as a test wants."""
    if request.param == "sqlite":
        return lambda: Place(f"sqlite:///{tmp_path_factory.mktemp('place') / 'results.db'}")
    server: PrivateServer = request.getfixturevalue("postgres_server")
    return lambda: Place(server.new_database())
