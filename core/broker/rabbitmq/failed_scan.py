"""A scan of `workout_jobs.failed`: selected messages are removed, the rest is republished to its end unchanged."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

from core.broker.ports import PublishStatus, RemovePredicate, ScanResult
from core.broker.rabbitmq.confirmed_sender import OutgoingMessage
from core.broker.rabbitmq.connection import Channel, RabbitMQConnection, poll_once
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.declare import queue_counts
from core.broker.rabbitmq.error_mapping import channel_error, timeout_error
from core.broker.rabbitmq.properties import as_it_came, message_of
from core.broker.rabbitmq.resending import SendingPart
from core.broker.topology import FAILED_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError, QueueInUseError

HELD = 200  # messages in flight at a time
QUIET_S = 5.0  # seconds with messages left but none delivered: another program took them


class FailedQueueScan:
    """One scan. Belongs to the calling thread.

    AMQP cannot browse: a message can only be consumed and requeued. Requeued it would be marked as redelivered, and a
    quorum queue would count that towards its delivery limit, so what stays is copied to the end, confirmed, and acked:
    a whole round leaves order, bytes and properties as they were.
    """

    def __init__(self, connections: ConnectionFactory, should_remove: RemovePredicate) -> None:
        self._connections = connections
        self._should_remove = should_remove
        self._come: deque[tuple[Any, Any, bytes]] = deque()

    def run(self) -> ScanResult:
        """BrokerError; what the predicate raises propagates."""
        taking, copies = self._connections.make("failed list"), _Copies(self._connections)
        try:
            taking.open()
            counts = queue_counts(taking, taking.channel(), FAILED_QUEUE)
            if counts is None or not counts[0]:
                return ScanResult(0, 0)
            if counts[1]:
                raise _exclusive_error(taking)
            copies.open()
            return self._walk(taking, copies, counts[0])
        finally:
            # Closing requeues what is unacked.
            taking.close()
            copies.close()

    def _walk(self, connection: RabbitMQConnection, copies: _Copies, count: int) -> ScanResult:
        """Window by window: nothing is consumed between two of them, so that no copy is read a second time."""
        looked = taken = 0
        while looked < count:
            size = min(HELD, count - looked)
            channel = self._take(connection, size)
            batch = list(self._come)
            self._come.clear()
            is_whole = True
            if batch:
                taken_now, is_whole = self._partition(connection, channel, copies, batch)
                taken += taken_now
            if is_whole:
                connection.discard(channel)  # else messages left on it would be redelivered first
            looked += len(batch)
            if len(batch) < size:
                break
        return ScanResult(looked, taken)

    def _take(self, connection: RabbitMQConnection, count: int) -> Channel:
        """The next `count` messages, or fewer when no more arrive, on a channel that prefetches no others."""
        channel, doing = connection.channel(), "read the failed list"
        connection.call(channel, doing, lambda raw, done: raw.basic_qos(prefetch_count=count, callback=done))
        try:
            tag = connection.call(
                channel,
                doing,
                lambda raw, done: raw.basic_consume(FAILED_QUEUE, self._on_message, exclusive=True, callback=done),
            ).consumer_tag
        except QueueInUseError:
            raise _exclusive_error(connection) from None
        connection.process_events(partial(self._has, count, channel), QUIET_S)
        if not channel.is_open:
            raise BrokerUnavailableError(str(channel_error(channel.closed_by, connection.address, doing)))
        connection.call(channel, doing, lambda raw, done: raw.basic_cancel(tag, callback=done))
        return channel

    def _partition(
        self, connection: RabbitMQConnection, channel: Channel, copies: _Copies, batch: list[Any]
    ) -> tuple[int, bool]:
        """How many were removed, and whether all others were copied to the end. A message that the broker does not take
        a second time, since it is over its limit by now, stays where it was."""
        messages = [
            (method.delivery_tag, message_of(properties, body), properties) for method, properties, body in batch
        ]
        verdicts = self._should_remove([message for _, message, _ in messages])
        stay = [each for each, remove in zip(messages, verdicts, strict=True) if not remove]
        user = connection.address.user
        results = copies.send_all(
            [OutgoingMessage(FAILED_QUEUE, message, properties=as_it_came(raw, user)) for _, message, raw in stay]
        )
        stuck = {
            tag for (tag, _, _), result in zip(stay, results, strict=True) if result.verdict is PublishStatus.REJECTED
        }
        for (tag, _, _), result in zip(stay, results, strict=True):
            if tag not in stuck and result.verdict is not PublishStatus.CONFIRMED:
                raise BrokerUnavailableError(result.reason)
        for tag, _, _ in messages:
            if stuck and tag not in stuck:
                channel.raw.basic_ack(tag)
        if not stuck:
            # All of them are decided, and tags ascend.
            channel.raw.basic_ack(messages[-1][0], multiple=True)
        if not connection.process_events(lambda: not connection.unsent_bytes, QUIET_S):
            raise timeout_error(connection.address, QUIET_S)
        connection.process_events(poll_once, 0.0)
        return sum(verdicts), not stuck

    def _has(self, count: int, channel: Channel) -> bool:
        return len(self._come) >= count or not channel.is_open

    def _on_message(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._come.append((method, properties, body))


class _Copies(SendingPart):
    """Publishes to the end of the queue, past messages that the broker rejects. Belongs to the scan's thread."""

    def open(self) -> None:
        self._connect("failed list, copies")


def _exclusive_error(connection: RabbitMQConnection) -> BrokerRefusedError:
    return BrokerRefusedError(f"Another program consumes {FAILED_QUEUE} on RabbitMQ at {connection.address.place}.")
