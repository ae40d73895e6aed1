"""Consumes `workout_jobs`, acks, and copies failures to their queues."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from pika import exceptions
from typing_extensions import override

from core.broker.delivery_headers import read_attempts
from core.broker.ports import Delivery, FailedDelivery, Held, PublishResult, PublishStatus, RetryRequest
from core.broker.rabbitmq.connection import Channel, RabbitMQConnection
from core.broker.rabbitmq.connection_factory import ConnectionFactory, RabbitMQPart
from core.broker.rabbitmq.declare import ensure_jobs, need_no_stream, stream_refused
from core.broker.rabbitmq.delivery_limit import near_delivery_limit, republish_fresh
from core.broker.rabbitmq.error_mapping import ack_timeout, channel_error
from core.broker.rabbitmq.held import HeldMoves, Move
from core.broker.rabbitmq.properties import message_of
from core.broker.rabbitmq.queue_arguments import QueueType
from core.broker.rabbitmq.republisher import NO_WAY_BACK, Republisher
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerError, BrokerUnavailableError

AMove = TypeVar("AMove", FailedDelivery, RetryRequest)

STREAM_OFFSET = "x-stream-offset"  # a header of every delivery from a stream


class RabbitMQConsumer(RabbitMQPart):
    """See ports.Consumer. Belongs to the thread that called `open()`, except `wake`.

    Failures are copied over a second connection: in a memory alarm the broker stops reading from every connection that
    publishes, and the acks that would end the alarm could not get through.
    """

    def __init__(
        self,
        connections: ConnectionFactory,
        name: str,
        prefetch: int,
        copies: Republisher,
        queue_type: QueueType,
    ) -> None:
        super().__init__(connections)
        self._queue_type = queue_type
        self._name = name
        self._prefetch = prefetch
        self._copies = copies
        self.connection_epoch = 0
        self._tag: str | None = None  # of the running consumer; None while paused
        self._paused = False
        self._cancelled = False
        self._is_stream = False
        self._buffer: deque[tuple[Any, Any, bytes]] = deque()  # delivered, not yet fetched
        self._unsettled: dict[int, None] = {}  # fetched, not yet acked: delivery tags, ascending
        self._near_limit: set[int] = set()  # tags in the buffer; to be copied before another crash dead-letters them
        self._held = HeldMoves()

    @property
    def held(self) -> Held:
        return self._held.summary

    def open(self) -> None:
        with self._closing_on_error():
            connection = self._connect(f"worker {self._name}")
            ensure_jobs(connection, self._queue_type)
            need_no_stream(connection, self._connections, self._queue_type)
            self._channel = connection.channel()
            self._channel.raw.add_on_cancel_callback(self._on_cancelled)
            if not self._paused:
                self._consume()
        self.connection_epoch += 1

    def fetch(self, limit: int, wait_s: float) -> list[Delivery]:
        connection, channel = self._parts()
        buffer = self._buffer
        self._copies.keep_alive()
        self._copy_held()
        self._make_room()
        with self._closing_on_error():
            connection.process_events(self._has_something if limit else self._must_look, wait_s)
            self._woken = False
            if self._is_broken():
                self._check_broken(connection, channel, bool(limit and buffer))
        if self._near_limit:
            self._renew_near_limit()
        return self._take(min(limit, len(buffer))) if buffer else []

    def ack(self, deliveries: Sequence[Delivery]) -> int:
        return self._settle(self._current(deliveries), self._send_ack)

    def dead_letter(self, failures: Sequence[FailedDelivery]) -> int:
        return self._copy(failures, self._copies.dead_letter)

    def retry(self, retries: Sequence[RetryRequest]) -> int:
        return self._copy(retries, self._copies.retry)

    def requeue(self, deliveries: Sequence[Delivery]) -> None:
        self._settle(self._current(deliveries), self._send_nack)

    def set_prefetch(self, prefetch: int) -> None:
        if prefetch == self._prefetch:
            return
        self._prefetch = prefetch
        if self._tag is not None:
            # The broker applies a prefetch to consumers that start after it.
            self._consume_anew()

    def pause(self) -> None:
        self._paused = True
        if self._tag is not None:
            with self._closing_on_error():
                self._stop_consuming()

    def resume(self) -> None:
        self._paused = False
        if self._tag is None and self._channel is not None:
            with self._closing_on_error():
                self._consume()

    @override
    def close(self) -> None:
        self._copies.close()
        self._tag = None
        self._cancelled = self._is_stream = False
        self._buffer.clear()
        self._near_limit.clear()
        self._unsettled.clear()
        self._held.clear()
        super().close()

    def _copy(
        self,
        moves: Sequence[AMove],
        send: Callable[[Sequence[AMove]], list[PublishResult]],
        *,
        has_waited: bool = False,
    ) -> int:
        """Copy to other queues, then ack what was confirmed; returns how many, and how many are held for their delay.

        What could not be copied is held: requeued it would be redelivered at once, and delay the others. Also in an
        alarm, which ends only when those others are consumed.
        """
        current = [move for move in moves if self._is_current(move.delivery)]
        if not current:
            return 0
        if self._copies.blocked_reason:
            self._held.hold_in_alarm(current, self._copies.blocked_reason, has_waited=has_waited)
            return 0
        try:
            results = send(current)
        except BrokerError as error:
            # `fetch` finds out on the consuming connection whether the broker is lost altogether.
            results = [PublishResult(PublishStatus.UNKNOWN, str(error))] * len(current)
        pairs = list(zip(current, results, strict=True))
        done = self.ack([move.delivery for move, result in pairs if result.verdict is PublishStatus.CONFIRMED])
        left = [(move, result) for move, result in pairs if result.verdict is not PublishStatus.CONFIRMED]
        return done + self._hold(left, has_waited=has_waited)

    def _hold(self, left: Sequence[tuple[Move, PublishResult]], *, has_waited: bool) -> int:
        """Returns how many of them only wait for their delay."""
        if self._copies.blocked_reason:
            self._held.hold_in_alarm([move for move, _ in left], self._copies.blocked_reason, has_waited=has_waited)
            return 0
        waiting = 0
        for move, result in left:
            if isinstance(move, RetryRequest) and result is NO_WAY_BACK:
                self._held.wait(move)
                waiting += 1
            else:
                self._held.hold(move, result.reason, has_waited=has_waited)
        return waiting

    def _copy_held(self) -> None:
        """Copy held deliveries that are due, unless there is an alarm."""
        if not self._held or self._copies.blocked_reason:
            return
        due = self._held.take_due()
        if not due:
            return
        self.dead_letter([held.move for held in due if isinstance(held.move, FailedDelivery)])
        self.retry([held.move for held in due if isinstance(held.move, RetryRequest) and not held.has_waited])
        waited = [held.move for held in due if isinstance(held.move, RetryRequest) and held.has_waited]
        self._copy(waited, self._copies.requeue, has_waited=True)
        self._held.end_round()

    def _make_room(self) -> None:
        """A new consumer starts with its whole prefetch, whatever an earlier one of this channel left unacked."""
        if self._tag is None or self._buffer or self._held.is_full:
            return
        if 2 * self._held.since_consuming >= max(1, self._prefetch):
            self._consume_anew()

    def _consume_anew(self) -> None:
        with self._closing_on_error():
            self._stop_consuming()
            self._consume()

    def _consume(self) -> None:
        connection, channel = self._parts()
        doing = f"use the queue {JOBS_QUEUE}"
        connection.call(channel, doing, lambda raw, done: raw.basic_qos(prefetch_count=self._prefetch, callback=done))
        answer = connection.call(
            channel, doing, lambda raw, done: raw.basic_consume(JOBS_QUEUE, self._on_message, callback=done)
        )
        self._tag = answer.consumer_tag
        self._held.start_consuming()

    def _stop_consuming(self) -> None:
        """Stop consuming, and requeue what was not fetched. pika requeues what arrives meanwhile."""
        (connection, channel), tag = self._parts(), self._tag
        self._tag = None
        if not self._cancelled:
            connection.call(channel, "stop consuming", lambda raw, done: raw.basic_cancel(tag, callback=done))
        held = [method.delivery_tag for method, _, _ in self._buffer]
        self._buffer.clear()
        self._near_limit.clear()
        self._unsettled.update(dict.fromkeys(held))
        self._settle(held, self._send_nack)

    def _renew_near_limit(self) -> None:
        renewed = republish_fresh(self._buffer, self._near_limit, self._copies)
        self._near_limit.clear()
        with suppress(BrokerUnavailableError, exceptions.AMQPError):  # without an ack there is a duplicate
            for tag in renewed:
                self._send_ack(tag, False)  # others, before and after it, are still in the buffer
            self._parts()[0].flush()

    def _take(self, count: int) -> list[Delivery]:
        """The first `count` of the buffer. Runs for every message, hence few calls."""
        generation, unsettled = self.connection_epoch, self._unsettled
        take = self._buffer.popleft
        deliveries = []
        for _ in range(count):
            method, properties, body = take()
            message = message_of(properties, body)
            tag = method.delivery_tag
            unsettled[tag] = None
            attempts = read_attempts(message.headers) if message.headers else 0
            deliveries.append(Delivery(message, tag, generation, attempts, method.redelivered))
        return deliveries

    def _is_current(self, delivery: Delivery) -> bool:
        # Tags start again with each channel: an old ack would close the channel or settle another message.
        return delivery.connection_epoch == self.connection_epoch and delivery.tag in self._unsettled

    def _current(self, deliveries: Sequence[Delivery]) -> list[int]:
        generation, unsettled = self.connection_epoch, self._unsettled
        return [d.tag for d in deliveries if d.connection_epoch == generation and d.tag in unsettled]

    def _settle(self, tags: Sequence[int], send: Callable[[int, bool], None]) -> int:
        """Settle `tags` with as few frames as possible; returns how many."""
        if not tags:
            return 0
        unsettled = self._unsettled
        settled = set(tags)
        for tag in settled:
            unsettled.pop(tag, None)
        lowest_left = next(iter(unsettled), None)
        below = max((tag for tag in settled if lowest_left is None or tag < lowest_left), default=0)
        try:
            if below:
                send(below, True)
            for tag in sorted(settled):
                if tag > below:
                    send(tag, False)
            self._parts()[0].flush()
        except (BrokerUnavailableError, exceptions.AMQPError):
            # Whether the broker received it is unknown; if not, the messages are redelivered. fetch() reports the loss.
            return 0
        return len(settled)

    def _send_ack(self, tag: int, up_to: bool) -> None:
        self._parts()[1].raw.basic_ack(tag, up_to)

    def _send_nack(self, tag: int, up_to: bool) -> None:
        self._parts()[1].raw.basic_nack(tag, up_to, requeue=True)

    def _has_something(self) -> bool:
        return bool(self._buffer) or self._must_look()

    def _must_look(self) -> bool:
        return self._woken or self._is_broken()

    def _is_broken(self) -> bool:
        channel = self._parts()[1]
        if self._is_stream or not channel.is_open:
            return True
        # A deleted queue, or one whose node went down, ends the consumer without an error: by basic.cancel, or its tag
        # is unknown.
        return self._cancelled or (self._tag is not None and self._tag not in channel.raw.consumer_tags)

    def _check_broken(self, connection: RabbitMQConnection, channel: Channel, has_more: bool) -> None:
        if not channel.is_open:
            if (timeout := ack_timeout(channel.closed_by, connection.address)) is not None:
                raise timeout
            fault = channel_error(channel.closed_by, connection.address, f"use the queue {JOBS_QUEUE}")
            raise BrokerUnavailableError(str(fault))
        if self._is_stream:
            raise stream_refused(connection.address.place)
        # What was delivered before the queue was deleted exists only here: deliver it first.
        if not has_more:
            raise BrokerUnavailableError(
                f"The queue {JOBS_QUEUE} was deleted on RabbitMQ at {connection.address.place}, or its node is down."
            )

    def _on_message(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._buffer.append((method, properties, body))
        if properties.headers and STREAM_OFFSET in properties.headers:
            self._is_stream = True
        if near_delivery_limit(method, properties):
            self._near_limit.add(method.delivery_tag)

    def _on_cancelled(self, _answer: Any) -> None:
        self._cancelled = True
