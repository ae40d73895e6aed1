"""RabbitMQ behind the broker port. The only package that knows pika."""

from __future__ import annotations

from collections.abc import Sequence

from core.broker.amqp_url import parse_amqp_url
from core.broker.ports import RABBITMQ_KIND
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.consumer import RabbitMQConsumer
from core.broker.rabbitmq.feed import RabbitMQEventPublisher, RabbitMQEventSubscriber
from core.broker.rabbitmq.inspector import RabbitMQInspector
from core.broker.rabbitmq.probe import localhost_rabbitmq_answers, probe
from core.broker.rabbitmq.publisher import RabbitMQPublisher
from core.broker.rabbitmq.queue_arguments import QueueType
from core.broker.rabbitmq.republisher import Republisher
from core.broker.topology import RETRY_DELAYS_S

__all__ = ["RabbitMQBroker", "localhost_rabbitmq_answers", "probe"]


class RabbitMQBroker:
    """See ports.Broker. From any thread."""

    kind = RABBITMQ_KIND

    def __init__(
        self,
        url: str,
        *,
        retry_delays_s: Sequence[int] = RETRY_DELAYS_S,
    ) -> None:
        """`url` is an amqp:// or amqps:// URL, else SettingError; its `queue_type` is that of the queues we declare."""
        self._connections = ConnectionFactory(url)
        parsed = parse_amqp_url(url)
        self._queue_type = QueueType(parsed.queue_type)
        self.location = parsed.place
        # AMQP cannot list a broker's queues, so the inspector asks for these.
        self._retry_delays_s = dict.fromkeys(retry_delays_s)

    def publisher(self) -> RabbitMQPublisher:
        return RabbitMQPublisher(self._connections, self._queue_type)

    def consumer(self, name: str, prefetch: int) -> RabbitMQConsumer:
        copies = Republisher(self._connections, name, self._remember_delay, self._queue_type)
        return RabbitMQConsumer(self._connections, name, prefetch, copies, self._queue_type)

    def inspector(self) -> RabbitMQInspector:
        return RabbitMQInspector(self._connections, lambda: list(self._retry_delays_s))

    def event_publisher(self) -> RabbitMQEventPublisher:
        return RabbitMQEventPublisher(self._connections)

    def event_subscriber(self) -> RabbitMQEventSubscriber:
        return RabbitMQEventSubscriber(self._connections)

    def abort(self) -> None:
        self._connections.abort()

    def _remember_delay(self, delay_s: int) -> None:
        self._retry_delays_s[delay_s] = None
