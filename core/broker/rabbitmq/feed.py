"""The event feed: a fanout exchange, and a short-lived bounded queue for each subscriber."""

from __future__ import annotations

from collections import deque
from typing import Any

from pika import BasicProperties
from pika.exceptions import ChannelClosed
from typing_extensions import override

from core.broker.rabbitmq.connection import Channel, RabbitMQConnection, poll_once
from core.broker.rabbitmq.connection_factory import ConnectionFactory, RabbitMQPart
from core.broker.rabbitmq.declare import ensure_exchange
from core.broker.rabbitmq.error_mapping import NOT_FOUND, channel_error, closed_with
from core.broker.topology import EVENTS_EXCHANGE
from core.errors import BrokerUnavailableError

# A publisher of events may be idle for long, and noticing a lost connection late does no harm.
PUBLISHER_HEARTBEAT_S = 60
MAX_UNSENT_BYTES = 1_000_000
MAX_QUEUED = 1000  # payloads buffered in the broker, and again here, for one subscriber
TRANSIENT = 1


class RabbitMQEventPublisher(RabbitMQPart):
    """See ports.EventPublisher. Unconfirmed, transient. Belongs to the thread that called `open()`."""

    def __init__(self, connections: ConnectionFactory) -> None:
        super().__init__(connections)
        self._properties: Any = BasicProperties(delivery_mode=TRANSIENT)

    def open(self) -> None:
        with self._closing_on_error():
            connection = self._connect("announcer", PUBLISHER_HEARTBEAT_S)
            ensure_exchange(connection, EVENTS_EXCHANGE)
            self._channel = connection.channel()

    def announce(self, payload: bytes) -> None:
        """Drops the payload when the broker takes nothing; reconnects once if the connection was lost meanwhile."""
        if not self._is_well(*self._parts()):
            self._reopen(*self._parts())
        with self._closing_on_error():
            self._emit(*self._parts(), payload)

    def _reopen(self, connection: RabbitMQConnection, channel: Channel) -> None:
        """Raises what the broker closed the channel for, unless the exchange was deleted: then it is declared again."""
        is_refused = isinstance(channel.closed_by, ChannelClosed) and not closed_with(channel.closed_by, NOT_FOUND)
        self.close()
        if is_refused:
            raise channel_error(channel.closed_by, connection.address, f"use the exchange {EVENTS_EXCHANGE}")
        self.open()

    def _is_well(self, connection: RabbitMQConnection, channel: Channel) -> bool:
        try:
            connection.process_events(poll_once, 0.0)
        except BrokerUnavailableError:
            return False
        return channel.is_open

    def _emit(self, connection: RabbitMQConnection, channel: Channel, payload: bytes) -> None:
        if connection.blocked_reason is not None or connection.unsent_bytes > MAX_UNSENT_BYTES:
            return
        channel.raw.basic_publish(EVENTS_EXCHANGE, "", payload, self._properties)
        connection.process_events(poll_once, 0.0)


class RabbitMQEventSubscriber(RabbitMQPart):
    """See ports.EventSubscriber. Belongs to the thread that called `open()`, except `wake`."""

    def __init__(self, connections: ConnectionFactory) -> None:
        super().__init__(connections)
        self._payloads: deque[bytes] = deque(maxlen=MAX_QUEUED)
        self._cancelled = False

    def open(self) -> None:
        with self._closing_on_error():
            connection = self._connect("subscription")
            ensure_exchange(connection, EVENTS_EXCHANGE)
            self._channel = self._subscribe(connection)

    def poll(self, wait_s: float) -> list[bytes]:
        connection, channel = self._parts()
        with self._closing_on_error():
            connection.process_events(
                lambda: self._payloads or self._woken or self._cancelled or not channel.is_open, wait_s
            )
            self._woken = False
            if self._cancelled or not channel.is_open:
                raise BrokerUnavailableError(str(channel_error(channel.closed_by, connection.address, "send events")))
        payloads = list(self._payloads)
        self._payloads.clear()
        return payloads

    @override
    def close(self) -> None:
        self._cancelled = False
        self._payloads.clear()
        super().close()

    def _subscribe(self, connection: RabbitMQConnection) -> Channel:
        channel, doing = connection.channel(), "send events"
        queue = connection.call(
            channel,
            doing,
            lambda raw, done: raw.queue_declare(
                "", exclusive=True, auto_delete=True, arguments={"x-max-length": MAX_QUEUED}, callback=done
            ),
        ).queue
        connection.call(channel, doing, lambda raw, done: raw.queue_bind(queue, EVENTS_EXCHANGE, "", callback=done))
        channel.raw.add_on_cancel_callback(self._on_cancelled)
        connection.call(
            channel, doing, lambda raw, done: raw.basic_consume(queue, self._on_message, auto_ack=True, callback=done)
        )
        return channel

    def _on_message(self, _channel: Any, _method: Any, _properties: Any, body: bytes) -> None:
        self._payloads.append(body)

    def _on_cancelled(self, _answer: Any) -> None:
        self._cancelled = True
