"""The publishing part: to `workout_jobs`, persistent, mandatory, confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from core.broker.ports import Message, PublishResult, PublishStatus
from core.broker.rabbitmq.confirmed_sender import NACKED, NO_QUEUE, ConfirmedSender, OutgoingMessage, alarm_of
from core.broker.rabbitmq.connection import RabbitMQConnection, poll_once
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.declare import ensure_jobs, need_no_stream
from core.broker.rabbitmq.queue_arguments import QueueType
from core.broker.rabbitmq.resending import send_rest
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError

NOT_OPEN = "The connection to RabbitMQ is not open."


class RabbitMQPublisher:
    """See ports.Publisher. Of the thread that called `open()`."""

    def __init__(self, links: ConnectionFactory, queue_type: QueueType) -> None:
        self._links = links
        self._queue_type = queue_type
        self._link: RabbitMQConnection | None = None
        self._sender: ConfirmedSender | None = None

    def open(self) -> None:
        self.close()
        link = self._links.make("publisher")
        link.open()
        try:
            ensure_jobs(link, self._queue_type)
            need_no_stream(link, self._links, self._queue_type)
            self._sender = ConfirmedSender(link)
        except (BrokerUnavailableError, BrokerRefusedError):
            link.close()
            raise
        self._link = link

    def publish(self, messages: Sequence[Message]) -> list[PublishResult]:
        parcels = [OutgoingMessage(JOBS_QUEUE, message) for message in messages]
        results = self._send(parcels)
        send_rest(parcels, results, send=self._send, renew=self._renew_sender, met_bad_message=self._met_bad_message)
        lost = [index for index, result in enumerate(results) if result is NO_QUEUE]
        if lost and self._link is not None:
            self._send_again(parcels, results, lost)
        if NACKED in results:
            self._renew_sender()
        # In an alarm the connection stays: a new one would put the same messages on their way once more.
        if not self.blocked_reason and any(result.verdict is PublishStatus.UNKNOWN for result in results):
            self.close()
        return results

    @property
    def blocked_reason(self) -> str:
        return "" if self._link is None else alarm_of(self._link)

    def keep_alive(self) -> None:
        if self._link is None:
            raise BrokerUnavailableError(NOT_OPEN)
        try:
            self._link.process_events(poll_once, 0.0)
        except BrokerUnavailableError:
            self.close()
            raise

    def close(self) -> None:
        self._sender = None
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _send(self, parcels: Sequence[OutgoingMessage], *, one_by_one: bool = False) -> list[PublishResult]:
        if self._sender is None:
            raise BrokerUnavailableError(NOT_OPEN)
        try:
            return self._sender.send(parcels, one_by_one=one_by_one)
        except (BrokerUnavailableError, BrokerRefusedError):
            self.close()
            raise

    def _met_bad_message(self) -> bool:
        return self._sender is not None and self._sender.met_bad_message

    def _renew_sender(self) -> None:
        """The next try goes by a new channel.

        One that was open when a quorum queue moved to another node may refuse everything for ever (RabbitMQ 3.10).
        """
        if self._link is None or self._sender is None:
            return
        try:
            if self._link.ended_by is not None:
                self.open()
                return
            self._sender.close()
            self._sender = ConfirmedSender(self._link)
        except (BrokerUnavailableError, BrokerRefusedError):
            self.close()

    def _send_again(
        self, parcels: Sequence[OutgoingMessage], results: list[PublishResult], lost: Sequence[int]
    ) -> None:
        """The queue went from under us: make it again if it was deleted, and send what it did not get once more."""
        try:
            if self._link is None:
                return
            ensure_jobs(self._link, self._queue_type)
            again = self._send([parcels[index] for index in lost])
        except (BrokerUnavailableError, BrokerRefusedError):
            # They stay refused, which is true: nothing of them was kept.
            self.close()
            return
        for index, result in zip(lost, again, strict=True):
            results[index] = result
