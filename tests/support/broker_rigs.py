"""An empty broker of each kind for a test, and what a test takes from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TypeVar

import pika
from typing_extensions import override

from core.broker.connect import open_broker
from core.broker.message_rows import COLUMNS, message_of
from core.broker.ports import Broker, Consumer, Delivery, EventPublisher, EventSubscriber, Inspector, Message, Publisher
from core.broker.topology import FAILED_QUEUE
from core.sqlite import connection as sqlite
from tests.support.memory_broker import MemoryBroker
from tests.support.waiting import wait_until

BOUND_S = 60.0
HEARTBEAT_S = 200  # `rabbitmqctl` may take long on a busy machine, and a test reads nothing meanwhile


@contextmanager
def plain_connection(url: str) -> Iterator[Any]:
    """A connection of a program that is not ours. A node in an alarm ends it instead of blocking it for ever."""
    parameters = pika.URLParameters(url.partition("?")[0])
    parameters.heartbeat, parameters.blocked_connection_timeout = HEARTBEAT_S, BOUND_S
    connection = pika.BlockingConnection(parameters)
    try:
        yield connection
    finally:
        if connection.is_open:
            connection.close()


class _Part(Protocol):
    def open(self) -> None: ...

    def close(self) -> None: ...


PartT = TypeVar("PartT", bound=_Part)


class Rig:
    """A broker with nothing in it, and its parts: opened here, closed after the test."""

    def __init__(self, url: str, *, options: str = "") -> None:
        self.url = url
        self._options = options
        self.broker = self.another_broker()
        self._parts = ExitStack()

    def another_broker(self) -> Broker:
        """The same queues, as another program sees them."""
        return open_broker(self.url + self._options)

    def publisher(self) -> Publisher:
        return self._opened(self.broker.publisher())

    def consumer(self, prefetch: int = 100, name: str = "w1") -> Consumer:
        return self._opened(self.broker.consumer(name, prefetch))

    def inspector(self) -> Inspector:
        return self._opened(self.broker.inspector())

    def event_publisher(self) -> EventPublisher:
        return self._opened(self.broker.event_publisher())

    def event_subscriber(self) -> EventSubscriber:
        return self._opened(self.broker.event_subscriber())

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


class MemoryRig(Rig):
    """Of a kind that the product does not have. MEMORY is to be among BROKER_SCHEMES."""

    @override
    def failed(self) -> list[Message]:
        return [*MemoryBroker(self.url).queues.failed.values()]

    @override
    def failed_again(self) -> list[Message]:
        return self.failed()


class RabbitMQRig(Rig):
    def __init__(self, url: str) -> None:
        super().__init__(url, options=f"{'&' if '?' in url else '?'}heartbeat={HEARTBEAT_S}")

    @override
    def failed(self) -> list[Message]:
        return self._get_all(auto_ack=True)

    @override
    def failed_again(self) -> list[Message]:
        return self._get_all(auto_ack=False)

    def _get_all(self, *, auto_ack: bool) -> list[Message]:
        messages: list[Message] = []
        with plain_connection(self.url) as connection:
            channel = connection.channel()
            while True:
                method, properties, body = channel.basic_get(FAILED_QUEUE, auto_ack=auto_ack)
                if method is None:
                    return messages
                messages.append(
                    Message(body, properties.message_id, properties.type, headers=dict(properties.headers or {}))
                )


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
