"""The event feed: a fanout exchange, and a short-lived bounded queue for each who listens."""

from __future__ import annotations

from collections import deque
from typing import Any

from pika import BasicProperties
from pika.exceptions import ChannelClosed

from core.broker.rabbitmq.connection import Channel, RabbitMQConnection, poll_once
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.declare import ensure_exchange
from core.broker.rabbitmq.error_mapping import NOT_FOUND, channel_error, closed_with
from core.broker.topology import EVENTS_EXCHANGE
from core.errors import BrokerRefusedError, BrokerUnavailableError

NOT_OPEN = "The connection to RabbitMQ is not open."
# An announcer may have nothing to say for long, and nothing of value hangs on noticing a dead link soon.
ANNOUNCER_HEARTBEAT_S = 60
MAX_UNSENT_BYTES = 1_000_000
MAX_QUEUED = 1000  # payloads that wait in the broker, and again here, for one subscriber
TRANSIENT = 1


class RabbitMQAnnouncer:
    """See ports.Announcer. Not confirmed, not kept. Of the thread that called `open()`."""

    def __init__(self, links: ConnectionFactory) -> None:
        self._links = links
        self._opened: tuple[RabbitMQConnection, Channel] | None = None
        self._properties: Any = BasicProperties(delivery_mode=TRANSIENT)

    def open(self) -> None:
        self.close()
        self._opened = self._connected()

    def announce(self, payload: bytes) -> None:
        """Drops the payload when the broker takes nothing; connects again once if the link was lost meanwhile."""
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

    def _reopen(self, link: RabbitMQConnection, channel: Channel) -> None:
        """Raises what the broker closed the channel for, unless it was the exchange that went: that is made again."""
        is_refused = isinstance(channel.closed_by, ChannelClosed) and not closed_with(channel.closed_by, NOT_FOUND)
        self.close()
        if is_refused:
            raise channel_error(channel.closed_by, link.address, f"use the exchange {EVENTS_EXCHANGE}")
        self._opened = self._connected()

    def _connected(self) -> tuple[RabbitMQConnection, Channel]:
        link = self._links.make("announcer", ANNOUNCER_HEARTBEAT_S)
        link.open()
        try:
            ensure_exchange(link, EVENTS_EXCHANGE)
            return link, link.channel()
        except (BrokerUnavailableError, BrokerRefusedError):
            link.close()
            raise

    def _is_well(self, link: RabbitMQConnection, channel: Channel) -> bool:
        try:
            link.process_events(poll_once, 0.0)
        except BrokerUnavailableError:
            return False
        return channel.is_open

    def _emit(self, link: RabbitMQConnection, channel: Channel, payload: bytes) -> None:
        if link.blocked_reason is not None or link.unsent_bytes > MAX_UNSENT_BYTES:
            return
        channel.raw.basic_publish(EVENTS_EXCHANGE, "", payload, self._properties)
        link.process_events(poll_once, 0.0)


class RabbitMQSubscription:
    """See ports.Subscription. Of the thread that called `open()`, save `wake`."""

    def __init__(self, links: ConnectionFactory) -> None:
        self._links = links
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
        link = self._links.make("subscription")
        link.open()
        try:
            ensure_exchange(link, EVENTS_EXCHANGE)
            self._opened = link, self._subscribe(link)
        except (BrokerUnavailableError, BrokerRefusedError):
            link.close()
            raise

    def poll(self, wait_s: float) -> list[bytes]:
        if self._opened is None:
            raise BrokerUnavailableError(NOT_OPEN)
        link, channel = self._opened
        try:
            link.process_events(lambda: self._payloads or self._woken or self._cancelled or not channel.is_open, wait_s)
        except BrokerUnavailableError:
            self.close()
            raise
        self._woken = False
        if self._cancelled or not channel.is_open:
            self.close()
            raise BrokerUnavailableError(str(channel_error(channel.closed_by, link.address, "send events")))
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

    def _subscribe(self, link: RabbitMQConnection) -> Channel:
        channel, doing = link.channel(), "send events"
        queue = link.call(
            channel,
            doing,
            lambda raw, done: raw.queue_declare(
                "", exclusive=True, auto_delete=True, arguments={"x-max-length": MAX_QUEUED}, callback=done
            ),
        ).queue
        link.call(channel, doing, lambda raw, done: raw.queue_bind(queue, EVENTS_EXCHANGE, "", callback=done))
        channel.raw.add_on_cancel_callback(self._on_cancelled)
        link.call(
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
