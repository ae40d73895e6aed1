"""Looks at the queues, by passive declares: exact, quick, and nothing is taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from core.broker.ports import Depth, RemovePredicate, ScanResult
from core.broker.rabbitmq.connection import Channel, RabbitMQConnection
from core.broker.rabbitmq.connection_factory import ConnectionFactory
from core.broker.rabbitmq.declare import queue_counts
from core.broker.rabbitmq.failed_scan import FailedQueueScan
from core.broker.topology import FAILED_QUEUE, JOBS_QUEUE, own_retry_queue, retry_queue
from core.errors import BrokerRefusedError, BrokerUnavailableError

NOT_OPEN = "The connection to RabbitMQ is not open."
ABSENT_FOR_S = 2.0
OWN_ABSENT_FOR_S = 10.0  # of queues that only stand in for others


class RabbitMQInspector:
    """See ports.Inspector. Of the thread that called `open()`."""

    def __init__(
        self,
        links: ConnectionFactory,
        retry_delays_s: Callable[[], Collection[int]],
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._links = links
        self._retry_delays_s = retry_delays_s
        self._clock_s = clock_s
        self._link: RabbitMQConnection | None = None
        self._channel: Channel | None = None
        # Asking for a queue that is not there is an error in the broker's log: not on every look.
        self._absent_until_s: dict[str, float] = {}

    def open(self) -> None:
        self.close()
        link = self._links.make("inspector")
        link.open()
        self._link = link

    def depth(self) -> Depth:
        """`retrying` sums over the delays that workers of this program use, and the usual ones."""
        try:
            ready, consumers = self._counts(JOBS_QUEUE)
            failed, _ = self._counts(FAILED_QUEUE)
            retrying = sum(
                self._retrying(retry_queue(delay_s), ABSENT_FOR_S)
                + self._retrying(own_retry_queue(delay_s), OWN_ABSENT_FOR_S)
                for delay_s in self._retry_delays_s()
            )
        except (BrokerUnavailableError, BrokerRefusedError):
            self.close()
            raise
        return Depth(ready, None, consumers, failed, retrying, None)

    def scan_failed(self, judge: RemovePredicate) -> ScanResult:
        """On connections of its own, so this inspector stays open when the walk breaks off."""
        self._open_link()
        return FailedQueueScan(self._links, judge).run()

    def close(self) -> None:
        self._channel = None
        self._absent_until_s.clear()
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _retrying(self, name: str, absent_for_s: float) -> int:
        now_s = self._clock_s()
        if self._absent_until_s.get(name, now_s) > now_s:
            return 0
        counts = queue_counts(self._open_link(), self._open_channel(), name)
        if counts is None:
            self._absent_until_s[name] = now_s + absent_for_s
            return 0
        return counts[0]

    def _counts(self, name: str) -> tuple[int, int]:
        return queue_counts(self._open_link(), self._open_channel(), name) or (0, 0)

    def _open_link(self) -> RabbitMQConnection:
        if self._link is None:
            raise BrokerUnavailableError(NOT_OPEN)
        return self._link

    def _open_channel(self) -> Channel:
        # A queue that is not there has closed the last one.
        if self._channel is None or not self._channel.is_open:
            self._channel = self._open_link().channel()
        return self._channel
