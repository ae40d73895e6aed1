"""Copies failed tries: to `workout_jobs.failed`, or to a retry queue from which they return."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from typing_extensions import override

from core.broker.delivery_headers import failed_headers, retry_headers
from core.broker.ports import FailedDelivery, PublishResult, PublishStatus, RetryRequest
from core.broker.rabbitmq.confirmed_sender import NO_QUEUE, ConfirmedSender, OutgoingMessage
from core.broker.rabbitmq.connection import RabbitMQConnection
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.declare import ensure_queue
from core.broker.rabbitmq.forms import read_form, why_no_way_back, why_not_kept
from core.broker.rabbitmq.queue_arguments import QueueType, jobs_arguments, retry_arguments
from core.broker.rabbitmq.resending import SendingPart
from core.broker.topology import FAILED_QUEUE, JOBS_QUEUE, own_retry_queue, retry_queue
from core.errors import BrokerRefusedError, BrokerUnavailableError, QueueInUseError
from core.logs import get_log
from core.workouts.validation_errors import quoted

CHECK_AGAIN_S = 30.0  # each check of a queue with other arguments logs some errors at the broker
# For a retry that no queue can be trusted with: nothing was sent.
NO_WAY_BACK = PublishResult(PublishStatus.REFUSED, "RabbitMQ has no retry queue that gives back what it is given.")

_log = get_log(__name__)


class Republisher(SendingPart):
    """Publishes copies, confirmed, over a connection opened with the first one. Belongs to its consumer's thread."""

    def __init__(
        self,
        connections: ConnectionFactory,
        name: str,
        on_retry_delay: Callable[[int], None],
        queue_type: QueueType,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(connections)
        self._name = name
        self._on_retry_delay = on_retry_delay
        self._queue_type = queue_type
        self._clock_s = clock_s
        self._queues: Mapping[str, Mapping[str, object]] = {}  # of the copies that are sent: their arguments by name
        self._ensured: set[str] = set()
        self._sound_until_s = 0.0  # the failed queue, once checked
        self._unsafe: dict[str, tuple[str, float]] = {}  # retry queues that would lose messages: why, until when

    def dead_letter(self, failures: Sequence[FailedDelivery]) -> list[PublishResult]:
        """One result a failure, in order; BrokerError when nothing was sent."""
        outgoing = [failed_copy(failure) for failure in failures]
        return self._copy(outgoing, {FAILED_QUEUE: self._queue_type.arguments()})

    def retry(self, retries: Sequence[RetryRequest]) -> list[PublishResult]:
        """As `dead_letter`, to queues that return them to `workout_jobs`; NO_WAY_BACK where there is none for it."""
        delays_s = sorted({retry.delay_s for retry in retries})
        for delay_s in delays_s:
            self._on_retry_delay(delay_s)
        with self._closing_on_error():
            ways = {delay_s: self._way_back(delay_s) for delay_s in delays_s}
        outgoing = [retry_copy(retry, way) for retry in retries if (way := ways[retry.delay_s]) is not None]
        sent = iter(self._copy(outgoing, {}))
        results = [NO_WAY_BACK if ways[retry.delay_s] is None else next(sent) for retry in retries]
        with self._closing_on_error():
            swallowed = {delay_s for delay_s, way in ways.items() if self._swallows(way, delay_s)}
        return [
            NO_WAY_BACK if retry.delay_s in swallowed else result
            for retry, result in zip(retries, results, strict=True)
        ]

    def requeue(self, retries: Sequence[RetryRequest]) -> list[PublishResult]:
        """As `dead_letter`: those whose delay is over go straight to `workout_jobs`."""
        return self.reset_delivery_count([replace(retry_copy(retry, JOBS_QUEUE), expires_ms=None) for retry in retries])

    def reset_delivery_count(self, outgoing: Sequence[OutgoingMessage]) -> list[PublishResult]:
        """As `dead_letter`, back to `workout_jobs`, where the copy starts with a delivery count of 0."""
        return self._copy(outgoing, {JOBS_QUEUE: jobs_arguments(self._queue_type)})

    @override
    def keep_alive(self) -> None:
        """Serve heartbeats. A lost connection is only dropped: the next copy opens another."""
        if self._connection is not None:
            with suppress(BrokerUnavailableError):
                super().keep_alive()

    @override
    def close(self) -> None:
        self._ensured.clear()
        self._sound_until_s = 0.0
        super().close()

    def _copy(
        self, outgoing: Sequence[OutgoingMessage], queues: Mapping[str, Mapping[str, object]]
    ) -> list[PublishResult]:
        """`queues`: target queues, each declared with these arguments when it is missing."""
        self.keep_alive()
        self._queues = queues
        results = self.send_all(outgoing)
        if NO_QUEUE in results and queues:
            # Deleted since; the few that were confirmed before are copied twice, which is better than not at all.
            self._ensured.difference_update(queues)
            results = self.send_all(outgoing)
        return results

    @override
    def _open_sender(self) -> ConfirmedSender:
        connection = self._open_connection()
        for queue, arguments in self._queues.items():
            if queue not in self._ensured:
                ensure_queue(connection, queue, arguments)
                self._ensured.add(queue)
        if FAILED_QUEUE in self._queues:
            self._need_kept(connection, self._queues[FAILED_QUEUE])
        return super()._open_sender()

    @override
    def _open_connection(self) -> RabbitMQConnection:
        return self._connection or self._connect(f"worker {self._name}, failures")

    def _need_kept(self, connection: RabbitMQConnection, arguments: Mapping[str, object]) -> None:
        """BrokerRefusedError for a failed queue that loses messages."""
        if self._clock_s() < self._sound_until_s:
            return
        form = read_form(connection, FAILED_QUEUE, arguments)
        # A user who may not declare it relies on the administrator; the results have each failure, too.
        if form is not None and (why := why_not_kept(form)):
            raise BrokerRefusedError(
                f"The queue {FAILED_QUEUE} on RabbitMQ at {connection.address.place} loses messages: {why}."
            )
        self._sound_until_s = self._clock_s() + CHECK_AGAIN_S

    def _way_back(self, delay_s: int) -> str | None:
        """The queue to wait in for that delay; None where there is none that certainly returns its messages."""
        for name in (retry_queue(delay_s), own_retry_queue(delay_s)):
            why, until_s = self._unsafe.get(name, ("", 0.0))
            if self._clock_s() >= until_s:
                before, why = why, self._why_unsafe(name, delay_s)
                if why:
                    self._unsafe[name] = why, self._clock_s() + CHECK_AGAIN_S
                    if why != before:
                        _log.info("a retry queue is not used", queue=name, problem=why)
            if not why:
                return name
        return None

    def _swallows(self, way: str | None, delay_s: int) -> bool:
        """Whether a queue was replaced while it was used. Its copies stay there, at worst as duplicates."""
        return way is not None and bool(self._why_unsafe(way, delay_s))

    def _why_unsafe(self, name: str, delay_s: int) -> str:
        """Checked anew each time: a message put where it is lost cannot be recovered."""
        connection, arguments = self._open_connection(), retry_arguments(delay_s, self._queue_type)
        try:
            ensure_queue(connection, name, arguments)
            form = read_form(connection, name, arguments)
        except (BrokerRefusedError, QueueInUseError) as error:
            return str(error)
        if form is None:
            return f"RabbitMQ does not let {quoted(connection.address.user)} check how the queue was declared."
        why = why_no_way_back(form, delay_s)
        return f"The queue {name} exists in another form: {why}." if why else ""


def failed_copy(failure: FailedDelivery) -> OutgoingMessage:
    """The original message, with the reason in its headers; `attempts` includes the try that gave up."""
    return OutgoingMessage(FAILED_QUEUE, replace(failure.delivery.message, headers=failed_headers(failure)))


def retry_copy(retry: RetryRequest, queue: str | None = None) -> OutgoingMessage:
    """`queue`: where it waits."""
    message = replace(retry.delivery.message, headers=retry_headers(retry))
    return OutgoingMessage(queue or retry_queue(retry.delay_s), message, expires_ms=retry.after_ms)
