"""A walk through `workout_jobs.failed`: what is wanted is taken out, the rest goes round to its end, as it came."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

from core.broker.ports import Judge, Sifted, Verdict
from core.broker.rabbitmq.declare import queue_counts
from core.broker.rabbitmq.faults import channel_fault, silent_fault
from core.broker.rabbitmq.link import Link, OpenChannel, at_once
from core.broker.rabbitmq.links import Links
from core.broker.rabbitmq.properties import as_it_came, message_of
from core.broker.rabbitmq.sender import ConfirmedSender, Parcel
from core.broker.topology import FAILED_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError, QueueInUseError

HELD = 200  # messages in hand at a time
QUIET_S = 5.0  # with messages left but none coming: somebody else took them


class FailedSieve:
    """One walk. Of the calling thread.

    AMQP has no look: a message can only be taken, and given back. Given back it would be marked as redelivered, and a
    quorum queue would count it towards its delivery limit, so what stays is copied to the end, confirmed, and acked:
    a whole round leaves order, bytes and properties as they were.
    """

    def __init__(self, links: Links, judge: Judge) -> None:
        self._links = links
        self._judge = judge
        self._come: deque[tuple[Any, Any, bytes]] = deque()

    def run(self) -> Sifted:
        """BrokerUnavailableError or BrokerRefusedError; what `judge` raises passes."""
        taking, keeping = self._links.make("failed list"), self._links.make("failed list, copies")
        try:
            taking.open()
            counts = queue_counts(taking, taking.channel(), FAILED_QUEUE)
            if counts is None or not counts[0]:
                return Sifted(0, 0)
            if counts[1]:
                raise _others(taking)
            keeping.open()
            return self._walk(taking, ConfirmedSender(keeping), counts[0])
        finally:
            # Closing gives back what is in hand.
            taking.close()
            keeping.close()

    def _walk(self, link: Link, sender: ConfirmedSender, count: int) -> Sifted:
        """Window by window: between two of them nothing is asked for, so that no copy comes round a second time."""
        looked = taken = 0
        while looked < count:
            wanted = min(HELD, count - looked)
            channel = self._take(link, wanted)
            batch = list(self._come)
            self._come.clear()
            if batch:
                taken += self._sort(link, channel, sender, batch)
            channel.raw.close()
            looked += len(batch)
            if len(batch) < wanted:
                break
        return Sifted(looked, taken)

    def _take(self, link: Link, wanted: int) -> OpenChannel:
        """The next `wanted` messages, or fewer when no more come, on a channel that takes no others."""
        channel, doing = link.channel(), "read the failed list"
        link.ask(channel, doing, lambda raw, done: raw.basic_qos(prefetch_count=wanted, callback=done))
        try:
            tag = link.ask(
                channel,
                doing,
                lambda raw, done: raw.basic_consume(FAILED_QUEUE, self._on_message, exclusive=True, callback=done),
            ).consumer_tag
        except QueueInUseError:
            raise _others(link) from None
        link.pump(partial(self._has, wanted, channel), QUIET_S)
        if not channel.is_open:
            raise BrokerUnavailableError(str(channel_fault(channel.closed_by, link.address, doing)))
        link.ask(channel, doing, lambda raw, done: raw.basic_cancel(tag, callback=done))
        return channel

    def _sort(self, link: Link, channel: OpenChannel, sender: ConfirmedSender, batch: list[Any]) -> int:
        messages = [
            (method.delivery_tag, message_of(properties, body), properties) for method, properties, body in batch
        ]
        verdicts = self._judge([message for _, message, _ in messages])
        stay = [each for each, wanted in zip(messages, verdicts, strict=True) if not wanted]
        user = link.address.user
        results = sender.send(
            [Parcel(FAILED_QUEUE, message, properties=as_it_came(raw, user)) for _, message, raw in stay]
        )
        for result in results:
            if result.verdict is not Verdict.CONFIRMED:
                raise BrokerUnavailableError(result.reason)
        # All of them are decided, and tags ascend.
        channel.raw.basic_ack(messages[-1][0], multiple=True)
        if not link.pump(lambda: not link.unsent_bytes, QUIET_S):
            raise silent_fault(link.address, QUIET_S)
        link.pump(at_once, 0.0)
        return sum(verdicts)

    def _has(self, wanted: int, channel: OpenChannel) -> bool:
        return len(self._come) >= wanted or not channel.is_open

    def _on_message(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._come.append((method, properties, body))


def _others(link: Link) -> BrokerRefusedError:
    return BrokerRefusedError(f"Another program consumes {FAILED_QUEUE} on RabbitMQ at {link.address.place}.")
