"""The event feed: a fanout exchange, and a short-lived bounded queue for each subscriber."""

from __future__ import annotations

from collections import deque
from typing import Any

from pika import BasicProperties
from pika.exceptions import ChannelClosed

from core.broker.rabbitmq.connection import NOT_OPEN, Channel, RabbitMQConnection, poll_once
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.declare import ensure_exchange
from core.broker.rabbitmq.error_mapping import NOT_FOUND, channel_error, closed_with
from core.broker.topology import EVENTS_EXCHANGE
from core.errors import BrokerRefusedError, BrokerUnavailableError

# A publisher of events may be idle for long, and noticing a lost connection late does no harm.
PUBLISHER_HEARTBEAT_S = 60
MAX_UNSENT_BYTES = 1_000_000
MAX_QUEUED = 1000  # payloads buffered in the broker, and again here, for one subscriber
TRANSIENT = 1


class RabbitMQEventPublisher:
    """See ports.EventPublisher. Unconfirmed, transient. Belongs to the thread that called `open()`."""

    def __init__(self, connections: ConnectionFactory) -> None:
        self._connections = connections
        self._opened: tuple[RabbitMQConnection, Channel] | None = None
        self._properties: Any = BasicProperties(delivery_mode=TRANSIENT)

    def open(self) -> None:
        self.close()
        self._opened = self._connected()

    def announce(self, payload: bytes) -> None:
        """Drops the payload when the broker takes nothing; reconnects once if the connection was lost meanwhile."""
        if self._opened is None:
            raise BrokerUnavailableError(NOT_OPEN)
        if not self._is_well(*self._opened):
            self._reopen(*self._opened)
        try:
            self._emit(*self._opened, payload)
        except BrokerUnavailableError:
            self.close()
            raise

    def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened[0].close()

    def _reopen(self, connection: RabbitMQConnection, channel: Channel) -> None:
        """Raises what the broker closed the channel for, unless the exchange was deleted: then it is declared again."""
        is_refused = isinstance(channel.closed_by, ChannelClosed) and not closed_with(channel.closed_by, NOT_FOUND)
        self.close()
        if is_refused:
            raise channel_error(channel.closed_by, connection.address, f"use the exchange {EVENTS_EXCHANGE}")
        self._opened = self._connected()

    def _connected(self) -> tuple[RabbitMQConnection, Channel]:
        connection = self._connections.make("announcer", PUBLISHER_HEARTBEAT_S)
        connection.open()
        try:
            ensure_exchange(connection, EVENTS_EXCHANGE)
            return connection, connection.channel()
        except (BrokerUnavailableError, BrokerRefusedError):
            connection.close()
            raise

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


class RabbitMQEventSubscriber:
    """See ports.EventSubscriber. Belongs to the thread that called `open()`, except `wake`."""

    def __init__(self, connections: ConnectionFactory) -> None:
        self._connections = connections
        self._opened: tuple[RabbitMQConnection, Channel] | None = None
        self._payloads: deque[bytes] = deque()
        self._dropped = 0
        self._cancelled = False
        self._woken = False

    @property
    def dropped(self) -> int:
        return self._dropped

    def open(self) -> None:
        self.close()
        connection = self._connections.make("subscription")
        connection.open()
        try:
            ensure_exchange(connection, EVENTS_EXCHANGE)
            self._opened = connection, self._subscribe(connection)
        except (BrokerUnavailableError, BrokerRefusedError):
            connection.close()
            raise

    def poll(self, wait_s: float) -> list[bytes]:
        if self._opened is None:
            raise BrokerUnavailableError(NOT_OPEN)
        connection, channel = self._opened
        try:
            connection.process_events(
                lambda: self._payloads or self._woken or self._cancelled or not channel.is_open, wait_s
            )
        except BrokerUnavailableError:
            self.close()
            raise
        self._woken = False
        if self._cancelled or not channel.is_open:
            self.close()
            raise BrokerUnavailableError(str(channel_error(channel.closed_by, connection.address, "send events")))
        payloads = list(self._payloads)
        self._payloads.clear()
        return payloads

    def wake(self) -> None:
        self._woken = True
        if (opened := self._opened) is not None:
            opened[0].wake()

    def close(self) -> None:
        self._cancelled = False
        self._payloads.clear()
        opened, self._opened = self._opened, None
        if opened is not None:
            opened[0].close()

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
        if len(self._payloads) >= MAX_QUEUED:
            self._payloads.popleft()
            self._dropped += 1
        self._payloads.append(body)

    def _on_cancelled(self, _answer: Any) -> None:
        self._cancelled = True
