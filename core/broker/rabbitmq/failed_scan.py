"""A walk through `workout_jobs.failed`: what is wanted is taken out, the rest goes round to its end, as it came."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from core.broker.ports import PublishResult, PublishStatus, RemovePredicate, ScanResult
from core.broker.rabbitmq.confirmed_sender import ConfirmedSender, OutgoingMessage
from core.broker.rabbitmq.connection import Channel, RabbitMQConnection, poll_once
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.declare import queue_counts
from core.broker.rabbitmq.error_mapping import channel_error, timeout_error
from core.broker.rabbitmq.properties import as_it_came, message_of
from core.broker.rabbitmq.resending import send_rest
from core.broker.topology import FAILED_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError, QueueInUseError

HELD = 200  # messages in hand at a time
QUIET_S = 5.0  # with messages left but none coming: somebody else took them


class FailedQueueScan:
    """One walk. Of the calling thread.

    AMQP has no look: a message can only be taken, and given back. Given back it would be marked as redelivered, and a
    quorum queue would count it towards its delivery limit, so what stays is copied to the end, confirmed, and acked:
    a whole round leaves order, bytes and properties as they were.
    """

    def __init__(self, links: ConnectionFactory, judge: RemovePredicate) -> None:
        self._links = links
        self._judge = judge
        self._come: deque[tuple[Any, Any, bytes]] = deque()

    def run(self) -> ScanResult:
        """BrokerUnavailableError or BrokerRefusedError; what `judge` raises passes."""
        taking, keeping = self._links.make("failed list"), self._links.make("failed list, copies")
        try:
            taking.open()
            counts = queue_counts(taking, taking.channel(), FAILED_QUEUE)
            if counts is None or not counts[0]:
                return ScanResult(0, 0)
            if counts[1]:
                raise _others(taking)
            keeping.open()
            return self._walk(taking, _Copies(keeping), counts[0])
        finally:
            # Closing gives back what is in hand.
            taking.close()
            keeping.close()

    def _walk(self, link: RabbitMQConnection, copies: _Copies, count: int) -> ScanResult:
        """Window by window: between two of them nothing is asked for, so that no copy comes round a second time."""
        looked = taken = 0
        while looked < count:
            wanted = min(HELD, count - looked)
            channel = self._take(link, wanted)
            batch = list(self._come)
            self._come.clear()
            is_whole = True
            if batch:
                taken_now, is_whole = self._sort(link, channel, copies, batch)
                taken += taken_now
            if is_whole:
                link.discard(channel)  # else what is left on it would be the first to come again
            looked += len(batch)
            if len(batch) < wanted:
                break
        return ScanResult(looked, taken)

    def _take(self, link: RabbitMQConnection, wanted: int) -> Channel:
        """The next `wanted` messages, or fewer when no more come, on a channel that takes no others."""
        channel, doing = link.channel(), "read the failed list"
        link.call(channel, doing, lambda raw, done: raw.basic_qos(prefetch_count=wanted, callback=done))
        try:
            tag = link.call(
                channel,
                doing,
                lambda raw, done: raw.basic_consume(FAILED_QUEUE, self._on_message, exclusive=True, callback=done),
            ).consumer_tag
        except QueueInUseError:
            raise _others(link) from None
        link.process_events(partial(self._has, wanted, channel), QUIET_S)
        if not channel.is_open:
            raise BrokerUnavailableError(str(channel_error(channel.closed_by, link.address, doing)))
        link.call(channel, doing, lambda raw, done: raw.basic_cancel(tag, callback=done))
        return channel

    def _sort(self, link: RabbitMQConnection, channel: Channel, copies: _Copies, batch: list[Any]) -> tuple[int, bool]:
        """How many were taken out, and whether all of the others went to the end: what the broker would not take a
        second time, since it is over its limit by now, stays where it was."""
        messages = [
            (method.delivery_tag, message_of(properties, body), properties) for method, properties, body in batch
        ]
        verdicts = self._judge([message for _, message, _ in messages])
        stay = [each for each, wanted in zip(messages, verdicts, strict=True) if not wanted]
        user = link.address.user
        results = copies.send(
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
        if not link.process_events(lambda: not link.unsent_bytes, QUIET_S):
            raise timeout_error(link.address, QUIET_S)
        link.process_events(poll_once, 0.0)
        return sum(verdicts), not stuck

    def _has(self, wanted: int, channel: Channel) -> bool:
        return len(self._come) >= wanted or not channel.is_open

    def _on_message(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._come.append((method, properties, body))


class _Copies:
    """Sends to the end of the list, past what the broker does not take. Of the walk's thread."""

    def __init__(self, link: RabbitMQConnection) -> None:
        self._link = link
        self._sender = ConfirmedSender(link)

    def send(self, parcels: Sequence[OutgoingMessage]) -> list[PublishResult]:
        if self._sender.met_bad_message:
            self._sender = ConfirmedSender(self._link)
        results = self._sender.send(parcels)
        send_rest(
            parcels,
            results,
            send=self._send,
            renew=self._sender.close,
            met_bad_message=lambda: self._sender.met_bad_message,
        )
        return results

    def _send(self, parcels: Sequence[OutgoingMessage], *, one_by_one: bool = False) -> list[PublishResult]:
        self._sender = ConfirmedSender(self._link)
        return self._sender.send(parcels, one_by_one=one_by_one)


def _others(link: RabbitMQConnection) -> BrokerRefusedError:
    return BrokerRefusedError(f"Another program consumes {FAILED_QUEUE} on RabbitMQ at {link.address.place}.")
