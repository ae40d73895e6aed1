"""Publishing with pipelined confirms: waiting for each confirm costs ten times as much.

The broker names no message when it closes the channel over one. So a message longer than any confirmed on this channel
is sent alone: if the channel closes then, it was this one, and no other message has an unknown outcome.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pika import exceptions, spec

from core.broker.ports import Message, PublishResult, PublishStatus
from core.broker.rabbitmq.connection import RabbitMQConnection, poll_once
from core.broker.rabbitmq.error_mapping import ACCESS_REFUSED, blames_message, channel_error, lost_error
from core.broker.rabbitmq.properties import properties_of
from core.errors import BrokerError

WINDOW = 1000  # unconfirmed messages at a time
SEND_BOUND_S = 30.0
ALARM_BOUND_S = 2.0

CONFIRMED = PublishResult(PublishStatus.CONFIRMED)
NO_QUEUE = PublishResult(PublishStatus.REFUSED, "RabbitMQ has no queue for it just now.")
# A nack gives no reason; these are the two that brokers have.
NACKED = PublishResult(PublishStatus.REFUSED, "RabbitMQ did not take it: the queue is full, or has no leader just now.")
# What pika raises for a message that it cannot encode as AMQP; nothing of it was sent.
_UNWRITABLE = (
    exceptions.ShortStringTooLong,
    exceptions.UnsupportedAMQPFieldException,
    struct.error,
    ValueError,
    TypeError,
    AssertionError,
    OverflowError,
)


def alarm_of(connection: RabbitMQConnection) -> str:
    """The blocked_reason for an alarm; empty without one."""
    reason = connection.blocked_reason
    return "" if reason is None else f"RabbitMQ at {connection.address.place} takes no messages just now: {reason}."


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message to publish to one queue of the default exchange."""

    queue: str
    message: Message
    expires_ms: int | None = None  # expiration, in milliseconds; None: without
    properties: Any = None  # the original ones, where they must not change; else made from the message


class ConfirmedSender:
    """Publishes on its own channel. Belongs to the connection's thread."""

    def __init__(self, connection: RabbitMQConnection) -> None:
        self._connection = connection
        self._channel = connection.channel()
        self._outgoing: Sequence[OutgoingMessage] = ()
        self._results: list[PublishResult | None] = []
        self._first_tag = 1  # increments with each `send`; late confirms of an earlier one are ignored
        self._lowest_tag = 1  # all with a lower delivery tag are confirmed
        self._sent = 0
        self._answered = 0
        self._returned: set[int] = set()  # indexes of returned messages: their queue does not exist
        self._next_return = 0  # where to search for the next returned one: they return in the order of publishing
        self._window = WINDOW  # unconfirmed ones at a time
        self._end = 0  # messages to send; fewer than given when one of them cannot be encoded
        self._passed_bytes = -1  # the longest body confirmed on this channel
        self._longest_bytes = -1  # bytes sent on it
        connection.call(self._channel, "confirm messages", self._start)

    def close(self) -> None:
        """Close the channel only; the connection stays open."""
        if self._channel.is_open:
            self._channel.raw.close()

    @property
    def met_bad_message(self) -> bool:
        """Whether the last `send` ended early over one of its messages: the others may be sent again."""
        return self._end < len(self._outgoing) or self._blames_message()

    def send(self, outgoing: Sequence[OutgoingMessage], *, one_by_one: bool = False) -> list[PublishResult]:
        """One result a message, in order; blocks for about SEND_BOUND_S at most.

        REJECTED is the one over which the channel was closed, where that is certain; sending ends there, see
        `met_bad_message`. BrokerError only when nothing was sent.
        """
        if not outgoing:
            return []
        self._connection.process_events(poll_once, 0.0)
        if not self._channel.is_open:
            raise channel_error(self._channel.closed_by, self._connection.address, "publish messages")
        if self._connection.blocked_reason is not None and self._wait_for_alarm():
            return [self._alarm()] * len(outgoing)
        self._begin(outgoing)
        self._window = 1 if one_by_one else WINDOW
        reason = self._exchange()
        return [result or self._missing(index, reason) for index, result in enumerate(self._results)]

    def _begin(self, outgoing: Sequence[OutgoingMessage]) -> None:
        self._first_tag = self._lowest_tag = self._first_tag + self._sent
        self._outgoing = outgoing
        self._results = [None] * len(outgoing)
        self._sent = self._answered = self._next_return = 0
        self._end = len(outgoing)
        self._returned = set()

    def _exchange(self) -> str:
        """Send and collect confirms, window by window; returns why some have none, or None."""
        deadline = time.monotonic() + SEND_BOUND_S
        try:
            while self._answered < self._end:
                if self._connection.blocked_reason is not None and self._wait_for_alarm():
                    return self._alarm().reason
                self._fill_window()
                goal = self._goal()
                self._connection.process_events(partial(self._has_answers, goal), max(0.0, deadline - time.monotonic()))
                if not self._channel.is_open:
                    return str(channel_error(self._channel.closed_by, self._connection.address, "publish messages"))
                if time.monotonic() >= deadline:
                    return f"RabbitMQ did not confirm it within {SEND_BOUND_S:g} s."
        except BrokerError as error:
            return str(error)
        except exceptions.AMQPError as error:
            return str(lost_error(error, self._connection.address))
        return ""

    def _fill_window(self) -> None:
        while self._sent < min(self._end, self._answered + self._window) and self._may_follow():
            if not self._publish(self._outgoing[self._sent]):
                self._end = self._sent
                return
            self._sent += 1

    def _may_follow(self) -> bool:
        """Whether the next one may be sent before all earlier ones are confirmed, or they all are."""
        if self._answered == self._sent:
            self._passed_bytes = self._longest_bytes
            return True
        return max(self._longest_bytes, len(self._outgoing[self._sent].message.body)) <= self._passed_bytes

    def _publish(self, outgoing: OutgoingMessage) -> bool:
        """False for one that cannot be encoded as AMQP."""
        body = outgoing.message.body
        try:
            properties = outgoing.properties or properties_of(
                outgoing.message, outgoing.expires_ms, self._connection.address.user
            )
            self._channel.raw.basic_publish("", outgoing.queue, body, properties, mandatory=True)
        except _UNWRITABLE as error:
            self._results[self._sent] = PublishResult(PublishStatus.REJECTED, f"It cannot be written as AMQP: {error}.")
            return False
        self._longest_bytes = max(self._longest_bytes, len(body))
        return True

    def _goal(self) -> int:
        """Confirms to wait for: all of the last window, half of an earlier one so that the broker is never idle."""
        if self._sent == self._end or self._sent < self._answered + self._window:
            return self._sent
        return self._sent - self._window // 2

    def _has_answers(self, goal: int) -> bool:
        return self._answered >= goal or self._connection.blocked_reason is not None or not self._channel.is_open

    def _wait_for_alarm(self) -> bool:
        """Wait a little for the end of an alarm; returns whether it is still on."""
        return not self._connection.process_events(lambda: self._connection.blocked_reason is None, ALARM_BOUND_S)

    def _alarm(self) -> PublishResult:
        return PublishResult(PublishStatus.REFUSED, alarm_of(self._connection))

    def _missing(self, index: int, reason: str) -> PublishResult:
        closed_by = self._channel.closed_by
        if isinstance(closed_by, exceptions.ChannelClosed) and closed_by.reply_code == ACCESS_REFUSED:
            return PublishResult(PublishStatus.REFUSED, reason)
        if index < self._sent == self._answered + 1 and self._blames_message():
            return PublishResult(PublishStatus.REJECTED, reason)
        if index >= self._sent and self._connection.blocked_reason is not None:
            return PublishResult(PublishStatus.REFUSED, reason)
        # The broker may have received it, or it may still be in a socket buffer.
        return PublishResult(PublishStatus.UNKNOWN, reason)

    def _blames_message(self) -> bool:
        return blames_message(self._channel.closed_by) or blames_message(self._connection.ended_by)

    def _start(self, raw: Any, done: Any) -> None:
        raw.add_on_return_callback(self._on_return)
        raw.confirm_delivery(self._on_answer, callback=done)

    def _on_answer(self, answer: Any) -> None:
        method = answer.method
        last = method.delivery_tag
        first = max(self._lowest_tag if method.multiple else last, self._first_tag)
        verdict = CONFIRMED if isinstance(method, spec.Basic.Ack) else NACKED
        results, base, returned = self._results, self._first_tag, self._returned
        for index in range(first - base, last - base + 1):
            if results[index] is None:
                results[index] = NO_QUEUE if index in returned else verdict
                self._answered += 1
        if method.multiple:
            self._lowest_tag = max(self._lowest_tag, last + 1)

    def _on_return(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        # A confirm follows, but names no message: equal ones of one queue cannot be distinguished.
        for index in range(self._next_return, self._sent):
            outgoing = self._outgoing[index]
            if (
                outgoing.queue == method.routing_key
                and outgoing.message.message_id == properties.message_id
                and outgoing.message.body == body
            ):
                self._returned.add(index)
                self._next_return = index + 1
                return
