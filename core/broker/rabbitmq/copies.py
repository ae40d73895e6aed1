"""Copies of failed tries: to `workout_jobs.failed`, or to a retry queue from which they come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.broker.ports import Failure, PublishResult, Retry
from core.broker.rabbitmq.arguments import QueueType, jobs_arguments, retry_arguments
from core.broker.rabbitmq.declare import ensure_queue
from core.broker.rabbitmq.link import Link, at_once
from core.broker.rabbitmq.links import Links
from core.broker.rabbitmq.sender import NO_QUEUE, ConfirmedSender, Parcel, alarm_of
from core.broker.topology import FAILED_QUEUE, JOBS_QUEUE, retry_queue
from core.broker.tries import failed_headers, retry_headers
from core.errors import BrokerRefusedError, BrokerUnavailableError


class CopyDesk:
    """Sends copies, confirmed, by a connection that opens with the first one. Of its consumer's thread."""

    def __init__(self, links: Links, name: str, on_retry_delay: Callable[[int], None], queue_type: QueueType) -> None:
        self._links = links
        self._name = name
        self._on_retry_delay = on_retry_delay
        self._queue_type = queue_type
        self._link: Link | None = None
        self._sender: ConfirmedSender | None = None
        self._ensured: set[str] = set()

    def fail(self, failures: Sequence[Failure]) -> list[PublishResult]:
        """One result a failure, in order; BrokerUnavailableError or BrokerRefusedError when nothing was sent."""
        queues = {FAILED_QUEUE: self._queue_type.arguments()}
        return self._send([failed_copy(failure) for failure in failures], queues)

    def retry(self, retries: Sequence[Retry]) -> list[PublishResult]:
        """As `fail`, to the queues that give them back to `workout_jobs`."""
        delays_s = sorted({retry.delay_s for retry in retries})
        for delay_s in delays_s:
            self._on_retry_delay(delay_s)
        queues = {retry_queue(delay_s): retry_arguments(delay_s, self._queue_type) for delay_s in delays_s}
        return self._send([retry_copy(retry) for retry in retries], queues)

    def renew(self, parcels: Sequence[Parcel]) -> list[PublishResult]:
        """As `fail`, back to `workout_jobs`."""
        return self._send(parcels, {JOBS_QUEUE: jobs_arguments(self._queue_type)})

    @property
    def alarm(self) -> str:
        """Why the broker takes no copies just now; empty while it does."""
        return "" if self._link is None else alarm_of(self._link)

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

    def _send(self, parcels: Sequence[Parcel], queues: Mapping[str, Mapping[str, object]]) -> list[PublishResult]:
        """`queues`: where the parcels go, each made with these arguments when it is not there."""
        self.keep_alive()
        try:
            results = self._sender_for(queues).send(parcels)
            if NO_QUEUE in results:
                # Deleted since; those few that were confirmed before are copied twice, which is better than never.
                self._ensured.difference_update(queues)
                results = self._sender_for(queues).send(parcels)
        except (BrokerUnavailableError, BrokerRefusedError):
            self.close()
            raise
        return results

    def _sender_for(self, queues: Mapping[str, Mapping[str, object]]) -> ConfirmedSender:
        if self._link is None or self._sender is None:
            link = self._links.make(f"worker {self._name}, failures")
            link.open()
            self._link, self._sender = link, ConfirmedSender(link)
        for queue, arguments in queues.items():
            if queue not in self._ensured:
                ensure_queue(self._link, queue, arguments)
                self._ensured.add(queue)
        return self._sender


def failed_copy(failure: Failure) -> Parcel:
    """The message as it came, with the reason in its headers; `attempts` counts the try that gave up."""
    return Parcel(FAILED_QUEUE, replace(failure.delivery.message, headers=failed_headers(failure)))


def retry_copy(retry: Retry) -> Parcel:
    message = replace(retry.delivery.message, headers=retry_headers(retry))
    return Parcel(retry_queue(retry.delay_s), message, expires_ms=retry.after_ms)
