"""Publishes to `workout_jobs`: persistent, mandatory, confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from core.broker.ports import Message, PublishResult, PublishStatus
from core.broker.rabbitmq.confirmed_sender import NACKED, NO_QUEUE, ConfirmedSender, OutgoingMessage, alarm_of
from core.broker.rabbitmq.connection import NOT_OPEN, RabbitMQConnection, poll_once
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.declare import ensure_jobs, need_no_stream
from core.broker.rabbitmq.queue_arguments import QueueType
from core.broker.rabbitmq.resending import send_rest
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError


class RabbitMQPublisher:
    """See ports.Publisher. Belongs to the thread that called `open()`."""

    def __init__(self, connections: ConnectionFactory, queue_type: QueueType) -> None:
        self._connections = connections
        self._queue_type = queue_type
        self._connection: RabbitMQConnection | None = None
        self._sender: ConfirmedSender | None = None

    def open(self) -> None:
        self.close()
        connection = self._connections.make("publisher")
        connection.open()
        try:
            ensure_jobs(connection, self._queue_type)
            need_no_stream(connection, self._connections, self._queue_type)
            self._sender = ConfirmedSender(connection)
        except (BrokerUnavailableError, BrokerRefusedError):
            connection.close()
            raise
        self._connection = connection

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        outgoing = [OutgoingMessage(JOBS_QUEUE, message) for message in messages]
        results = self._send(outgoing)
        send_rest(outgoing, results, send=self._send, renew=self._renew_sender, met_bad_message=self._met_bad_message)
        lost = [index for index, result in enumerate(results) if result is NO_QUEUE]
        if lost and self._connection is not None:
            self._send_again(outgoing, results, lost)
        if NACKED in results:
            self._renew_sender()
        # In an alarm the connection stays open: a new one would send the same messages again.
        if not self.blocked_reason and any(result.verdict is PublishStatus.UNKNOWN for result in results):
            self.close()
        return results

    @property
    def blocked_reason(self) -> str:
        return "" if self._connection is None else alarm_of(self._connection)

    def keep_alive(self) -> None:
        if self._connection is None:
            raise BrokerUnavailableError(NOT_OPEN)
        try:
            self._connection.process_events(poll_once, 0.0)
        except BrokerUnavailableError:
            self.close()
            raise

    def close(self) -> None:
        self._sender = None
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _send(self, outgoing: Sequence[OutgoingMessage], *, one_by_one: bool = False) -> list[PublishResult]:
        if self._sender is None:
            raise BrokerUnavailableError(NOT_OPEN)
        try:
            return self._sender.send(outgoing, one_by_one=one_by_one)
        except (BrokerUnavailableError, BrokerRefusedError):
            self.close()
            raise

    def _met_bad_message(self) -> bool:
        return self._sender is not None and self._sender.met_bad_message

    def _renew_sender(self) -> None:
        """The next try uses a new channel.

        One that was open when a quorum queue moved to another node may refuse all messages for good (RabbitMQ 3.10).
        """
        if self._connection is None or self._sender is None:
            return
        try:
            if self._connection.ended_by is not None:
                self.open()
                return
            self._sender.close()
            self._sender = ConfirmedSender(self._connection)
        except (BrokerUnavailableError, BrokerRefusedError):
            self.close()

    def _send_again(
        self, outgoing: Sequence[OutgoingMessage], results: list[PublishResult], lost: Sequence[int]
    ) -> None:
        """The queue disappeared meanwhile: declare it again if it was deleted, and send once more what it did not
        get."""
        try:
            if self._connection is None:
                return
            ensure_jobs(self._connection, self._queue_type)
            again = self._send([outgoing[index] for index in lost])
        except (BrokerUnavailableError, BrokerRefusedError):
            # They stay REFUSED, which is right: none of them was stored.
            self.close()
            return
        for index, result in zip(lost, again, strict=True):
            results[index] = result
