"""Publishes to `workout_jobs`: persistent, mandatory, confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from typing_extensions import override

from core.broker.ports import Message, PublishResult, PublishStatus
from core.broker.rabbitmq.confirmed_sender import NACKED, NO_QUEUE, OutgoingMessage
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.declare import ensure_jobs, need_no_stream
from core.broker.rabbitmq.queue_arguments import QueueType
from core.broker.rabbitmq.resending import SendingPart
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerError


class RabbitMQPublisher(SendingPart):
    """See ports.Publisher. Belongs to the thread that called `open()`."""

    def __init__(self, connections: ConnectionFactory, queue_type: QueueType) -> None:
        super().__init__(connections)
        self._queue_type = queue_type

    def open(self) -> None:
        with self._closing_on_error():
            connection = self._connect("publisher")
            ensure_jobs(connection, self._queue_type)
            need_no_stream(connection, self._connections, self._queue_type)
            self._open_sender()

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        outgoing = [OutgoingMessage(JOBS_QUEUE, message) for message in messages]
        results = self.send_all(outgoing)
        lost = [index for index, result in enumerate(results) if result is NO_QUEUE]
        if lost and self._connection is not None:
            self._send_again(outgoing, results, lost)
        if NACKED in results:
            # A channel that was open when a quorum queue moved to another node may refuse all messages for good
            # (RabbitMQ 3.10).
            self._renew()
        # In an alarm the connection stays open: a new one would send the same messages again.
        if not self.blocked_reason and any(result.verdict is PublishStatus.UNKNOWN for result in results):
            self.close()
        return results

    @override
    def _reconnect(self) -> None:
        with suppress(BrokerError):  # it is closed then
            self.open()

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
        except BrokerError:
            # They stay REFUSED, which is right: none of them was stored.
            self.close()
            return
        for index, result in zip(lost, again, strict=True):
            results[index] = result
