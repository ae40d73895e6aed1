"""Sends many when one of them makes the broker close the channel or the connection: finds it, and sends the rest."""

from __future__ import annotations

import time
from collections.abc import Sequence

from typing_extensions import override

from core.broker.ports import PublishResult, PublishStatus
from core.broker.rabbitmq.confirmed_sender import SEND_BOUND_S, ConfirmedSender, OutgoingMessage, alarm_of
from core.broker.rabbitmq.connection import poll_once
from core.broker.rabbitmq.connection_factory import ConnectionFactory, RabbitMQPart
from core.errors import BrokerError


class SendingPart(RabbitMQPart):
    """A part that publishes, confirmed, over a channel that is opened for the first message."""

    def __init__(self, connections: ConnectionFactory) -> None:
        super().__init__(connections)
        self._sender: ConfirmedSender | None = None

    @property
    def blocked_reason(self) -> str:
        """Why the broker takes no messages at present; empty while it does."""
        return "" if self._connection is None else alarm_of(self._connection)

    def keep_alive(self) -> None:
        """Serve heartbeats; BrokerUnavailableError when the connection is lost, or not open."""
        with self._closing_on_error():
            self._open_connection().process_events(poll_once, 0.0)

    def send_all(self, outgoing: Sequence[OutgoingMessage]) -> list[PublishResult]:
        """One result a message, in order. BrokerError only when nothing was sent.

        After a message that the broker does not take, the others are sent over another channel, one by one where it is
        not known which it was. Each round settles at least one. What an error, or too long a wait, leaves without a
        result stays UNKNOWN.
        """
        results = self._send(outgoing)
        until_s = time.monotonic() + SEND_BOUND_S
        newest, one_by_one = results[:], False
        while self._sender is not None and self._sender.met_bad_message:
            if all(result.verdict is not PublishStatus.REJECTED for result in newest):
                one_by_one = True
            left = [index for index, result in enumerate(results) if result.verdict is PublishStatus.UNKNOWN]
            self._renew()
            if not left or time.monotonic() >= until_s:
                break
            try:
                newest = self._send([outgoing[index] for index in left], one_by_one=one_by_one)
            except BrokerError:
                break
            for index, result in zip(left, newest, strict=True):
                results[index] = result
        return results

    @override
    def close(self) -> None:
        self._sender = None
        super().close()

    def _send(self, outgoing: Sequence[OutgoingMessage], *, one_by_one: bool = False) -> list[PublishResult]:
        with self._closing_on_error():
            return self._open_sender().send(outgoing, one_by_one=one_by_one)

    def _open_sender(self) -> ConfirmedSender:
        if self._sender is None:
            self._sender = ConfirmedSender(self._open_connection())
        return self._sender

    def _renew(self) -> None:
        """The next message goes over another channel, and over another connection where this one has ended."""
        if self._connection is not None and self._connection.ended_by is not None:
            self._reconnect()
        elif self._sender is not None:
            self._sender.close()
            self._sender = None

    def _reconnect(self) -> None:
        self.close()
