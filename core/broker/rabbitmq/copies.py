"""Copies of failed tries: to `workout_jobs.failed`, or to a retry queue from which they come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.broker.ports import Delivery, Failure, HeaderValue, Message, PublishResult
from core.broker.rabbitmq.declare import ensure_queue
from core.broker.rabbitmq.link import Link, at_once
from core.broker.rabbitmq.sender import NO_QUEUE, ConfirmedSender, Parcel
from core.broker.topology import (
    FAILED_QUEUE,
    HEADER_ATTEMPTS,
    HEADER_FAILED_AT,
    HEADER_FAILED_REASON,
    HEADER_FAILED_TYPE,
    HEADER_FAILED_WORKER,
    HEADER_RETRY_REASON,
    JOBS_QUEUE,
    retry_queue,
)
from core.errors import BrokerRefusedError, BrokerUnavailableError

MAX_REASON_CHARS = 1000
MAX_NAME_CHARS = 200

_OURS = frozenset(
    {
        HEADER_FAILED_REASON,
        HEADER_FAILED_TYPE,
        HEADER_FAILED_AT,
        HEADER_FAILED_WORKER,
        HEADER_RETRY_REASON,
        HEADER_ATTEMPTS,
    }
)


class CopyDesk:
    """Sends copies, confirmed, by a connection that opens with the first one. Of its consumer's thread."""

    def __init__(self, url: str, name: str, on_retry_delay: Callable[[int], None]) -> None:
        self._url = url
        self._name = name
        self._on_retry_delay = on_retry_delay
        self._link: Link | None = None
        self._sender: ConfirmedSender | None = None
        self._ensured: set[str] = set()

    def fail(self, failures: Sequence[Failure]) -> list[PublishResult]:
        """One result a failure, in order; BrokerUnavailableError or BrokerRefusedError when nothing was sent."""
        return self._send([Parcel(FAILED_QUEUE, failed_copy(failure)) for failure in failures], None)

    def retry(self, delivery: Delivery, delay_s: int, reason: str) -> PublishResult:
        """As `fail`, to the queue that gives it back to `workout_jobs` after `delay_s`."""
        self._on_retry_delay(delay_s)
        arguments = {
            "x-message-ttl": delay_s * 1000,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": JOBS_QUEUE,
        }
        return self._send([Parcel(retry_queue(delay_s), retry_copy(delivery, reason))], arguments)[0]

    def keep_alive(self) -> None:
        """Serve heartbeats. A dead connection is only put away: the next copy opens another."""
        if self._link is not None:
            try:
                self._link.pump(at_once, 0.0)
            except BrokerUnavailableError:
                self.close()

    def close(self) -> None:
        self._sender = None
        self._ensured.clear()
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _send(self, parcels: Sequence[Parcel], arguments: Mapping[str, object] | None) -> list[PublishResult]:
        """All `parcels` go to one queue, which is made with `arguments` when it is not there."""
        self.keep_alive()
        queue = parcels[0].queue
        try:
            results = self._sender_for(queue, arguments).send(parcels)
            if NO_QUEUE in results:
                # Deleted since; those few that were confirmed before are copied twice, which is better than never.
                self._ensured.discard(queue)
                results = self._sender_for(queue, arguments).send(parcels)
        except (BrokerUnavailableError, BrokerRefusedError):
            self.close()
            raise
        return results

    def _sender_for(self, queue: str, arguments: Mapping[str, object] | None) -> ConfirmedSender:
        if self._link is None or self._sender is None:
            link = Link(self._url, f"worker {self._name}, failures")
            link.open()
            self._link, self._sender = link, ConfirmedSender(link)
        if queue not in self._ensured:
            ensure_queue(self._link, queue, None if arguments is None else dict(arguments))
            self._ensured.add(queue)
        return self._sender


def failed_copy(failure: Failure) -> Message:
    """The message as it came, with the reason in its headers; `attempts` counts the try that gave up."""
    delivery = failure.delivery
    return _with_headers(
        delivery.message,
        {
            HEADER_ATTEMPTS: delivery.attempts + 1,
            HEADER_FAILED_REASON: failure.reason[:MAX_REASON_CHARS],
            HEADER_FAILED_TYPE: failure.error_type[:MAX_NAME_CHARS],
            HEADER_FAILED_AT: failure.failed_at_ms,
            HEADER_FAILED_WORKER: failure.worker[:MAX_NAME_CHARS],
        },
    )


def retry_copy(delivery: Delivery, reason: str) -> Message:
    return _with_headers(
        delivery.message,
        {HEADER_ATTEMPTS: delivery.attempts + 1, HEADER_RETRY_REASON: reason[:MAX_REASON_CHARS]},
    )


def _with_headers(message: Message, ours: Mapping[str, HeaderValue]) -> Message:
    theirs = {name: value for name, value in message.headers.items() if name not in _OURS}
    return replace(message, headers={**theirs, **ours})
